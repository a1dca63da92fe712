"""Filling a new desk: what every desk needs, and the demo park with its invented people.

Safe to run again: what is there stays as it is.  Deterministic: the same profile gives the
same park.  The demo's cases are the definitions' own examples, worked through the
operations that people use.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from servicedesk import demo_register
from servicedesk.accounts import operations as accounts
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.calendar import operations as calendar
from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import examples
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import drafts
from servicedesk.catalogue import definitions
from servicedesk.catalogue import operations as catalogue
from servicedesk.catalogue.definition import Example, Service
from servicedesk.catalogue.queries import get_service
from servicedesk.enterprises import reference
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import AddressHolding, Enterprise, Member
from servicedesk.enterprises.operations import address_stock, addresses, members
from servicedesk.enterprises.operations.address_stock import Change
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.queries.addresses import units as units_of_park
from servicedesk.enterprises.queries.members import startable
from servicedesk.hall import hall_files
from servicedesk.hall.operations import halls, hours
from servicedesk.hall.queries import list_halls
from servicedesk.indicators import operations as indicators
from servicedesk.members.operations import mandates
from servicedesk.obligations.operations import reckoning
from servicedesk.park import local_day, park
from servicedesk.resources import of_park

log = logging.getLogger(__name__)

Progress = Callable[[str], None]

_CASES: Final = Path(__file__).parent / "demo_cases.yaml"

# (name before @demo.example, name, language); all invented.
APPLICANTS: Final = (
    ("enterprise", "Lin Qiao", "en"),
    ("agent", "Tang Xiaoman", "zh"),
    ("talent", "Example Person", "en"),
)
_EVERYWHERE: Final = "*"
# (name before @demo.example, name, role, {department: duty})
STAFF: Final[tuple[tuple[str, str, Role, dict[str, str]], ...]] = (
    ("clerk1", "Clerk 1", Role.CLERK, {"window": "clerk", "talent": "clerk"}),
    ("clerk2", "Clerk 2", Role.CLERK, {"window": "clerk", "market": "reviewer"}),
    ("clerk3", "Clerk 3", Role.CLERK, {"talent": "clerk", "botc": "reviewer"}),
    ("clerk4", "Clerk 4", Role.CLERK, {"park": "reviewer", "window": "clerk"}),
    ("reviewer.market", "Reviewer, market", Role.REVIEWER, {"market": "reviewer"}),
    (
        "reviewer.tax",
        "Reviewer, tax",
        Role.REVIEWER,
        dict.fromkeys(("tax", "social", "medical", "fund", "bank", "customs"), "reviewer"),
    ),
    (
        "reviewer.police",
        "Reviewer, police",
        Role.REVIEWER,
        dict.fromkeys(("police", "city_police", "seals"), "reviewer"),
    ),
    (
        "supervisor",
        "Supervisor",
        Role.SUPERVISOR,
        {_EVERYWHERE: "supervisor"},
    ),
    # A second one of each, for what nobody may do who decided or examined.
    (
        "reviewer2",
        "Reviewer 2",
        Role.REVIEWER,
        dict.fromkeys(("botc", "police", "city_police", "seals"), "reviewer"),
    ),
    (
        "supervisor2",
        "Supervisor 2",
        Role.SUPERVISOR,
        dict.fromkeys(_EVERYWHERE, "supervisor"),
    ),
    ("admin", "Administrator", Role.ADMIN, {}),
)


def load_reference(session: Session, *, now: datetime, tell: Progress) -> None:
    """Load what every desk needs: calendar, catalogue, the stock of addresses."""
    tell(f"calendar: {calendar.load_days(session)} days")
    services = definitions.load_all()
    for service in services:
        catalogue.publish(session, service, now)
    tell(f"catalogue: {len(services)} services")
    tell(f"addresses: {addresses.stock(session, reference.demo_units())} new units")
    tell(f"halls: {halls.set_up(session, hall_files.halls())} new")
    opened = sum(hours.follow_calendar(session, hall, now=now) for hall in list_halls(session))
    tell(f"slots: {opened} new")


def load_demo(session: Session, *, password: str, now: datetime, tell: Progress) -> None:
    """Load the demo park; commits after each part, so that it can be interrupted."""
    load_reference(session, now=now, tell=tell)
    session.commit()
    people = _load_people(session, password=password, now=now)
    session.commit()
    tell(f"people: {len(people)} sign-ins")
    tell(f"addresses: {_load_occupants(session, people['clerk4'], now)} companies entered")
    session.commit()
    if session.scalar(sa.select(sa.func.count()).select_from(Case)):
        tell("cases: there are some already")
        return
    for made in _load_cases(session, people, now):
        session.commit()
        tell(f"case {made.reference}: {made.status}")
    tell(f"mandates: {_load_mandates(session, people, now)}")
    tell(f"enterprises: {_load_enterprises(session, people['clerk4'], now)} entered")
    indicators.count_register(session, now=now)
    session.commit()
    tell(f"obligations: {_load_obligations(session, people, now)}")
    session.commit()


def _load_people(session: Session, *, password: str, now: datetime) -> dict[str, User]:
    people: dict[str, User] = {}
    for key, name, language in APPLICANTS:
        email = f"{key}@demo.example"
        people[key] = find_user_by_email(session, email) or accounts.register(
            session, email=email, name=name, password=password, now=now,
            language=language, is_confirmed=True,
        )  # fmt: skip
    for key, name, role, posts in STAFF:
        email = f"{key}@demo.example"
        people[key] = find_user_by_email(session, email) or accounts.create_staff(
            session, email=email, name=name, password=password, role=role,
            posts=_posts_here(posts), now=now,
        )  # fmt: skip
    return people


def _load_occupants(session: Session, clerk: User, now: datetime) -> int:
    """Enter who was in the demo park before this desk; where anybody is known already, nobody."""
    if session.scalar(sa.select(sa.exists().where(AddressHolding.occupant.is_not(None)))):
        return 0
    units = {unit.code: unit for unit in units_of_park(session)}
    here = [one for one in reference.demo_occupants() if one.unit in units]
    for one in here:
        came = Change(clerk, "按租户名册录入", now - timedelta(days=one.came))
        until = local_day(now) + timedelta(days=one.ends) if one.ends is not None else None
        stay = address_stock.settle(session, units[one.unit], one.name, came, until=until)
        if one.left is not None:
            left = Change(clerk, "已迁出", now - timedelta(days=one.left))
            address_stock.release(session, stay, left)
    return len(here)


def _posts_here(posts: dict[str, str]) -> dict[str, str]:
    """Return the posts at departments of this park; who has none there helps everywhere."""
    here = park().departments
    if _EVERYWHERE in posts:
        return dict.fromkeys(here, posts[_EVERYWHERE])
    found = {department: duty for department, duty in posts.items() if department in here}
    if found or not posts:
        return found
    return dict.fromkeys(here, next(iter(posts.values())))


def _load_cases(session: Session, people: dict[str, User], now: datetime) -> Iterator[Case]:
    shown = demo_cases()
    for one in shown.get("decided", ()):
        _, service = get_service(session, one["service"])
        yield _play(session, one, service.examples[one["example"]], people)
    days = load_calendar(session)
    for one in shown.get("open", ()):
        _, service = get_service(session, one["service"])
        sent_at = _working_day_ago(days, now, one["ago"])
        yield _play(
            session, one, _recent(service.examples[one["example"]], sent_at, one["steps"]), people
        )


def _load_enterprises(session: Session, clerk: User, now: datetime) -> int:
    """Enter the enterprises that are older than the desk, with their reports."""
    rows = demo_cases().get("enterprises", ())
    decision = Decision(None, clerk, now, "按原登记系统转入")
    return demo_register.enter(session, rows, decision) if rows else 0


def _load_mandates(session: Session, people: Mapping[str, User], now: datetime) -> int:
    """Let the enterprise's owner mandate the agent, for the first enterprises not the agent's own.

    An enterprise that the agent set up for somebody gets its owner; its mandate ends anew.
    """
    owner, agent, today = people["enterprise"], people["agent"], local_day(now)
    terms = demo_cases().get("mandates", ())
    of_agent = sa.select(Member.enterprise_id).where(Member.user_id == agent.id)
    query = sa.select(Enterprise).where(Enterprise.id.not_in(of_agent)).order_by(Enterprise.id)
    clients = session.scalars(query.limit(len(terms))).all()
    for enterprise, said in zip(clients, terms, strict=False):
        if all(one.user_id != owner.id for one in enterprise.members):
            members.admit(session, enterprise.id, owner.id, MemberRole.OWNER, by=None, now=now)
        last_day = today + timedelta(days=said["days"])
        given = next((one for one in enterprise.mandates if one.user_id == agent.id), None)
        if given is None:
            wanted = mandates.Terms(tuple(said["services"]), said["may_send"], today, last_day)
            mandates.grant(session, enterprise, agent, wanted, by=owner, now=now)
        else:
            mandates.extend(
                session, given, last_day, version=given.version,
                longest_days=said["days"] + 1, by=owner, now=now,
            )  # fmt: skip
    return len(clients)


def _load_obligations(session: Session, people: Mapping[str, User], now: datetime) -> int:
    """Begin changes that are due, and work out what all enterprises owe; return how much it is."""
    today = local_day(now)
    for said in demo_cases().get("drafts", ()):
        person = people[said["whose"]]
        entry, service = get_service(session, said["service"])
        ids = [number for number, _ in startable(session, person, service.code, today=today)]
        if ids:
            case = drafts.start(
                session, entry.current, service, by=person, enterprise_id=min(ids), now=now
            )
            happened_on = today - timedelta(days=said["happened_days_ago"])
            case.answers = {**case.answers, "happened_on": happened_on.isoformat()}
    session.flush()
    batches = list(reckoning.stale(session, today=today))
    return sum(reckoning.renew(session, ids, now=now) for ids in batches)


def demo_cases() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return which examples the demo shows; of a park with services of its own, what it says."""
    path = of_park("demo_cases.yaml", _CASES)
    if path == _CASES and of_park("services", definitions.SERVICES) != definitions.SERVICES:
        return {}
    said: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(path.read_text("utf-8"))
    return said


