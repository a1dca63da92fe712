"""The form of a counter."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField
from wtforms.validators import DataRequired, InputRequired

from servicedesk.administration.hall_forms import ChangeForm, between, in_language
from servicedesk.hall.counter_kinds import EQUIPMENT_WORDS, KIND_WORDS, CounterKind, Equipment
from servicedesk.hall.figures import bounds_of
from servicedesk.hall.hall_files import CounterFile
from servicedesk.hall.models import Counter, Hall
from servicedesk.hall.operations.counters import CounterSaid
from servicedesk.web.fields import ChoiceField, ManyField, Option
from servicedesk.web.filters import text
from servicedesk.web.words import spoken
from servicedesk.words import Text

_SIDE_LENGTH = 40  # the width of ``Counter.side_en``
_LEAST, _MOST = bounds_of(CounterFile, "number")


class CounterForm(ChangeForm):
    """A counter: where it is, whom it takes, what it has."""

    seen = HiddenField()
    number = IntegerField(
        _l("Number"),
        validators=[
            InputRequired(_l("Enter the number of the counter.")),
            between(_LEAST, _MOST),
        ],
    )
    side_en = in_language(
        _l("Where it is, in English"), _l("Say in English where it is, such as: left."), "en",
        _SIDE_LENGTH,
    )  # fmt: skip
    side_zh = in_language(
        _l("Where it is, in Chinese"), _l("Say in Chinese where it is, such as: 左侧."), "zh",
        _SIDE_LENGTH,
    )  # fmt: skip
    kind = ChoiceField(_l("Whom it takes"), validators=[DataRequired(_l("Choose one."))])
    lines = ManyField(
        _l("Lines usually served there"),
        validators=[DataRequired(_l("Choose at least one line."))],
    )
    equipment = ManyField(_l("What it has"))

    def offer(self, hall: Hall) -> None:
        """Offer the lines of the hall, and ask for the reason last."""
        self.lines.options = [Option(one.key, text(one.name)) for one in hall.queues]
        self.kind.options = [Option(one.value, spoken(KIND_WORDS[one])) for one in CounterKind]
        self.equipment.options = [
            Option(one.value, spoken(EQUIPMENT_WORDS[one])) for one in Equipment
        ]
        self.last_asked()

    def said(self) -> CounterSaid:
        """Return the counter as it is wanted."""
        return CounterSaid(
            Text(self.side_en.data or "", self.side_zh.data or ""),
            CounterKind(self.kind.data),
            frozenset(map(Equipment, self.equipment.data or ())),
            frozenset(self.lines.data or ()),
        )


def as_it_is(counter: Counter) -> dict[str, object]:
    """Return what the form of a counter begins with."""
    said = CounterSaid.of(counter)
    return {
        "number": counter.number, "side_en": said.side.en, "side_zh": said.side.zh,
        "kind": said.kind, "lines": said.lines, "equipment": said.equipment, "seen": said.state,
    }  # fmt: skip
