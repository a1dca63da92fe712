"""What is owed: by enterprises, to whose eyes, and in the lists over all of them."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import FINAL_STATUSES, CaseStatus
from servicedesk.cases.models import Case
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.enterprises import models as register
from servicedesk.enterprises.member_roles import Act
from servicedesk.enterprises.models import Mandate
from servicedesk.enterprises.queries import members
from servicedesk.errors import NotFound
from servicedesk.obligations.duties import Obligation, owed, prefill
from servicedesk.obligations.duty_kinds import Kind, book
from servicedesk.obligations.known import known_of
from servicedesk.obligations.models import CalendarLink, ObligationStart, OpenObligation, Reckoning
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import say


@dataclass(frozen=True)
class Rights:
    """For which services a person may see, and begin, what is for an enterprise."""

    sees: frozenset[str]
    begins: frozenset[str]
    acts: frozenset[Act]  # by their role; none: they are no member

    @property
    def tells(self) -> bool:
        """Whether they tell the desk what binds the enterprise: no agent does, OWN."""
        return Act.SEND in self.acts

    def may_do(self, one: Obligation) -> bool:
        """Whether it is for them to see to it."""
        return self.tells if one.is_told else one.service in self.begins


def owed_by(
    session: Session, enterprises: Sequence[register.Enterprise], *, today: date
) -> dict[int, list[Obligation]]:
    """Return what each of the enterprises owes; eight statements or so, however many there are."""
    known = known_of(session, enterprises)
    return {number: owed(one, today) for number, one in known.items()}


def rights_of(session: Session, user: User, enterprise_id: int, *, today: date) -> Rights:
    """Return what a person may see and begin, of the catalogue's services that fulfil something.

    By their role and their mandates together, as ``members.acts_in`` has it for one service.
    Staff who read the register see what it shows, and begin nothing.
    """
    codes = _codes(session, enterprise_id)
    by_role = members.acts_in(session, user, enterprise_id, "", today=today)  # without mandates

    def may(act: Act) -> frozenset[str]:
        if act in by_role:
            return codes
        return _covered(session, user, enterprise_id, codes, today=today, act=act)

    return Rights(may(Act.SEE), may(Act.PREPARE), by_role)


def visible(obligations: Iterable[Obligation], rights: Rights) -> list[Obligation]:
    """Return what somebody may see: drafts and permits only who acts in that service."""
    kinds = book().kinds
    return [
        one for one in obligations if not kinds[one.kind].is_private or one.service in rights.sees
    ]


def applications_for(
    session: Session, enterprise_id: int, obligations: Sequence[Obligation]
) -> dict[tuple[str, str], str]:
    """Return the open applications that fulfil obligations: their references, by key.

    It is the one that was begun for it; or one of the same service that was begun by itself and
    says the same of what is known beforehand: the year, the person.
    """
    codes = {one.service for one in obligations}
    query = (
        sa.select(Case, ObligationStart.kind, ObligationStart.subject)
        .outerjoin(ObligationStart, ObligationStart.case_id == Case.id)
        .where(
            Case.enterprise_id == enterprise_id,
            Case.for_enterprise,
            Case.service_code.in_(codes),
            Case.status.not_in(sorted(FINAL_STATUSES)),
        )
        .order_by(Case.id.desc())
    )
    rows = session.execute(query).all()
    begun = {(row.kind, row.subject): row.Case.reference for row in rows if row.kind is not None}
    by_itself = [row.Case for row in rows if row.kind is None]
    found = {
        one.key: one.case or begun.get(one.key) or _of_itself(one, by_itself) for one in obligations
    }
    return {key: reference for key, reference in found.items() if reference}


def page_of_overdue(
    session: Session,
    *,
    today: date,
    kind: Kind | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[OpenObligation]:
    """Return a page of what is overdue in the register, the longest overdue first."""
    query = _overdue(today, kind).options(joinedload(OpenObligation.enterprise))
    keys = [Key(OpenObligation.due_on), Key(OpenObligation.id)]
    return page_of(session, query, keys, after=after, before=before)


def count_overdue(session: Session, *, today: date) -> dict[Kind, int]:
    """Return how many obligations of each kind are overdue."""
    query = (
        sa.select(OpenObligation.kind, sa.func.count().label("number"))
        .where(OpenObligation.kind.in_(book().open_to_staff()), OpenObligation.due_on < today)
        .group_by(OpenObligation.kind)
    )
    return {row.kind: row.number for row in session.execute(query)}


def oldest_reckoning(session: Session) -> datetime | None:
    """Return when the list was last worked out for all; None before it ever was."""
    moment: datetime | None = session.scalar(sa.select(sa.func.min(Reckoning.at)))
    return moment


def all_overdue(session: Session, *, today: date, kind: Kind | None = None) -> sa.Result[Any]:
    """Return all of them as rows, for a file: kind, facts, due_on, name, credit_code, subject."""
    columns = (
        OpenObligation.kind, OpenObligation.facts, OpenObligation.due_on,
        register.Enterprise.name, register.Enterprise.credit_code,
    )  # fmt: skip
    query = (
        _overdue(today, kind)
        .join(register.Enterprise)
        .with_only_columns(*columns)
        .order_by(OpenObligation.due_on, OpenObligation.id)
        .execution_options(yield_per=1000)
    )
    return session.execute(query)


def page_of_own(
    session: Session,
    user: User,
    *,
    today: date,
    after: str | None = None,
    before: str | None = None,
    size: int = 25,
) -> Page[OpenObligation]:
    """Return a page of what is due at the enterprises this person acts for, by day."""
    query = own(user, today).options(joinedload(OpenObligation.enterprise))
    keys = [Key(OpenObligation.due_on), Key(OpenObligation.id)]
    return page_of(session, query, keys, after=after, before=before, size=size)


def soon(
    session: Session, user: User, *, today: date, days: int, most: int
) -> Sequence[OpenObligation]:
    """Return the first of what is overdue or due within so many days at their enterprises."""
    query = (
        own(user, today)
        .where(OpenObligation.due_on <= today + timedelta(days=days))
        .options(joinedload(OpenObligation.enterprise))
        .order_by(OpenObligation.due_on, OpenObligation.id)
        .limit(most)
    )
    return session.scalars(query).all()


def own(user: User, today: date) -> "sa.Select[OpenObligation]":
    """Return the query for what is due at the enterprises this person acts for.

    What is private to a service is only for members, and agents whose mandate covers it.
    """
    private = [kind for kind, one in book().kinds.items() if one.is_private]
    mandated = (
        sa.select(Mandate.id)
        .where(
            Mandate.enterprise_id == OpenObligation.enterprise_id,
            members.held_by(user),
            members.is_in_force(today),
            sa.or_(
                OpenObligation.kind.not_in(private),
                members.covers(sa.cast(OpenObligation.service, sa.Text)),
            ),
        )
        .exists()
    )
    belongs = OpenObligation.enterprise_id.in_(members.own(user))
    return sa.select(OpenObligation).where(sa.or_(belongs, mandated))


def find_link(session: Session, user: User) -> CalendarLink | None:
    """Return the calendar link of this person, or None."""
    return session.get(CalendarLink, user.id)


def get_reader(session: Session, secret: str) -> User:
    """Return whose calendar the secret opens.

    Raises:
        NotFound: nobody's, or not any more.
    """
    query = (
        sa.select(User)
        .join(CalendarLink, CalendarLink.user_id == User.id)
        .where(CalendarLink.secret_hash == hash_of(secret), User.is_active)
    )
    user = session.scalars(query).unique().one_or_none()
    if user is None:
        raise NotFound(say("There is no such calendar."))
    return user


def hash_of(secret: str) -> bytes:
    """Return what is kept of a calendar's secret."""
    return hashlib.sha256(f"obligations calendar\n{secret}".encode()).digest()


