"""Category A, B or C: by which criteria somebody is in one, its limits and what may be promised.

The categories are of 外国人来华工作分类标准(试行) (G_A, G_B) with what the place says of them.
Source: domain/talent_services.yaml, ``categories`` and ``salary_basis``; in ``categories.yaml``
here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from typing import Any, Final

from servicedesk.advisers import tables
from servicedesk.advisers.tables import Source
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.words import Text, Words, say

OF_AGE: Final = 18  # years; nobody younger gets a work permit (talent_services.yaml, eligibility)
POINTS, YOUNG, GRADUATE = "points", "young", "graduate"
A, B, C = "A", "B", "C"


@dataclass(frozen=True)
class Figures:
    """Figures that administrators may set for the work permit; here as the sources have them."""

    points_a: int
    points_b: int
    age_most_b: int
    pay_times_a: int
    pay_times_b: int
    period_most_years_a: int
    period_most_years_b: int
    average_pay: int | None = None  # CNY a year; no figure is known

    def with_settings(self, settings: Mapping[str, Any]) -> "Figures":
        """Return the figures as the settings of the service have them."""
        chosen = {
            one.name: settings[one.name]
            for one in fields(self)
            if isinstance(settings.get(one.name), int)
        }
        return replace(self, **chosen)

    def category_of(self, points: int) -> str:
        """Return the category that so many points reach.

        >>> [figures().category_of(points) for points in (59, 60, 84, 85)]
        ['C', 'B', 'B', 'A']
        """
        if points >= self.points_a:
            return A
        return B if points >= self.points_b else C


@dataclass(frozen=True)
class Criterion:
    """One way into a category."""

    key: str
    name: Text
    source: Source


@dataclass(frozen=True)
class Category:
    """One of the three."""

    key: str
    name: Text
    criteria: tuple[Criterion, ...]
    limits: tuple[Text, ...]
    promise: Text  # what may be promised instead of proven
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Situation:
    """What somebody answered."""

    a_by: Sequence[str]  # keys of criteria
    b_by: Sequence[str]
    c_by: Sequence[str]
    age: int  # completed years
    degree: str  # doctor, master, bachelor, none
    experience: int  # full years of relevant work
    points: int | None = None


@dataclass(frozen=True)
class Route:
    """The category that the answers show, and why."""

    category: Category | None  # None: no criterion of any category
    criteria: tuple[Criterion, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing rules it out."""
        return not any(one.weight is Weight.WRONG for one in self.findings)


@cache
def figures() -> Figures:
    """Return the figures as the sources have them."""
    return Figures(**tables.table("categories")["figures"])


def categories(now: Figures) -> dict[str, Category]:
    """Return the three categories by letter, with the figures in force put in."""
    known = asdict(now)
    return {
        data["key"]: Category(
            key=data["key"],
            name=tables.text(data["name"]),
            criteria=tuple(
                Criterion(one["key"], tables.text(one, known), tables.source(one["source"]))
                for one in data["criteria"]
            ),
            limits=tuple(tables.text(one, known) for one in data["limits"]),
            promise=tables.text(data["promise"]),
            sources=tuple(tables.sources(data["source"])),
        )
        for data in tables.table("categories")["categories"]
    }


def page(now: Figures) -> Page:
    """Return the questions; points have one of their own and no line among the criteria."""
    known = categories(now)
    questions = []
    for data in tables.table("categories")["questions"]:
        letter = data.get("of")
        written = {key: one for key, one in data.items() if key != "of"}
        if letter:
            written["options"] = [
                {"key": one.key, "label": {"en": one.name.en, "zh": one.name.zh}}
                for one in known[letter].criteria
                if one.key != POINTS
            ]
        questions.append(tables.question(written))
    return tables.page(questions)


def situation(answers: Mapping[str, Any]) -> Situation:
    """Return what the answers to ``page`` mean."""
    points = answers.get("points")
    return Situation(
        a_by=answers.get("a_by") or (),
        b_by=answers.get("b_by") or (),
        c_by=answers.get("c_by") or (),
        age=int(answers["age"]),
        degree=answers["degree"],
        experience=int(answers["experience"]),
        points=None if points is None else int(points),
    )


