"""An example of a definition, walked through its stages without a database.

Pure.  Judges the answers by their questions, the papers by what is needed, and takes each step
as ``workflow`` would, in the parts of a bundle too, while the clock runs by the calendar that is
delivered; says what cannot happen.  What a register must tell (names, places) the tests hold,
which play the same examples through the operations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from servicedesk.calendar import day_files
from servicedesk.cases import example_sending, workflow
from servicedesk.cases.example_clock import ExampleClock
from servicedesk.cases.workflow import Ask, End, Enter, Move, TaskProgress
from servicedesk.catalogue import bundles, examining, judging
from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.definition import (
    Action,
    Example,
    Expectation,
    LetterKind,
    Outcome,
    Service,
    StagePlan,
    TaskPlan,
)
from servicedesk.catalogue.definitions import Known
from servicedesk.catalogue.fragments import said_in
from servicedesk.catalogue.materials import needed
from servicedesk.catalogue.suggesting import instead
from servicedesk.errors import RuleBroken

_APPLICANT: Final = "applicant"
_WITHDRAW: Final = "withdraw"
_WHICH: Final = "write that, or mend the steps"
_MENDS: Final = "[day, applicant, {gives: [...]}]"
_BRINGS: Final = "write [day, applicant, {brings: [...]}] before it"
_MOST_MOVES: Final = 100  # of the machine alone, in one step


class _CannotHappenError(Exception):
    """A step of an example is not possible; the text says why."""


@dataclass
class _Walk:
    """How far an example has come."""

    service: Service
    answers: dict[str, Any]
    known: Known
    clock: ExampleClock
    whole: tuple["_Walk", TaskPlan] | None = None  # of a part: what it is a part of
    parts: dict[str, "_Walk"] = field(default_factory=dict)
    stage: StagePlan | None = None
    tasks: dict[str, TaskProgress] = field(default_factory=dict)
    letters: list[LetterKind] = field(default_factory=list)
    outcome: str = "open"
    waits: bool = False  # for the applicant
    follow: set[str] = field(default_factory=set)  # papers that are still to come
    asked_in_parts: set[str] = field(default_factory=set)  # which the parts wait for themselves

    def open_tasks(self) -> list[str]:
        return [one.key for one in self.tasks.values() if one.is_open]

    def write(self, kind: LetterKind) -> None:
        if kind in self.service.letters:
            self.letters.append(kind)


def faults(service: Service, known: Known) -> Iterator[tuple[str, str]]:
    """Yield what in the examples of ``service`` cannot happen: where, and why."""
    for example in service.examples:
        where = f"examples[{example.name}]"
        sent_at = _read(example.at)
        if sent_at is None or sent_at.tzinfo is None:
            yield f"{where}.at", f"is no moment: {example.at!r}; write 2026-03-02T09:00+08:00"
            continue
        incomplete = list(example_sending.faults(service, example, sent_at.date()))
        yield from ((f"{where}.{place}", fault) for place, fault in incomplete)
        if not incomplete:
            found = _steps(service, example, known, sent_at)
            yield from ((f"{where}.{place}", fault) for place, fault in found)


def moment_of(written: str, sent_at: datetime) -> datetime:
    """Return the moment of a step; a bare day means ten in the morning there.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        moment = moment.replace(hour=10, tzinfo=sent_at.tzinfo)
    return moment