def _of_itself(one: Obligation, cases: Iterable[Case]) -> str | None:
    known = prefill(one)
    return next(
        (
            case.reference
            for case in cases
            if case.service_code == one.service
            and all(_agrees(case.answers.get(key), said) for key, said in known.items())
        ),
        None,
    )


def _agrees(answer: Any, said: Any) -> bool:  # noqa: ANN401 - any JSON
    return set(said) <= set(answer or ()) if isinstance(said, list) else bool(answer == said)


def _overdue(today: date, kind: Kind | None) -> "sa.Select[OpenObligation]":
    shown = book().open_to_staff()
    kinds = [kind] if kind in shown else shown
    return sa.select(OpenObligation).where(
        OpenObligation.kind.in_(kinds), OpenObligation.due_on < today
    )


def _covered(
    session: Session,
    user: User,
    enterprise_id: int,
    codes: Collection[str],
    *,
    today: date,
    act: Act,
) -> frozenset[str]:
    query = (
        sa.select(CatalogueEntry.code)
        .join(Mandate, members.covers(CatalogueEntry.code))
        .where(
            CatalogueEntry.code.in_(codes),
            Mandate.enterprise_id == enterprise_id,
            members.held_by(user, act),
            members.is_in_force(today),
        )
    )
    return frozenset(session.scalars(query))


def _codes(session: Session, enterprise_id: int) -> frozenset[str]:
    """Return the catalogue's services that fulfil or grant something, and those of open drafts."""
    drafts = sa.select(Case.service_code).where(
        Case.enterprise_id == enterprise_id, Case.for_enterprise, Case.status == CaseStatus.DRAFT
    )
    code = CatalogueEntry.code
    named = book().services() | book().granting()
    query = sa.select(code).where(sa.or_(code.in_(named), code.in_(drafts)))
    return frozenset(session.scalars(query))