def judge(who: Situation, now: Figures) -> Route:
    """Return the highest category whose criteria hold, with its limits judged.

    Args:
        who: as answered.
        now: the figures in force.
    """
    known = categories(now)
    refused = list(_refused(who))
    for letter, met in _met(who, now):
        if met:
            criteria = tuple(one for one in known[letter].criteria if one.key in met)
            found = (*refused, *_too_young(who), *_limits(letter, met, who, now))
            return Route(known[letter], criteria, found)
    return Route(None, (), (*refused, *_too_young(who)))


def answers_for(route: Route, who: Situation) -> dict[str, Any]:
    """Return the answers that an application for a work permit takes over."""
    if route.category is None:
        return {}
    letter = route.category.key
    basis = {f"basis_{letter.lower()}": route.criteria[0].key} if letter != C else {}
    points = {"points": who.points} if POINTS in basis.values() else {}
    return {
        "category": letter,
        **basis,
        **points,
        "degree": who.degree,
        "experience_years": who.experience,
    }


def _met(who: Situation, now: Figures) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each category, the highest first, with the criteria that hold."""
    by_points = now.category_of(who.points) if who.points is not None else None
    a_by = {key for key in who.a_by if key != YOUNG or _is_young(who)}
    for letter, ticked in ((A, a_by), (B, {*who.b_by}), (C, {*who.c_by})):
        yield letter, frozenset(ticked | ({POINTS} if by_points == letter else set()))


def _is_young(who: Situation) -> bool:
    return who.age < int(tables.table("categories")["age_young_below"])


def _refused(who: Situation) -> Iterator[Finding]:
    if YOUNG in who.a_by and not _is_young(who):
        words = say(
            "“Outstanding young talent” is for people under %(below)s, so it does not count here.",
            below=tables.table("categories")["age_young_below"],
        )
        yield Finding(Weight.LOOK, words, rule=_criteria_rule())


def _too_young(who: Situation) -> Iterator[Finding]:
    if who.age < OF_AGE:
        words = say("Nobody under %(least)s gets a work permit.", least=OF_AGE)
        yield Finding(Weight.WRONG, words, rule=_guide_rule())


def _limits(letter: str, met: frozenset[str], who: Situation, now: Figures) -> Iterator[Finding]:
    if letter == A:
        words = say("Category A has no limit of age, degree or experience.")
        yield Finding(Weight.IN_ORDER, words, rule=_guide_rule())
    elif letter == B:
        yield _age(who, now)
        yield _degree(who)
        yield _experience(who, is_waived=GRADUATE in met)
    else:
        words = say("There is a quota, and national rules say for which work.")
        yield Finding(Weight.LOOK, words, rule=_criteria_rule())


def _age(who: Situation, now: Figures) -> Finding:
    if who.age <= now.age_most_b:
        words = say("The age of %(age)s is within %(most)s.", age=who.age, most=now.age_most_b)
        return Finding(Weight.IN_ORDER, words, rule=_guide_rule())
    words = say(
        "People of category B are generally not older than %(most)s. %(more)s",
        most=now.age_most_b,
        more=tables.text(tables.table("categories")["age_relaxed"]),
    )
    return Finding(Weight.LOOK, words, rule=_guide_rule())


def _degree(who: Situation) -> Finding:
    if who.degree != "none":
        words = say("There is a bachelor’s degree or above.")
        return Finding(Weight.IN_ORDER, words, rule=_criteria_rule())
    words = say("Generally a bachelor’s degree or above is asked for. The office may relax this.")
    return Finding(Weight.LOOK, words, rule=_criteria_rule())


def _experience(who: Situation, *, is_waived: bool) -> Finding:
    least = int(tables.table("categories")["experience_least_b"])
    if is_waived:
        words = say(
            "For outstanding graduates the %(least)s years of work are waived.", least=least
        )
        return Finding(Weight.IN_ORDER, words, rule=_criteria_rule())
    if who.experience >= least:
        words = say("There are %(least)s years of relevant work or more.", least=least)
        return Finding(Weight.IN_ORDER, words, rule=_criteria_rule())
    words = say(
        "Generally %(least)s years of relevant work are asked for. The office may relax this.",
        least=least,
    )
    return Finding(Weight.LOOK, words, rule=_criteria_rule())


def _criteria_rule() -> Words:
    return say("Evaluation Criteria for Foreigners Employed in China (Trial)")


def _guide_rule() -> Words:
    guide = tables.source(tables.table("categories")["limits_source"])
    return say("%(name)s", name=guide.name)
