"""Where a case stands, in one sentence; who has it, by when, and what comes then.

Pure rules over a case, its definition, its tasks and its list; applicant, clerk and the
tracking page read the same words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from servicedesk.cases import rulings, workflow
from servicedesk.cases.chronicle import PUBLIC_WORDS, EventKind
from servicedesk.cases.excluded_time import STOP_WORDS
from servicedesk.cases.lifecycle import STATUS_WORDS, CaseStatus
from servicedesk.cases.models import Case, CaseEvent, CorrectionList, Task, TaskState
from servicedesk.catalogue import bundles, guide_times
from servicedesk.catalogue.definition import Service
from servicedesk.park import local_day, park
from servicedesk.words import Text, Words, say

TONES: Final[dict[CaseStatus, tuple[str, str]]] = {  # (tone, icon) of the status tag
    CaseStatus.DRAFT: ("idle", "pencil"),
    CaseStatus.SUBMITTED: ("info", "inbox"),
    CaseStatus.CORRECTING: ("you", "hand-index-thumb"),
    CaseStatus.IN_PROGRESS: ("info", "hourglass-split"),
    CaseStatus.APPROVED: ("ok", "check-circle-fill"),
    CaseStatus.REFUSED: ("bad", "x-octagon-fill"),
    CaseStatus.NOT_ACCEPTED: ("bad", "x-octagon-fill"),
    CaseStatus.WITHDRAWN: ("idle", "arrow-counterclockwise"),
    CaseStatus.LAPSED: ("idle", "hourglass-bottom"),
    CaseStatus.ENDED: ("idle", "arrow-counterclockwise"),
}


@dataclass(frozen=True)
class Fact:
    """One of the three facts under the sentence: its name, its value, a line below."""

    name: Words
    value: Words | Text | datetime
    below: Words | None = None


@dataclass(frozen=True)
class StatusSentence:
    """What a status page says first."""

    sentence: Words
    word: Words
    tone: str
    icon: str
    facts: tuple[Fact, ...]


def status_sentence(
    case: Case,
    service: Service,
    tasks: Sequence[Task],
    asked: CorrectionList | None,
    *,
    draft_until: datetime,
    revoked: CaseEvent | None = None,
    by_silence: bool = False,
) -> StatusSentence:
    """Return where ``case`` stands.

    Args:
        case: the case.
        service: the definition it is pinned to.
        tasks: all of its tasks.
        asked: the correction list that is not answered yet, if there is one.
        draft_until: until when a draft is kept.
        revoked: when the certificate it brought, or its approval, was revoked; None: it was not.
        by_silence: it is a renewal that counts as granted, as nobody decided in time.
    """
    if revoked is not None:
        return _revoked(service, revoked)
    status = CaseStatus.CORRECTING if _waits_for_reader(tasks) else case.status
    tone, icon = TONES[status]
    sentence, facts = _say(case, service, tasks, asked, draft_until)
    if by_silence and status is CaseStatus.APPROVED:
        sentence = _RENEWED
    return StatusSentence(sentence, STATUS_WORDS[status], tone, icon, facts)


def departments(tasks: Sequence[Task]) -> Text:
    """Return the offices that have the case now, joined as each language joins them."""
    return _joined(task.department for task in tasks if task.state is TaskState.OPEN)


def _joined(keys: Iterable[str]) -> Text:
    known = park().departments
    names = [known[key].name for key in dict.fromkeys(keys)]
    if not names:
        return park().desk
    english = [name.en for name in names]
    joined = " and ".join(filter(None, [", ".join(english[:-1]), english[-1]]))
    return Text(joined, "、".join(name.zh for name in names))


def _say(
    case: Case,
    service: Service,
    tasks: Sequence[Task],
    asked: CorrectionList | None,
    draft_until: datetime,
) -> tuple[Words, tuple[Fact, ...]]:
    match case.status:
        case CaseStatus.DRAFT:
            return say("You have not sent this application yet."), (
                Fact(say("Who has it"), say("You")),
                Fact(say("Kept until"), draft_until, say("counted from your last change")),
                Fact(say("Then"), say("You get a receipt at once"), say("when you send it")),
            )
        case CaseStatus.CORRECTING:
            return _correcting(case, asked)
        case CaseStatus.IN_PROGRESS if bundles.is_bundle(service):
            return _in_parts(case, service, tasks)
        case CaseStatus.SUBMITTED | CaseStatus.IN_PROGRESS:
            return _with_the_desk(case, service, tasks)
        case _:
            return _closed(case, service)


def _correcting(case: Case, asked: CorrectionList | None) -> tuple[Words, tuple[Fact, ...]]:
    count = len(asked.items) if asked else 0
    sentence = (
        say("We need one correction from you before we can go on.")
        if count == 1
        else say("We need %(count)s corrections from you before we can go on.", count=count)
    )
    since = asked.sent_at if asked and asked.sent_at else case.changed_at
    return sentence, (
        Fact(say("Who has it"), say("You"), say("since %(since)s", since=since)),
        Fact(say("Our clock"), say("Stopped"), say("it goes on when you send again")),
        Fact(say("Then"), say("We look at it again"), say("at what you mended, and decide")),
    )


def _with_the_desk(
    case: Case, service: Service, tasks: Sequence[Task]
) -> tuple[Words, tuple[Fact, ...]]:
    who = departments(tasks)
    if case.status is CaseStatus.SUBMITTED:
        sentence = say("We have your application and check that everything is there.")
    else:
        sentence = say("%(who)s is working on your application.", who=who)
        if len({task.department for task in tasks if task.state is TaskState.OPEN}) > 1:
            sentence = say("%(who)s are working on your application.", who=who)
    opened = [task.opened_at for task in tasks if task.state is TaskState.OPEN]
    facts = [Fact(say("Who has it"), who, _since(opened))]
    due = _promised(case, tasks)
    if due is not None:
        below = say("by law: %(due)s", due=case.legal_due) if case.legal_due else None
        facts.append(Fact(say("Promised by"), due, below))
    elif case.status is CaseStatus.SUBMITTED and guide_times.waits_without_limit(service):
        facts.append(_until_accepted(service))
    matter = next((one.matter for one in case.intervals if one.until is None), "")
    if matter:
        facts.append(Fact(say("Our clock"), say("Stopped"), STOP_WORDS[matter]))
    facts.append(Fact(say("Then"), _next(case, service)))
    return sentence, tuple(facts)


def _until_accepted(service: Service) -> Fact:
    """Return what is to be said of the time where no limit runs before the acceptance."""
    limit = service.clock and (service.clock.committed or service.clock.legal)
    then = say("then %(time)s to decide", time=guide_times.time_of(limit)) if limit else None
    return Fact(say("Time"), say("No limit in law until it is accepted"), then)


def _in_parts(
    case: Case, service: Service, tasks: Sequence[Task]
) -> tuple[Words, tuple[Fact, ...]]:
    """Return how many parts of a bundle are done, and who has the others."""
    plans = {plan.key: plan for plan in bundles.part_tasks(service, case.answers)}
    done = [task for task in tasks if task.key in plans and task.state is TaskState.DONE]
    at_work = [task for task in tasks if task.state in {TaskState.OPEN, TaskState.WAITING}]
    who: Text | Words = _joined(
        plans[task.key].department if task.key in plans else task.department for task in at_work
    )
    sentence = say("%(done)s of %(all)s parts are decided.", done=len(done), all=len(plans))
    since = _since([task.opened_at for task in at_work])
    waiting = [plans[task.key].name.plain() for task in at_work if task.with_applicant]
    if waiting:
        who, since = say("You"), None
        sentence = say(
            "“%(part)s” needs corrections from you before it can go on.", part=waiting[0]
        )
    facts = [Fact(say("Who has it"), who, since)]
    due = _promised(case, tasks)
    if due is not None:
        facts.append(Fact(say("Promised by"), due))
    facts.append(Fact(say("Then"), service.result.name.plain()))
    return sentence, tuple(facts)


def _waits_for_reader(tasks: Sequence[Task]) -> bool:
    """Whether a part of a bundle is with the applicant."""
    return any(task.state is TaskState.WAITING and task.with_applicant for task in tasks)


def _since(moments: list[datetime]) -> Words | None:
    return say("since %(since)s", since=min(moments)) if moments else None


def _promised(case: Case, tasks: Sequence[Task]) -> datetime | None:
    dues = [task.due_at for task in tasks if task.state is TaskState.OPEN and task.due_at]
    return case.committed_due or case.legal_due or max(dues, default=None)


def _next(case: Case, service: Service) -> Text:
    """Return the name of what comes after the present stage."""
    keys = [stage.key for stage in service.stages]
    index = keys.index(case.stage) + 1 if case.stage in keys else 0
    following = workflow.first_from(service, index, case.answers)
    if isinstance(following, workflow.Enter):
        return following.stage.name.plain()
    return service.result.name.plain()


_CLOSED: Final[dict[CaseStatus, Words]] = {
    CaseStatus.APPROVED: say("Your application was approved on %(on)s."),
    CaseStatus.REFUSED: say("Your application was refused on %(on)s."),
    CaseStatus.NOT_ACCEPTED: say("Your application was not accepted on %(on)s."),
    CaseStatus.WITHDRAWN: say("You withdrew this application on %(on)s."),
    CaseStatus.LAPSED: say("This draft lapsed on %(on)s, as it was not sent."),
    CaseStatus.ENDED: say("This ended on %(on)s, with the application that it is a part of."),
}


_NOT_ALL_GRANTED: Final = say(
    "Your application was decided on %(on)s, not all of it in your favour. The letter says what"
    " each authority decided."
)


_RENEWED: Final = say(
    "We did not decide by the last day of your old permit. By law its renewal therefore counts as"
    " granted."
)


def _closed(case: Case, service: Service) -> tuple[Words, tuple[Fact, ...]]:
    words = _CLOSED[case.status]
    if case.status is CaseStatus.REFUSED and rulings.are_told_apart(service):
        words = _NOT_ALL_GRANTED
    sentence = Words(words.msgid, {"on": _day(case.closed_at)})
    if case.status is not CaseStatus.APPROVED:
        return sentence, ()
    return sentence, (
        Fact(say("Result"), service.result.name.plain()),
        Fact(say("Validity"), service.result.validity.plain()),
    )


def _revoked(service: Service, event: CaseEvent) -> StatusSentence:
    on = _day(event.at)
    return StatusSentence(
        say("The approval of this application was revoked on %(on)s.", on=on)
        if event.kind == EventKind.APPROVAL_REVOKED
        else say("The certificate of this application was revoked on %(on)s.", on=on),
        PUBLIC_WORDS[EventKind(event.kind)],
        "bad",
        "x-octagon-fill",
        (
            Fact(say("Result"), service.result.name.plain(), say("not in force any more")),
            Fact(say("Then"), say("The letter says why")),
        ),
    )


def _day(moment: datetime | None) -> object:
    return local_day(moment) if moment else ""
