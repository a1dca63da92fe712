"""The form by which a result is handed out."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from servicedesk.cases.handovers import WAYS
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken

NAME_LENGTH: Final = 120  # characters


class HandOutForm(DeskForm):
    """Says how a result was handed over, and to whom."""

    way = ChoiceField(
        _l("How was it handed over?"), validators=[DataRequired(_l("Choose how it went."))]
    )
    to = StringField(
        _l("Who took it?"),
        description=_l(
            "The name on the paper shown; for a courier, its name and the number of the parcel."
        ),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter who took it.")),
            Length(max=NAME_LENGTH, message=_l("Use at most 120 characters.")),
        ],
    )

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.way.options = [Option(way, spoken(words)) for way, words in WAYS.items()]
