"""The forms of the public hall pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    FieldList,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from servicedesk.accounts.email_addresses import NotAnAddress, normalise
from servicedesk.hall.models import Priority, Queue
from servicedesk.hall.offering import Offered
from servicedesk.hall.stops import Stop
from servicedesk.web import language
from servicedesk.web.fields import ChoiceField, ManyField, Option, PickManyField
from servicedesk.web.filters import text, time_of_day, words
from servicedesk.web.forms import DeskForm, QueryForm, stripped
from servicedesk.words import Text, Words, say

MOST_PERSONS = 10
PRIORITY_OPTIONS = (
    Option("", _l("No")),
    Option(Priority.AGE.value, _l("Older person")),
    Option(Priority.DISABILITY.value, _l("Disability")),
    Option(Priority.PREGNANCY.value, _l("Pregnant")),
)
_YEARS = range(2000, 3000)  # so that times can be told in every zone, and counted on from
_AWAY_STEP = 15  # minutes
_LINE = "line:"  # before the key of a line chosen as a whole
_SOMETHING_ELSE = say("Something else")
LANGUAGE_OPTIONS = (Option("zh", "中文"), Option("en", "English"))


def _language_field() -> ChoiceField:
    return ChoiceField(
        _l("Language at the counter"),
        options=LANGUAGE_OPTIONS,
        validators=[DataRequired(_l("Choose the language you want to speak."))],
    )


def _priority_field() -> ChoiceField:
    return ChoiceField(
        _l("Do you have priority?"),
        description=_l("The clerk may ask. On the board nobody sees it."),
        options=PRIORITY_OPTIONS,
        default="",
        validators=[Optional()],
    )


class _Taking(DeskForm):
    """Takes a ticket for somebody who says how they want to be served."""

    language: ChoiceField
    priority: ChoiceField

    @property
    def spoken(self) -> str:
        """The language that was chosen, or that of the page."""
        return self.language.data or language.current()

    @property
    def wished(self) -> Priority | None:
        """The priority that was chosen."""
        return Priority(self.priority.data) if self.priority.data else None


class TakeForm(_Taking):
    """Takes a ticket: the button pressed says for which line."""

    queue = StringField(validators=[DataRequired(_l("Press what you have come for."))])
    language = _language_field()
    priority = _priority_field()


class VisitForm(_Taking):
    """Takes one ticket for several things."""

    services = ManyField(
        _l("What have you come for?"),
        validators=[DataRequired(_l("Choose at least one thing."))],
    )
    language = _language_field()
    priority = _priority_field()

    menu: Mapping[str, list[tuple[str, Text | Words]]]  # what is offered, by the key of its line
    lines: Mapping[str, Queue]

    def offer(self, offered: Sequence[Offered], lines: Sequence[Queue]) -> None:
        """Let these services be chosen, and each of the lines for anything else."""
        self.lines = {one.code: one.queue for one in offered}
        self.lines |= {f"{_LINE}{queue.key}": queue for queue in lines}
        self.menu = {
            queue.key: [
                *((one.code, one.name) for one in offered if one.queue is queue),
                (f"{_LINE}{queue.key}", _SOMETHING_ELSE),
            ]
            for queue in lines
        }
        self.services.options = [
            Option(value, words(name), group=text(self.lines[value].name))
            for names in self.menu.values()
            for value, name in names
        ]

    def stops(self, quantity: int = 1) -> list[Stop]:
        """Return what was chosen, by line in the order of the page."""
        ticked = self.services.data or ()
        chosen = [one.value for one in self.services.options if one.value in ticked]
        return [
            Stop(self.lines[one].id, None if one.startswith(_LINE) else one, quantity)
            for one in chosen
        ]


class FindForm(QueryForm):
    """Says what a time is wanted for; sent by GET."""

    what = PickManyField(
        _l("What do you want to do?"),
        description=_l("Choose one thing or several. You go from line to line with one number."),
        validators=[DataRequired(_l("Choose what you want to do."))],
    )
    persons = IntegerField(
        _l("How many people come for it?"),
        description=_l("A family, or several people you hire: one appointment for all of them."),
        default=1,
        validators=[NumberRange(1, MOST_PERSONS, message=_l("Give a number from 1 to 10."))],
    )
    language = _language_field()
    enterprise = ChoiceField(_l("For whom?"), options=(Option("", _l("For me")),), default="")


class _ForSomething(DeskForm):
    """Carries what a time is for."""

    what: HiddenField

    @property
    def chosen(self) -> list[str]:
        """What the time is for."""
        return [one for one in (self.what.data or "").split(",") if one]


class HoldForm(_ForSomething):
    """Takes a time: the button pressed says which."""

    start = StringField(validators=[DataRequired(_l("Choose a time."))])
    what = HiddenField()  # codes of services and keys of lines, with commas
    persons = IntegerField(
        widget=HiddenInput(), default=1, validators=[NumberRange(1, MOST_PERSONS)]
    )
    language = HiddenField()
    enterprise = HiddenField()

    def moment(self) -> datetime | None:
        """Return the time that was chosen; None if it is none."""
        try:
            found = datetime.fromisoformat(self.start.data or "")
        except ValueError:
            return None
        is_good = found.tzinfo is not None and found.year in _YEARS
        return found if is_good else None


class WaitForm(_ForSomething):
    """Puts somebody on the waitlist."""

    what = HiddenField()  # as in HoldForm
    persons = IntegerField(
        widget=HiddenInput(), default=1, validators=[NumberRange(1, MOST_PERSONS)]
    )
    language = HiddenField()
    enterprise = HiddenField()
    first_day = SelectField(_l("From which day?"), validators=[DataRequired(_l("Choose a day."))])
    last_day = SelectField(_l("Until which day?"), validators=[DataRequired(_l("Choose a day."))])
    part_of_day = ChoiceField(
        _l("At what time of day?"),
        options=(
            Option("any", _l("At any time")),
            Option("morning", _l("Before noon")),
            Option("afternoon", _l("From noon on")),
        ),
        default="any",
        validators=[DataRequired(_l("Choose a time of day."))],
    )

    def offer_days(self, days: Sequence[tuple[str, str]], *, is_sent: bool) -> None:
        """Offer these days, each as stored and as people read it; all of them unless changed.

        What an address has instead of one of them is left out; what is sent is complained of.
        """
        choices = [SelectChoice(*one) for one in days]
        self.first_day.choices = self.last_day.choices = choices
        if not is_sent:
            offered = {value for value, _ in days}
            for field in (self.first_day, self.last_day):
                field.data = field.data if field.data in offered else None
        self.first_day.data = self.first_day.data or days[0][0]
        self.last_day.data = self.last_day.data or days[-1][0]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as in WTForms
        """See that the days are in order."""
        is_good: bool = super().validate(extra_validators)
        if is_good and (self.last_day.data or "") < (self.first_day.data or ""):
            self.complain(gettext("The last day comes before the first."), self.last_day)
            return False
        return is_good

    @property
    def hours(self) -> tuple[time, time]:
        """Between which times of day the visit is to begin."""
        noon = time(12)
        before_noon = time(11, 59, 59)
        spans = {"morning": (time.min, before_noon), "afternoon": (noon, time.max)}
        return spans.get(self.part_of_day.data or "", (time.min, time.max))


class ConfirmForm(DeskForm):
    """Books the time that is held."""

    language = _language_field()
    case = SelectField(
        _l("Which application is it about?"),
        description=_l("The clerk then has it on the screen, and you see what is missing."),
        validate_choice=True,
    )
    people = FieldList(
        StringField(
            filters=[stripped],
            validators=[
                Optional(),
                Length(max=120, message=_l("Keep the name under 120 characters.")),
            ],
        ),
        max_entries=MOST_PERSONS,
    )

    def ask_names(self, persons: int) -> None:
        """Ask for as many names as people come, if it is more than one."""
        count = persons if persons > 1 else 0
        while len(self.people.entries) > count:
            self.people.pop_entry()
        while len(self.people.entries) < count:
            self.people.append_entry()
        for number, entry in enumerate(self.people.entries, start=1):
            entry.label.text = gettext("Name of person %(number)s", number=number)
            entry.flags.optional = True


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


class AwayForm(DeskForm):
    """Says for how long somebody is away."""

    minutes = SelectField(_l("I am back at"), validators=[DataRequired(_l("Choose a time."))])

    def offer(self, most: int, now: datetime) -> None:
        """Let times be chosen up to ``most`` minutes from ``now``."""
        self.minutes.choices = [
            SelectChoice(str(minutes), time_of_day(now + timedelta(minutes=minutes)))
            for minutes in range(_AWAY_STEP, most + 1, _AWAY_STEP)
        ]


class SpeakForm(DeskForm):
    """Asks to be served in another language."""

    language = _language_field()


class JoinForm(VisitForm):
    """Takes one ticket with a phone that has just scanned the screen's code."""

    code = HiddenField()


def _is_address(_form: DeskForm, field: Field) -> None:
    try:
        field.data = normalise(field.data)
    except NotAnAddress:
        raise ValidationError(_l("Write the address in full, like wei@example.com.")) from None


class TellForm(DeskForm):
    """Asks to be told by mail when three are before one."""

    email = EmailField(
        _l("Your e-mail address"),
        description=_l("For one mail. We forget it when your visit is over."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("This address is too long.")),
            _is_address,
        ],
    )