def _read(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _steps(
    service: Service, example: Example, known: Known, sent_at: datetime
) -> Iterator[tuple[str, str]]:
    answers = dict(asked(service, example.answers).answers)
    walk = _Walk(service, answers, known, ExampleClock(service, sent_at))
    given = {*example.materials, *example.promises}
    wanted = (one for one in needed(service, walk.answers) if one.may_follow)
    walk.follow = {one.material.key for one in wanted} - given
    walk.write(LetterKind.RECEIPT)
    place, at = "steps", sent_at
    try:
        _go(walk, workflow.first_from(service, 0, walk.answers), at)
        for number, (written, who, what) in enumerate(example.steps):
            place = f"steps[{number}]"
            at = _next_moment(written, sent_at, at)
            _step(walk, who, what, at)
    except _CannotHappenError as refusal:
        yield place, str(refusal)
        return
    yield from _unexpected(walk, example.expect)
    yield from _other_days(walk, example.expect)


def _next_moment(written: str, sent_at: datetime, before: datetime) -> datetime:
    if _read(written) is None:
        raise _CannotHappenError(f"is no moment: {written!r}; write 2026-03-02T11:00+08:00")
    at = moment_of(written, sent_at)
    if at < before:
        earlier = before.isoformat(timespec="minutes")
        raise _CannotHappenError(
            f"is earlier than what came before it: {written} < {earlier}; write a later one"
        )
    return at


def _unexpected(walk: _Walk, expect: Expectation) -> Iterator[tuple[str, str]]:
    """Yield where the steps come to other ends and letters than expected."""
    if walk.outcome != expect.outcome:
        yield "expect.outcome", f"says {expect.outcome}, the steps end {walk.outcome}; {_WHICH}"
    expected, brought = (", ".join(one) for one in (expect.letters, walk.letters))
    if brought != expected:
        yield (
            "expect.letters",
            f"says {expected or 'none'}, the steps bring {brought or 'none'}; {_WHICH}",
        )
    for key, part in walk.parts.items():
        said = expect.parts.get(key, part.outcome)
        if said != part.outcome:
            yield f"expect.parts.{key}", f"says {said}, the steps end {part.outcome}; {_WHICH}"
    for key in sorted(set(expect.parts) - set(walk.parts)):
        yield f"expect.parts.{key}", "never begins; take it out, or add the steps to it"


def _other_days(walk: _Walk, expect: Expectation) -> Iterator[tuple[str, str]]:
    """Yield where the clock comes to other days than expected."""
    calendar = day_files.delivered()
    legal, committed = walk.clock.dues(calendar)
    accepted = walk.clock.accepted_on(calendar)
    for key, said, found in (
        ("accepted_on", expect.accepted_on, accepted),
        ("legal_due", expect.legal_due, legal),
        ("committed_due", expect.committed_due, committed),
    ):
        if said not in {None, found}:
            yield (
                f"expect.{key}",
                f"says {said}, by the calendar it is {found or 'no day'}; {_WHICH}",
            )


def _step(walk: _Walk, who: str, what: Any, at: datetime) -> None:  # noqa: ANN401 - YAML
    if "." in who:
        key, _, who = who.partition(".")
        if key not in walk.parts:
            raise _CannotHappenError(
                f"the part {key!r} has not begun{instead(key, sorted(walk.parts))}"
            )
        _step(walk.parts[key], who, what, at)
        return
    if walk.outcome != "open":
        raise _CannotHappenError(f"comes after the end: {walk.outcome}; take it out")
    if who == _APPLICANT:
        _applicant(walk, what, at)
        return
    if walk.waits:
        raise _CannotHappenError(
            f"comes while the applicant is asked for corrections; write {_MENDS} before it"
        )
    if who not in walk.open_tasks():
        ready = ", ".join(walk.open_tasks()) or "none"
        raise _CannotHappenError(f"the task {who!r} is not open now; open: {ready}")
    action = examining.action_of(what)
    _examine(walk, who, action, what, at)
    _do(walk, who, action, at)


def _examine(walk: _Walk, key: str, action: Action, what: Any, at: datetime) -> None:  # noqa: ANN401
    """Fill in what the task asks of the officer; an action in favour needs all of it."""
    stage = walk.stage
    plan = next((one for one in (stage.tasks if stage else ()) if one.key == key), None)
    if plan is None or not plan.is_filled_in:
        return
    kept = examining.agreed(plan, action, walk.answers, what)
    for strange in sorted(set(said_in(what)) - set(kept)):
        raise _CannotHappenError(
            f"finds {strange!r}, which is not asked with these answers; take it out"
        )
    for place, fault in judging.faults(examining.questions(plan), kept, at.date()):
        raise _CannotHappenError(f"finds what cannot be: {place}: {fault}; write another")
    if examining.needs_examining(plan, action):
        for place, words in examining.beyond(plan, kept, walk.answers, at.date()):
            raise _CannotHappenError(f"finds what cannot be: {place}: {words}; write another")
        for one in examining.lacking(plan, kept, walk.answers):
            example = f"{{do: {action}, finds: {{{one.key}: ...}}}}"
            raise _CannotHappenError(f"lacks what the officer finds: {one.key!r}; write {example}")


def _applicant(walk: _Walk, what: Any, at: datetime) -> None:  # noqa: ANN401 - YAML
    if what == _WITHDRAW:
        if walk.whole is not None:
            raise _CannotHappenError("a part cannot be withdrawn alone; write applicant, withdraw")
        _end(walk, "withdrawn", at)
        return
    if "brings" in what:
        _bring(walk, what["brings"])
        return
    if not walk.waits or walk.stage is None:
        raise _CannotHappenError("nobody asked the applicant for corrections; take it out")
    before, walk.waits = walk.answers, False
    walk.clock.go_on(at)
    _let_whole_go_on(walk, at)
    walk.answers = asked(walk.service, {**before, **what.get("answers", {})}).answers
    changed = {key for key in {*before, *walk.answers} if before.get(key) != walk.answers.get(key)}
    changed |= set(what.get("gives", ()))
    if not _is_accepted(walk):  # afterwards somebody finds it in order, so it is brought
        walk.follow -= set(what.get("gives", ()))
    mended = workflow.after_mending(
        walk.stage, walk.tasks.values(), answers=walk.answers, changed=changed
    )
    for key in mended.cancelled:
        del walk.tasks[key]
    walk.tasks |= {plan.key: TaskProgress(plan.key, is_open=True) for plan in mended.opened}
    walk.write(LetterKind.RECEIPT)
    left = list(walk.tasks.values())
    _go(walk, workflow.rejoined(walk.service, walk.stage, left, answers=walk.answers), at)


def _is_accepted(walk: _Walk) -> bool:
    at_receipt = workflow.is_accepted_at_receipt(walk.service)
    return at_receipt or LetterKind.ACCEPTED in walk.letters


def _bring(walk: _Walk, keys: Sequence[str]) -> None:
    if not _is_accepted(walk):
        raise _CannotHappenError(
            "comes before the acceptance; bring it after the step that accepts"
        )
    for key in keys:
        if key not in walk.follow:
            raise _CannotHappenError(
                f"brings {key!r}, which nobody waits for{instead(key, sorted(walk.follow))}"
            )
    walk.follow -= set(keys)


def _do(walk: _Walk, key: str, action: Action, at: datetime) -> None:
    if walk.stage is None:
        raise _CannotHappenError("no stage has begun; write stages first")
    if action is Action.ACCEPT:
        walk.clock.accept(at)
        walk.write(LetterKind.ACCEPTED)
    move = _after(walk, walk.stage, key, action)
    if isinstance(move, Ask):
        _wait(walk, at)
        walk.write(LetterKind.CORRECTION)
        return
    _go(walk, move, at)


def _wait(walk: _Walk, at: datetime) -> None:
    """Wait for the applicant; the clock stands, and that of the whole."""
    is_first = walk.whole is not None and not _waits_for_parts(walk.whole[0])
    walk.waits = True
    walk.clock.stop(at)
    if walk.whole is not None and is_first:
        walk.whole[0].clock.stop(at)


def _let_whole_go_on(walk: _Walk, at: datetime) -> None:
    """Let the clock of the whole go on if ``walk``, which waits no more, was the last to wait."""
    if walk.whole is not None and not _waits_for_parts(walk.whole[0]):
        walk.whole[0].clock.go_on(at)


def _waits_for_parts(whole: _Walk) -> bool:
    return any(part.waits for part in whole.parts.values())


def _after(walk: _Walk, stage: StagePlan, key: str, action: Action) -> Move:
    """Return what follows when the task ``key`` is done, and write down that it is."""
    tasks = list(walk.tasks.values())
    try:
        move = workflow.after(
            walk.service, stage, tasks, task=key, action=action, answers=walk.answers
        )
    except RuleBroken as refusal:
        raise _CannotHappenError(str(refusal)) from None
    if not isinstance(move, Ask):
        walk.tasks[key] = TaskProgress(key, is_open=False, action=action)
    return move


def _go(walk: _Walk, move: Move, at: datetime) -> None:
    """Enter what ``move`` says; the machine does its own tasks at once, parts begin."""
    for _ in range(_MOST_MOVES):
        missing = walk.follow - walk.asked_in_parts
        if isinstance(move, End) and move.outcome is Outcome.APPROVED and missing:
            papers = ", ".join(sorted(missing))
            raise _CannotHappenError(
                f"approves before these papers have followed: {papers}; {_BRINGS}"
            )
        if isinstance(move, End):
            _end(walk, move.outcome.value, at)
            _tell_whole(walk, move.outcome, at)
            return
        if isinstance(move, Enter):
            walk.stage, walk.tasks = move.stage, {}
        stage = _open_ready(walk, at)
        by_machine = ((key, _machine_action(stage, key)) for key in walk.open_tasks())
        key, action = next(((k, a) for k, a in by_machine if a), (None, None))
        if key is None or action is None or walk.outcome != "open":
            return
        if action is Action.ACCEPT:
            walk.clock.accept(at)
        move = _after(walk, stage, key, action)
    raise _CannotHappenError("the machine never comes to an end; lead its tasks on")


def _machine_action(stage: StagePlan, key: str) -> Action | None:
    return next(workflow.machine_action(plan) for plan in stage.tasks if plan.key == key)


def _open_ready(walk: _Walk, at: datetime) -> StagePlan:
    """Open what can be done now in the present stage, and begin the parts; return the stage."""
    if walk.stage is None:
        raise _CannotHappenError("no stage has begun; write stages first")
    tasks = walk.tasks
    opened = workflow.ready(walk.stage, tasks.values(), walk.answers)
    tasks |= {plan.key: TaskProgress(plan.key, is_open=True) for plan in opened}
    for plan in opened:
        part = walk.known(plan.service) if plan.service else None
        # A part that ends at once may have moved the whole on already.
        if part is not None and walk.tasks is tasks and walk.outcome == "open":
            answers = bundles.answers_for(plan, part, walk.service, walk.answers, {})
            child = _Walk(part, answers, walk.known, ExampleClock(part, at), whole=(walk, plan))
            child.follow = walk.follow & {
                one.material.key for one in needed(part, answers) if one.may_follow
            }
            walk.asked_in_parts |= {material.key for material in part.materials}
            walk.parts[plan.key] = child
            _go(child, workflow.first_from(part, 0, child.answers), at)
    return walk.stage


def _end(walk: _Walk, outcome: str, at: datetime) -> None:
    """End an application; the parts of it that are at work end with it."""
    walk.outcome = outcome
    walk.write(LetterKind(outcome))
    for part in walk.parts.values():
        if part.outcome == "open":
            part.outcome = "ended"
            if part.waits:
                part.waits = False
                _let_whole_go_on(part, at)


def _tell_whole(walk: _Walk, outcome: Outcome, at: datetime) -> None:
    if walk.whole is not None:
        whole, plan = walk.whole
        _do(whole, plan.key, bundles.SETTLED_BY[outcome], at)
