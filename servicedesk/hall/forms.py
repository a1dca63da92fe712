"""The forms of the public hall pages."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Optional

from servicedesk.hall.models import Priority
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm

LANGUAGE_OPTIONS = (Option("zh", "中文"), Option("en", "English"))


class TakeForm(DeskForm):
    """Takes a ticket: the button pressed says for which line."""

    queue = StringField(validators=[DataRequired(_l("Press what you have come for."))])
    language = ChoiceField(
        _l("Language at the counter"),
        options=LANGUAGE_OPTIONS,
        validators=[DataRequired(_l("Choose the language you want to speak."))],
    )
    priority = ChoiceField(
        _l("Do you have priority?"),
        description=_l("The clerk may ask. On the board nobody sees it."),
        options=(
            Option("", _l("No")),
            Option(Priority.AGE.value, _l("Older person")),
            Option(Priority.DISABILITY.value, _l("Disability")),
            Option(Priority.PREGNANCY.value, _l("Pregnant")),
        ),
        default="",
        validators=[Optional()],
    )


class ButtonForm(DeskForm):
    """A form that is only a button."""