def _play(
    session: Session, shown: Mapping[str, Any], example: Example, people: dict[str, User]
) -> Case:
    entry, service = get_service(session, shown["service"])
    applicant = people[shown["whose"]]
    return examples.play(
        session, entry.current, service, example, applicant=applicant, staff=_staff(people)
    )


def _recent(example: Example, sent_at: datetime, steps: int) -> Example:
    """Return the example as if it had been sent at ``sent_at``, its first steps hours apart."""
    taken = tuple(
        ((sent_at + timedelta(minutes=30 * number)).isoformat(), who, what)
        for number, (_, who, what) in enumerate(example.steps[:steps], start=1)
    )
    return example.model_copy(update={"at": sent_at.isoformat(), "steps": taken})


def _working_day_ago(days: Calendar, now: datetime, count: int) -> datetime:
    """Return ten in the morning of the working day ``count`` working days before today's."""
    day = days.day_of(now)
    while not days.is_working(day) or count:
        count -= days.is_working(day) and count > 0
        day -= timedelta(days=1)
    morning = datetime.combine(day, time(10), tzinfo=days.zone)
    return min(morning, now - timedelta(hours=2))


def _staff(people: dict[str, User]) -> Callable[[Task, Service], User]:
    """Return who does the demo's tasks; whoever decides is not who examined."""
    posts: dict[str, Any] = {
        "window": "clerk1",
        "talent": "clerk1",
        "park": "clerk4",
        "market": "clerk2",
        "botc": "clerk3",
        "seals": "reviewer.police",
        **dict.fromkeys(("tax", "social", "medical", "fund", "bank"), "reviewer.tax"),
    }

    def person(task: Task, service: Service) -> User:  # noqa: ARG001 - the shape of examples.Staff
        if task.key == "decide":  # licences by a reviewer, so that the supervisor may revoke them
            return people["reviewer.market" if task.department == "market" else "supervisor"]
        return people[posts.get(task.department, "supervisor")]

    return person
