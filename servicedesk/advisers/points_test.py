"""The points test for foreigners who work in China: advice, not a decision.

Nine criteria, 120 points at most; category A and B from the points in force.  It shows what
each criterion gives by which row, which papers must prove it, and which single change would
reach the next category.

Source: domain/points_test.yaml (积分要素计分赋值表, G_PTS); in ``points_test.yaml`` here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

from servicedesk.advisers import tables
from servicedesk.advisers.categories import POINTS, A, B, C, Figures
from servicedesk.advisers.tables import Source
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import SimpleField
from servicedesk.words import Text, Words, say

Answers = Mapping[str, Any]

TEN_THOUSAND: Final = 10_000  # 万元: the unit of the table for pay


@dataclass(frozen=True)
class Level:
    """A row of the table: what must be so, and how many points it gives."""

    points: int
    words: Words | Text
    least: Decimal = Decimal(0)  # of numbers: from here on
    key: str = ""  # of options


@dataclass(frozen=True)
class Criterion:
    """One of the nine."""

    key: str
    name: Text
    max: int
    question: SimpleField
    levels: tuple[Level, ...]  # of numbers: the highest value first
    evidence: Text
    is_number: bool
    is_whole: bool  # only completed years and full points count
    only_grows: bool  # nobody gets younger

    def level(self, answer: Any) -> Level | None:  # noqa: ANN401 - any JSON
        """Return the row that ``answer`` reaches; None where there is no row for it."""
        if self.is_number:
            value = self.value(answer)
            return next((one for one in self.levels if value >= one.least), None)
        chosen = answer if isinstance(answer, list) else [answer]
        held = [one for one in self.levels if one.key in chosen]
        return max(held, key=lambda one: one.points, default=None)

    def value(self, answer: Any) -> Decimal:  # noqa: ANN401 - any JSON
        """Return a number as the table looks at it."""
        given = Decimal(str(answer or 0))
        return Decimal(int(given)) if self.is_whole else given


@dataclass(frozen=True)
class Line:
    """What one criterion gives."""

    criterion: Criterion
    level: Level | None
    points: int


@dataclass(frozen=True)
class Change:
    """A change of one criterion, all else the same."""

    criterion: Criterion
    levels: tuple[Level, ...]  # any one of them
    gain: int
    total: int


@dataclass(frozen=True)
class Score:
    """What the answers come to."""

    lines: tuple[Line, ...]
    total: int
    category: str
    next_category: str | None  # None: there is none above
    missing: int  # points to the next category
    margin: int  # points that could be lost before the category changes
    changes: tuple[Change, ...]  # single ones that reach the next category, the smallest first
    most: tuple[Change, ...]  # where none does: the most that single criteria could add


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return the nine criteria in the order of the table."""
    return tuple(_criterion(data) for data in tables.table("points_test")["criteria"])


@cache
def page() -> Page:
    """Return the questions."""
    return tables.page([one.question for one in criteria()])


def sources() -> list[Source]:
    """Return where the table is written."""
    return tables.sources(tables.table("points_test")["source"])


def score(answers: Answers, now: Figures) -> Score:
    """Return the points of ``answers``, the category they reach and what would change it.

    Args:
        answers: to the questions of ``page``; what is missing gives no points.
        now: from how many points on there is which category.
    """
    lines = tuple(_line(one, answers.get(one.key)) for one in criteria())
    total = sum(line.points for line in lines)
    category = now.category_of(total)
    least = {A: now.points_a, B: now.points_b, C: 0}
    target = {A: None, B: A, C: B}[category]
    missing = least[target] - total if target else 0
    changes = sorted(
        (one for line in lines for one in _changes(line, answers, total, missing)),
        key=lambda one: one.gain,
    )
    return Score(
        lines=lines,
        total=total,
        category=category,
        next_category=target,
        missing=missing,
        margin=total - least[category],
        changes=tuple(changes) if target else (),
        most=tuple(_most(lines, answers, total)) if target and not changes else (),
    )


