"""The forms of the tracking page."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from servicedesk.web.forms import DeskForm, QueryForm


def _tidy(text: str | None) -> str:
    return (text or "").strip().upper()


class NumberForm(QueryForm):
    """Asks for a tracking number; sent by GET."""

    number = StringField(
        _l("Tracking number"),
        description=_l("It is on your receipt, for example R26-04417."),
        filters=[_tidy],
        validators=[
            DataRequired(_l("Enter the number on your receipt.")),
            Regexp(
                r"^[A-Z]\d{2}-\d{5,9}(-\d{1,2})?$",
                message=_l("A number looks like R26-04417: a letter, two digits, a dash, digits."),
            ),
        ],
    )


class AskCodeForm(DeskForm):
    """Asks for a code by mail; only the button."""


class CodeForm(DeskForm):
    """Takes the code that was mailed."""

    code = StringField(
        _l("Code from the mail"),
        description=_l("It works for 15 minutes."),
        filters=[lambda text: (text or "").replace(" ", "")],
        validators=[
            DataRequired(_l("Enter the code from the mail.")),
            Length(max=20, message=_l("The code is shorter than that. Copy it from the mail.")),
        ],
    )
