"""The forms of the counter."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Length

from servicedesk.desk.forms import ActForm, reason_field
from servicedesk.hall.forms import LANGUAGE_OPTIONS
from servicedesk.hall.operations.serving import OUTCOME_WORDS, Outcome
from servicedesk.web.fields import ManyField
from servicedesk.web.forms import DeskForm
from servicedesk.web.words import spoken

BREAKS = {
    "lunch": _l("Lunch"),
    "short": _l("Short break"),
    "meeting": _l("Meeting"),
    "other": _l("Other work"),
}


class SignOnForm(DeskForm):
    """Opens a counter."""

    counter = SelectField(_l("Counter"), validators=[DataRequired(_l("Choose your counter."))])
    queues = ManyField(
        _l("Lines you serve"), validators=[DataRequired(_l("Choose at least one line."))]
    )
    languages = ManyField(
        _l("Languages you speak"),
        options=LANGUAGE_OPTIONS,
        validators=[DataRequired(_l("Choose at least one language."))],
    )


class FinishForm(ActForm):
    """Ends a visit."""

    outcome = SelectField(_l("Outcome"), default=Outcome.SERVED.value)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [
            SelectChoice(one.value, spoken(words)) for one, words in OUTCOME_WORDS.items()
        ]


class TransferForm(ActForm):
    """Sends somebody on."""

    to = SelectField(_l("Send to"), validators=[DataRequired(_l("Choose a line or a counter."))])
    words = StringField(
        _l("Note for the next counter"),
        validators=[Length(max=400, message=_l("Keep the note under 400 characters."))],
    )


class ChooseForm(ActForm):
    """Calls somebody out of turn."""

    reason = reason_field(_l("Why out of turn?"), _l("Stays on record."))


class BreakForm(DeskForm):
    """Closes the counter for a while."""

    reason = SelectField(
        _l("Break"), choices=[SelectChoice(*one) for one in BREAKS.items()], default="short"
    )
