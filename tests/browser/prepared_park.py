"""A park with something in every state, made by operations, for those who look at every page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts import tokens
from servicedesk.accounts.models import TokenPurpose, User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import examples, queries
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.models import Case, TaskState
from servicedesk.cases.operations import corrections, correspondence, drafts, keeping, tasks
from servicedesk.catalogue.definition import Service
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Certificate, Enterprise
from servicedesk.enterprises.operations import members, register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.hall import queries as hall_queries
from servicedesk.hall.appointment_queries import free_starts
from servicedesk.hall.links import link_of, token_of
from servicedesk.hall.models import Hall, Priority
from servicedesk.hall.operations import (
    appointments,
    calling,
    day_reports,
    hours,
    serving,
    sittings,
    steering,
    waitlist,
)
from servicedesk.hall.operations import tickets as hall_tickets
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.steering_models import Audience
from servicedesk.indicators import operations as indicators
from servicedesk.members.operations import mandates
from servicedesk.obligations.operations import reckoning
from servicedesk.park import local_day
from servicedesk.words import Text
from tests.browser.running_desk import Desk
from tests.cases.factories import play_example, published
from tests.factories import make_user
from tests.obligations.factories import enter

NEEDS_A_LICENCE: Final = "BS098"  # before that business begins
HALL: Final = "training"
EVERYWHERE: Final = ("window", "market", "park", "talent", "botc")
# key: (service, which example, how many of its steps; None: all)
CASES: Final[dict[str, tuple[str, int, int | None]]] = {
    "late": ("E_SET_FIE", 0, 0),
    "held": ("E_SET_FIE", 2, 0),
    "mending": ("E_SET_LLC", 4, None),
    "back": ("E_SET_LLC", 1, 2),
    "second_list": ("WP_NEW_ABROAD", 1, 2),
    "approved": ("E_SET_FIE", 1, None),
    "refused": ("WP_NEW_ABROAD", 2, None),
    "promised": ("WP_NEW_ABROAD", 0, None),
    "name": ("E_NAME", 2, None),
    "hosted": ("E_HOST", 0, None),
}
WRITTEN: Final = {  # by people, in whatever language they like
    "question": "Is a scan from my phone good enough for page 3?",
    "answer": "Yes, if the seal can be read. Lay the page flat and use daylight.",
    "note": "The owner called.",
    "mend": "The stamp on page 2 cannot be read.",
    "reason": "Seen only now.",
    "help": "Two more counters",
    "promise": "The school does not know this degree.",
    "control": "Sole director of the only shareholder",  # an answer of an example
}
TRACKED: Final = {"en": "back", "zh": "held"}  # the application that each language follows


@dataclass
class Park:
    """Who and what there is: addresses of people, numbers of applications, secrets."""

    people: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)  # of an application: the one in hand
    letters: dict[str, int] = field(default_factory=dict)  # of an application: its newest
    promises: dict[str, int] = field(default_factory=dict)  # of ``promised``: by material
    certificate: str = ""
    credit_code: str = ""
    enterprise: int = 0
    mandate: int = 0  # of the enterprise, held by the agent
    secrets: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)  # what their links hold
    ticket_ids: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # as they are called
    appointments: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)  # tokens of appointments
    hall_day: str = ""  # of which there is a report


def prepare(desk: Desk) -> Park:
    """Fill the desk's database and say what is where."""
    park = Park()
    with desk.worker_at_rest(), desk.session() as session:
        people = _people(session)
        park.people = {key: user.email for key, user in people.items()}
        for key, (code, index, steps) in CASES.items():
            example = published(session, code)[1].examples[index]
            if steps is not None:
                example = example.model_copy(update={"steps": example.steps[:steps]})
            case = play_example(session, code, example, applicant=people["founder"])
            park.cases[key] = case.reference
        park.cases["draft"] = _draft(session, None, by=people["founder"]).reference
        park.cases["ready"] = _draft(session, 2, by=people["founder"]).reference
        _work_on(session, park, people["clerk"])
        _check_promises(session, park, people["clerk"])
        _open_hall(session, park, people)
        _book(session, park, people["founder"])
        _remember(session, park, people)
        _owe(session, park, people["founder"])
        session.commit()
    return park


def _people(session: Session) -> dict[str, User]:
    def make(name: str, role: Role, duty: str | None) -> User:
        posts = dict.fromkeys(EVERYWHERE, duty) if duty else {}
        return make_user(session, role=role, name=name, posts=posts)

    people = {
        "founder": make_user(session, name="林乔"),
        "agent": make_user(session, name="苏晚照"),
        "newcomer": make_user(session, name="Maximiliane Featherstonehaugh-Wolfeschlegel"),
        "clerk": make("Clerk 1", Role.CLERK, "reviewer"),
        "supervisor": make("Supervisor", Role.SUPERVISOR, "supervisor"),
        "admin": make("Administrator", Role.ADMIN, None),
    }
    people["stranger"] = make_user(session, confirmed_at=None)
    return people


