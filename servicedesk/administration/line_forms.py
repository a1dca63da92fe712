"""The forms of a line and of the figures of a hall."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Field, HiddenField, IntegerField, StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    NoneOf,
    Regexp,
    StopValidation,
)

from servicedesk.administration.hall_forms import ChangeForm, between, in_language
from servicedesk.hall import figures
from servicedesk.hall.figures import BOOKING, FIGURES, JOINING, MINUTES, Figure, Figures
from servicedesk.hall.hall_files import QueueFile
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.operations import lines
from servicedesk.hall.operations.lines import PHASE_WORDS, LineSaid
from servicedesk.web.fields import ChoiceField, Option, YesNoField
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken
from servicedesk.words import Text, Words, say

_KEY: Final = next(
    one.pattern for one in QueueFile.model_fields["key"].metadata if hasattr(one, "pattern")
)
_PAGES: Final = ("new", "figures")  # in the addresses beside those of the lines
_NAME_LENGTH: Final = 120  # the width of ``Queue.name_en``
_LEAST, _MOST = figures.bounds_of(QueueFile, "minutes")


def _later(words: Words) -> LazyString:
    """Return what ``spoken`` returns, in the language of whoever reads it then."""
    return LazyString(lambda: spoken(words))


def _range(least: int, most: int) -> list[Any]:
    number = between(least, most)
    return [InputRequired(number.message), number]


def _span(least: int, most: int, unit: figures.Unit) -> LazyString:
    """Return the bounds of a field as its hint."""
    return _later(say("From %(least)s to %(most)s", least=least, most=figures.amount(unit, most)))


def _name(label: str, missing: str, lang: str) -> StringField:
    too_long = _l("Keep the name under %(count)s characters.", count=_NAME_LENGTH)
    return in_language(label, missing, lang, _NAME_LENGTH, too_long=too_long)


class LineForm(ChangeForm):
    """A line: what it is called, how long a visit takes, what comes before it."""

    seen = HiddenField()
    key = StringField(
        _l("Key"),
        description=_l(
            "Definitions of services name the line by it, so it can never be changed. Small"
            " letters, figures, - and _, such as: work_permits"
        ),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter a key.")),
            Regexp(_KEY, message=_l("Enter at most 40 small letters, figures, - and _.")),
            NoneOf(_PAGES, message=_l("Choose another key: a page has this name.")),
        ],
    )
    letter = StringField(
        _l("Letter of its numbers"),
        description=_l("One capital letter. It is printed on tickets and can never be changed."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter a letter.")),
            Regexp(r"^[A-Z]\Z", message=_l("Enter one capital letter from A to Z.")),
        ],
    )
    name_en = _name(_l("Name in English"), _l("Enter the name in English."), "en")
    name_zh = _name(_l("Name in Chinese"), _l("Enter the name in Chinese."), "zh")
    minutes = IntegerField(
        _l("Minutes that a visit usually takes"),
        description=_span(_LEAST, _MOST, MINUTES),
        validators=_range(_LEAST, _MOST),
    )
    phase = ChoiceField(
        _l("What people do there"),
        description=_l("Whoever visits several lines is sent to them in this order."),
        options=[Option(one.value, _later(words)) for one, words in PHASE_WORDS.items()],
        validators=[DataRequired(_l("Choose one."))],
    )

    def said(self) -> LineSaid:
        """Return the line as it is wanted."""
        name = Text(self.name_en.data or "", self.name_zh.data or "")
        return LineSaid(name, self.minutes.data or 0, Phase(self.phase.data))


def line_as_it_is(queue: Queue) -> dict[str, object]:
    """Return what the form of a line begins with."""
    return {
        "seen": LineSaid.of(queue).state, "name_en": queue.name_en, "name_zh": queue.name_zh,
        "minutes": queue.minutes, "phase": queue.phase.value,
    }  # fmt: skip


def _if_phones(form: DeskForm, field: Field) -> None:
    """Look at no figure of phones in a hall in which they take no tickets."""
    if form.f_phones.data is False:
        field.errors = []
        raise StopValidation


def _figure(figure: Figure) -> IntegerField:
    least, most = figure.bounds
    before = [_if_phones] if figure.part == JOINING else []
    return IntegerField(
        _later(figure.label),
        description=_span(least, most, figure.unit),
        validators=[*before, *_range(least, most)],
    )


class FiguresForm(ChangeForm):
    """The figures of a hall, a field each by ``Figure.name``."""

    seen = HiddenField()
    f_phones = YesNoField(
        _l("May people take tickets with their phones?"),
        validators=[InputRequired(_l("Say yes or no."))],
    )

    def offer(self, hall: Hall) -> None:
        """Ask only for what the hall has, and in the order of the page."""
        if hall.booking is None:
            for figure in FIGURES[BOOKING]:
                del self[figure.name]
        for name in ("f_phones", *[one.name for one in FIGURES[JOINING]], "reason"):
            self.last_asked(name)

    def said(self) -> Figures:
        """Return the figures as they are wanted."""
        return {
            part: {one.key: self[one.name].data for one in figures}
            for part, figures in FIGURES.items()
            if figures[0].name in self and (part != JOINING or self.f_phones.data)
        }


for _one in (one for part in FIGURES.values() for one in part):
    setattr(FiguresForm, _one.name, _figure(_one))


def figures_as_they_are(hall: Hall) -> dict[str, object]:
    """Return what the form of the figures begins with."""
    kept = lines.figures_of(hall)
    shown = {part: kept[part] or figures.default_figures(part) for part in FIGURES}
    data = {one.name: shown[part][one.key] for part in FIGURES for one in FIGURES[part]}
    return {**data, "seen": figures.state_of(kept), "f_phones": kept[JOINING] is not None}
