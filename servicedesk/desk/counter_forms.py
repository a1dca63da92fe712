"""The forms of the counter."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    FileField,
    HiddenField,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Length, NumberRange

from servicedesk.desk.forms import reason_field
from servicedesk.hall.breaks import BREAK_WORDS, Break
from servicedesk.hall.counter_models import NOTE_LENGTH
from servicedesk.hall.forms import LANGUAGE_OPTIONS
from servicedesk.hall.operations.serving import OUTCOME_WORDS, Outcome
from servicedesk.hall.stop_changes import MOST_OF_ONE
from servicedesk.web.fields import ManyField
from servicedesk.web.forms import ActForm, DeskForm, QueryForm, stripped
from servicedesk.web.words import spoken


def _a_few() -> NumberRange:
    words = _l("Write a number from 1 to %(most)s.", most=MOST_OF_ONE)
    return NumberRange(1, MOST_OF_ONE, message=words)


class SignOnForm(DeskForm):
    """Opens a counter."""

    counter = SelectField(_l("Counter"), validators=[DataRequired(_l("Choose your counter."))])
    queues = ManyField(
        _l("Lines you serve"),
        description=_l("Choose none for the lines that are usually served at this counter."),
    )
    languages = ManyField(
        _l("Languages you speak"),
        options=LANGUAGE_OPTIONS,
        validators=[DataRequired(_l("Choose at least one language."))],
    )


class FinishForm(ActForm):
    """Ends what there was to do in one line, or one thing of it."""

    outcome = SelectField(_l("Outcome"), default=Outcome.SERVED.value)
    to = SelectField(_l("And go on to"), default="", choices=[SelectChoice("", "")])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [
            SelectChoice(one.value, spoken(words)) for one, words in OUTCOME_WORDS.items()
        ]


class TransferForm(ActForm):
    """Sends somebody on."""

    to = SelectField(
        _l("Send to"), validators=[DataRequired(_l("Choose a line, a service or a counter."))]
    )
    words = StringField(
        _l("Note for the next counter"),
        validators=[Length(max=400, message=_l("Keep the note under 400 characters."))],
    )


class ChooseForm(ActForm):
    """Calls somebody out of turn."""

    reason = reason_field(_l("Why out of turn?"), _l("Stays on record."))


class BreakForm(DeskForm):
    """Closes the counter for a while."""

    reason = SelectField(_l("Break"), default=Break.SHORT.value)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [
            SelectChoice(one, spoken(words)) for one, words in BREAK_WORDS.items()
        ]


class QuantityForm(ActForm):
    """Says how many of one thing somebody came for."""

    quantity = IntegerField(_l("How many"), default=1, validators=[_a_few()])


class AddServiceForm(ActForm):
    """Lets a visit be for one thing more."""

    service = SelectField(_l("Service"), validators=[DataRequired(_l("Choose a service."))])
    quantity = IntegerField(_l("How many"), default=1, validators=[_a_few()])


class VisitNoteForm(ActForm):
    """A note on a visit."""

    body = TextAreaField(
        _l("Note on this visit"),
        description=_l("Only staff of this hall read this."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the note, then save it.")),
            Length(max=NOTE_LENGTH, message=_l("Keep the note under 1,000 characters.")),
        ],
    )


class FindCaseForm(QueryForm):
    """Looks for an application."""

    find = SearchField(
        _l("Find an application"),
        description=_l("By its number, or by the name or e-mail address of whoever applies."),
        filters=[stripped],
    )


class AttachForm(ActForm):
    """Ties a visit to an application; only the button."""

    reference = HiddenField()


class OpenCaseForm(ActForm):
    """Begins an application for whoever is at the counter."""

    email = StringField(
        _l("Their e-mail address"),
        description=_l("Of their account here. They fill in the rest and send it themselves."),
        filters=[stripped],
        validators=[DataRequired(_l("Write the e-mail address of their account."))],
    )
    service = SelectField(_l("Service"), validators=[DataRequired(_l("Choose a service."))])


class PaperForm(ActForm):
    """Takes a paper that is handed in."""

    material = StringField(validators=[DataRequired()])
    file = FileField(_l("File"))


class AcceptForm(ActForm):
    """Accepts an application at the counter; only the button."""

    state = HiddenField()