def _draft(session: Session, index: int | None, *, by: User) -> Case:
    """Return an application begun and no more, or filled in as an example is."""
    version, service = published(session, "E_SET_LLC")
    now = clock.now()
    if index is None:
        return drafts.start(session, version, service, by=by, enterprise_id=None, now=now)
    return examples.prepare(
        session, version, service, service.examples[index], applicant=by, now=now
    )


def _work_on(session: Session, park: Park, clerk: User) -> None:
    """Take tasks in hand, write, and propose a second list."""
    now = clock.now()
    for key in ("held", "back", "second_list"):
        case = queries.find_case_by_reference(session, park.cases[key])
        assert case is not None
        service = published_of(session, key)
        task = next(
            one for one in queries.standing_tasks(session, case) if one.state is TaskState.OPEN
        )
        if task.holder is None:
            tasks.claim(session, case, service, task, by=clerk, now=now)
        else:
            tasks.hand_over(session, case, service, task, by=task.holder, to=clerk, now=now)
        park.tasks[key] = task.id
        if key == "second_list":
            material = queries.documents_in_force(session, case)[0].material
            items = [(f"material:{material}", WRITTEN["mend"])]
            corrections.ask(
                session, case, service, task, items,
                by=clerk, reason=WRITTEN["reason"], now=case.changed_at,  # while there was time
            )  # fmt: skip
        if key == "back":
            _talk(session, case, key, clerk)


def _check_promises(session: Session, park: Park, clerk: User) -> None:
    """Find one promise not kept and one false; the third is still to be checked."""
    case = queries.find_case_by_reference(session, park.cases["promised"])
    assert case is not None
    service, now = published_of(session, "promised"), clock.now()
    for one in commitments_of(session, case):
        park.promises[one.material] = one.id
        found = {"degree": CommitmentState.NOT_KEPT, "no_crime": CommitmentState.FALSE}
        if one.material in found:
            keeping.judge(
                session, case, service, one, found[one.material],
                by=clerk, reason=WRITTEN["promise"], working_days=10, now=now,
            )  # fmt: skip


def _steer_hall(session: Session, park: Park, hall: Hall, by: User, now: datetime) -> None:
    """Have a message, a call for help, and the report of the day before."""
    soon = Text("Our computers are slow today.", "今天系统较慢。")
    steering.announce(session, hall, soon, until=now + timedelta(hours=8), by=by, now=now)
    steering.call_to_help(session, hall, Audience.ALL, by=by, now=now, words=WRITTEN["help"])
    day = local_day(now) - timedelta(days=1)
    day_reports.write(session, hall, day, by=None, now=now)
    park.hall_day = day.isoformat()


def _open_hall(session: Session, park: Park, people: Mapping[str, User]) -> None:
    """Have a clerk at the last counter, and tickets that wait, are called, on hold and missed."""
    hall, now = hall_queries.get_hall(session, HALL), clock.now()
    sitting = sittings.sign_on(
        session, hall.counters[-1], by=people["clerk"], queue_ids=[hall.queues[0].id],
        languages=["en", "zh"], now=now,
    )  # fmt: skip
    for key, priority in (("held", None), ("missed", None), ("called", None), ("first", None),
                          ("waiting", None), ("before", Priority.AGE)):  # fmt: skip
        ticket = hall_tickets.take(
            session, hall, hall.queues[0], language="en", now=now, priority=priority
        )
        park.tickets[key], park.ticket_ids[key] = token_of(ticket.nonce), ticket.id
        park.numbers[key] = ticket.name
        if key in {"held", "missed", "called"}:
            calling.call_next(session, sitting, now=now)
        if key == "held":
            serving.start(session, ticket, sitting, now=now)
            serving.hold(session, ticket, sitting, now=now)
        if key == "missed":
            calling.miss(session, ticket, sitting, now=now)
    _steer_hall(session, park, hall, people["supervisor"], now)


