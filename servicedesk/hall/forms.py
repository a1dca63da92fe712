"""The forms of the public hall pages."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from servicedesk.hall.models import Priority
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm, QueryForm

MOST_PERSONS = 10
LANGUAGE_OPTIONS = (Option("zh", "中文"), Option("en", "English"))


def _language_field() -> ChoiceField:
    return ChoiceField(
        _l("Language at the counter"),
        options=LANGUAGE_OPTIONS,
        validators=[DataRequired(_l("Choose the language you want to speak."))],
    )


class TakeForm(DeskForm):
    """Takes a ticket: the button pressed says for which line."""

    queue = StringField(validators=[DataRequired(_l("Press what you have come for."))])
    language = _language_field()
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


class FindForm(QueryForm):
    """Says what a time is wanted for; sent by GET."""

    line = ChoiceField(
        _l("What do you want to do?"),
        validators=[DataRequired(_l("Choose what you want to do."))],
    )
    persons = IntegerField(
        _l("How many people come for it?"),
        description=_l("A family, or several people you hire: one appointment for all of them."),
        default=1,
        validators=[NumberRange(1, MOST_PERSONS, message=_l("Give a number from 1 to 10."))],
    )


class HoldForm(DeskForm):
    """Takes a time: the button pressed says which."""

    start = StringField(validators=[DataRequired(_l("Choose a time."))])
    line = HiddenField()
    persons = IntegerField(
        widget=HiddenInput(), default=1, validators=[NumberRange(1, MOST_PERSONS)]
    )

    def moment(self) -> datetime | None:
        """Return the time that was chosen; None if it is none."""
        try:
            found = datetime.fromisoformat(self.start.data or "")
        except ValueError:
            return None
        return found if found.tzinfo is not None else None


class ConfirmForm(DeskForm):
    """Books the time that is held."""

    language = _language_field()
    case = SelectField(
        _l("Is it about an application you have here?"),
        description=_l("The clerk then has it on the screen, and you see what is missing."),
        validate_choice=True,
    )


class CheckInForm(DeskForm):
    """Says at the kiosk that somebody has come."""

    code = StringField(
        _l("Code of your appointment"),
        description=_l("Six characters; they are in the mail and in your account."),
        filters=[lambda text: (text or "").replace(" ", "").upper()],
        validators=[
            DataRequired(_l("Enter the code of your appointment.")),
            Length(max=8, message=_l("The code has six characters.")),
        ],
    )