def answers_for(result: Score, answers: Answers) -> dict[str, Any]:
    """Return the answers that an application for a work permit takes over.

    The degree is not among them: a row of the table may stand for a qualification.
    """
    months = Decimal(str(answers["months"]))
    pay = Decimal(str(answers["salary"])) * TEN_THOUSAND
    basis = {f"basis_{result.category.lower()}": POINTS, "points": result.total}
    return {
        "category": result.category,
        **(basis if result.category != C else {}),
        "experience_years": int(Decimal(str(answers["experience"]))),
        "salary_year": {"currency": "CNY", "amount": f"{pay:.2f}"},
        **({"months_in_china": int(months)} if months == int(months) else {}),
    }


def _line(criterion: Criterion, answer: Any) -> Line:  # noqa: ANN401 - any JSON
    level = criterion.level(answer)
    return Line(criterion, level, level.points if level else 0)


def _changes(line: Line, answers: Answers, total: int, missing: int) -> Iterator[Change]:
    """Yield the smallest change of one criterion that adds ``missing`` points or more."""
    enough = [
        level
        for level in _reachable(line, answers)
        if missing and level.points - line.points >= missing
    ]
    if not enough:
        return
    fewest = min(level.points for level in enough)
    smallest = tuple(level for level in enough if level.points == fewest)
    gain = fewest - line.points
    yield Change(line.criterion, smallest, gain, total + gain)


def _most(lines: Sequence[Line], answers: Answers, total: int) -> Iterator[Change]:
    """Yield the most that each criterion could add, the greatest first."""
    found = []
    for line in lines:
        better = [one for one in _reachable(line, answers) if one.points > line.points]
        if better:
            most = max(one.points for one in better)
            gain = most - line.points
            levels = tuple(one for one in better if one.points == most)
            found.append(Change(line.criterion, levels, gain, total + gain))
    yield from sorted(found, key=lambda one: -one.gain)


def _reachable(line: Line, answers: Answers) -> list[Level]:
    criterion = line.criterion
    if not criterion.only_grows:
        return list(criterion.levels)
    value = criterion.value(answers.get(criterion.key))
    return [one for one in criterion.levels if one.least > value]


def _criterion(data: Mapping[str, Any]) -> Criterion:
    options = data.get("options")
    question = {"key": data["key"], **data["question"]}
    if options:
        question["options"] = [
            {"key": one["key"], "label": {"en": one["en"], "zh": one["zh"]}} for one in options
        ]
    return Criterion(
        key=data["key"],
        name=tables.text(data["name"]),
        max=data["max"],
        question=tables.question(question),
        levels=tuple(_options(options) if options else _steps(data)),
        evidence=tables.text(data["evidence"]),
        is_number=not options,
        is_whole=data.get("whole", False),
        only_grows=data.get("only_grows", False),
    )


def _options(options: Sequence[Mapping[str, Any]]) -> Iterator[Level]:
    for one in options:
        yield Level(one["points"], tables.text(one), key=one["key"])


def _steps(data: Mapping[str, Any]) -> Iterator[Level]:
    """Yield the rows of a number, the highest value first."""
    steps = sorted(_written_out(data), reverse=True)
    above: Decimal | None = None
    for least, points in steps:
        yield Level(points, _words(data, least, above), least)
        above = least


def _written_out(data: Mapping[str, Any]) -> Iterator[tuple[Decimal, int]]:
    """Yield from which value on there are how many points; ``each_more`` counts up to the most."""
    for step in data["levels"]:
        least, points = Decimal(step["least"]), step["points"]
        yield least, points
        while step.get("each_more") and points < data["max"]:
            least, points = least + 1, points + step["each_more"]
            yield least, points


def _words(data: Mapping[str, Any], least: Decimal, above: Decimal | None) -> Words | Text:
    """Return what a row of a number says; ``above`` is where the next row begins."""
    here = _amount(data, least)
    if above is None:
        is_last = data["question"].get("max") == least
        return here if is_last else say("%(least)s or more", least=here)
    is_whole, below = data.get("whole", False), _amount(data, above)
    if is_whole and above == least + 1:
        return here
    if least == 0:
        return say("under %(below)s", below=below)
    if is_whole:
        return say("%(least)s to %(most)s", least=here, most=_amount(data, above - 1))
    return say("%(least)s to under %(below)s", least=here, below=below)


def _amount(data: Mapping[str, Any], value: Decimal) -> Text:
    """Return a number as the table writes it in each language."""
    figures = {"n": f"{value.normalize():f}", "yuan": f"{value * TEN_THOUSAND:,.0f}"}
    return tables.text(data["written"], figures)