def _book(session: Session, park: Park, founder: User) -> None:
    """Have a time that is held and one that is booked, by somebody with an application."""
    hall, now = hall_queries.get_hall(session, HALL), clock.now()
    hall.booking = (hall.booking or {}) | {"of_person": 6}  # one person has all of these
    hours.follow_calendar(session, hall, now=now)
    case = queries.find_case_by_reference(session, park.cases["draft"])
    assert case is not None
    for key, starts_at in zip(
        ("held", "booked"),
        free_starts(session, hall.queues[0], 1, by_staff=False, now=now)[10:12],
        strict=True,
    ):
        visit = Visit(hall.queues[0], starts_at, 1, "en")
        held = appointments.hold(session, visit, by=founder, enterprise_id=None, now=now)
        held.held_until = now + timedelta(hours=2)  # as long as the tour takes
        if key == "booked":
            appointments.confirm(session, held, case_id=case.id, now=now)
        park.appointments[key] = held.id
        park.links[key] = link_of(held.nonce)
    today = local_day(now)
    wanted = waitlist.Wanted(
        ["advice", "WP_CAN"], 2, "en", None, today + timedelta(days=1), today + timedelta(days=9)
    )
    for _offered_and_waiting in range(2):
        waitlist.join(session, hall, wanted, by=founder, now=now)
    offer = waitlist.offer_next(session, hall, now=now)
    assert offer is not None
    park.appointments["offered"], park.links["offered"] = offer.id, link_of(offer.nonce)


def _talk(session: Session, case: Case, key: str, clerk: User) -> None:
    service, now = published_of(session, key), clock.now()
    lines = (
        (case.applicant, WRITTEN["question"]),
        (clerk, WRITTEN["answer"]),
    )
    for person, words in lines:
        correspondence.write_message(session, case, service, by=person, body=words, now=now)
    correspondence.write_note(session, case, by=clerk, body=WRITTEN["note"], now=now)


def published_of(session: Session, key: str) -> Service:
    """Return the definition of one of the prepared applications."""
    return published(session, CASES[key][0])[1]


def _owe(session: Session, park: Park, founder: User) -> None:
    """Let the enterprise have a change to apply for and need a licence; another reports late."""
    now = clock.now()
    today = local_day(now)
    version, service = published(session, "E_CHG_NAME")
    case = drafts.start(
        session, version, service, by=founder, enterprise_id=park.enterprise, now=now
    )
    happened_on = today - timedelta(days=20)
    case.answers = {**case.answers, "happened_on": happened_on.isoformat()}
    first = session.get_one(Enterprise, park.enterprise)
    wider = first.facts | {"scope": [*first.facts["scope"], NEEDS_A_LICENCE]}
    register.file(
        session, first, "change_scope", wider, decision=Decision(None, None, now, "示例。")
    )
    facts = first.facts | {"name": "北京旧样例科技有限公司"}
    long_ago = today.replace(year=today.year - 3, day=1)
    enter(session, facts, name=facts["name"], registered_on=long_ago, now=now)
    for ids in reckoning.stale(session, today=today):
        reckoning.renew(session, ids, now=now)


def _remember(session: Session, park: Park, people: dict[str, User]) -> None:
    """Write down what addresses of pages need."""
    now = clock.now()
    for key, reference in park.cases.items():
        case = queries.find_case_by_reference(session, reference)
        letters = queries.letters_of(session, case) if case else ()
        if letters:
            park.letters[key] = letters[0].id
    enterprise = session.query(Enterprise).order_by(Enterprise.id).first()
    certificate = session.query(Certificate).order_by(Certificate.id).first()
    assert enterprise
    assert certificate
    park.enterprise, park.credit_code = enterprise.id, enterprise.credit_code
    members.admit(session, enterprise.id, people["founder"].id, MemberRole.OWNER, by=None, now=now)
    today = local_day(now)
    terms = mandates.Terms((), may_send=True, first_day=today, last_day=today + timedelta(days=20))
    founder, agent = people["founder"], people["agent"]
    park.mandate = mandates.grant(session, enterprise, agent, terms, by=founder, now=now).id
    park.certificate = certificate.code
    _let_grow(session, enterprise, now)
    for name, purpose, whose in (
        ("confirm", TokenPurpose.CONFIRM_EMAIL, "stranger"),
        ("reset", TokenPurpose.RESET_PASSWORD, "founder"),
    ):
        park.secrets[name] = tokens.issue(session, purpose, str(people[whose].id), now=now)


def _let_grow(session: Session, enterprise: Enterprise, now: datetime) -> None:
    """Let the enterprise report for some years, so that there is a history and growth."""
    decision = Decision(None, None, now, "据年度报告。")
    for year, revenue in ((2022, "54000000"), (2023, "61000000"), (2024, "70200000")):
        amount = {"currency": "CNY", "amount": f"{revenue}.00"}
        report = {"year": year, "state": "open", "staff": 40, "revenue": amount}
        facts = {**enterprise.facts, f"annual_report_{year}": {**report, "publish_figures": True}}
        register.file(session, enterprise, "report_year", facts, decision=decision)
    indicators.count_register(session, now=now)
