"""Whether the register is whole; run by ``servicedesk check``."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, selectinload

from servicedesk import clock
from servicedesk.database import keyring
from servicedesk.enterprises import certificate_seals, chronology, ledger, noted_branches
from servicedesk.enterprises.address_models import AddressChange
from servicedesk.enterprises.models import (
    AddressHolding,
    AddressUnit,
    Certificate,
    CertificateState,
    Enterprise,
    EnterpriseState,
    Filing,
    HoldingState,
    RegisterRow,
)
from servicedesk.enterprises.name_models import EnterpriseName, NameState
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.queries import signing_keys
from servicedesk.enterprises.queries.certificates import statement_of
from servicedesk.integrity import Place, check
from servicedesk.park import local_day

_AT_ONCE = 500  # enterprises read at a time

Wrong = Iterator[tuple[str, str]]


@check("enterprises.filings")
def filings(place: Place) -> Wrong:
    """Every chain of filings is unbroken and comes to what the register says now (D2)."""
    today = local_day(clock.now())
    query = (
        sa.select(Enterprise)
        .options(selectinload(Enterprise.filings))
        .order_by(Enterprise.id)
        .execution_options(yield_per=_AT_ONCE, populate_existing=True)
    )
    for enterprise in place.session.scalars(query):
        where = f"enterprise {enterprise.credit_code}"
        links = links_of(enterprise)
        for what in ledger.problems(
            links, last_seq=enterprise.last_seq, last_hash=bytes(enterprise.last_hash)
        ):
            yield where, what
        end = ledger.sealed_end(
            enterprise.credit_code, enterprise.last_seq, bytes(enterprise.last_hash)
        )
        if not keyring.fits(ledger.SEAL, end, bytes(enterprise.seal or b"")):
            yield where, "the end of its chain does not carry our seal"
        facts = chronology.facts(links, on=_shown_on(enterprise, today))
        if facts != enterprise.facts or facts.get("name") != enterprise.name:
            yield where, "the register differs from its filings"


def _shown_on(enterprise: Enterprise, today: date) -> date:
    """Return of which day the register speaks: a filing of today may still have to take effect."""
    ahead = enterprise.next_effect_on
    return today if ahead is None else min(today, ahead - timedelta(days=1))


@check("enterprises.rows")
def rows(place: Place) -> Wrong:
    """What can be looked up row by row is what the filings say."""
    query = (
        sa.select(Filing, Enterprise.credit_code)
        .join(Enterprise, Enterprise.id == Filing.enterprise_id)
        .order_by(Filing.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for filed in place.session.execute(query).partitions():
        stored = _rows_of(place.session, [filing.id for filing, _ in filed])
        for filing, code in filed:
            said = [(one.topic, one.subject, one.value) for one in chronology.rows(filing.changes)]
            if stored.get(filing.id, []) != said:
                yield f"enterprise {code}", f"the rows of filing {filing.seq} are not its changes"


def _rows_of(session: Session, filing_ids: Sequence[int]) -> dict[int, list[tuple[str, str, Any]]]:
    """Return the rows that are kept of these filings, in the order of topics and subjects."""
    of_filing = sa.and_(
        RegisterRow.enterprise_id == Filing.enterprise_id, RegisterRow.seq == Filing.seq
    )
    kept: dict[int, list[tuple[str, str, Any]]] = {}
    for filing_id, topic, subject, value in session.execute(
        sa.select(Filing.id, RegisterRow.topic, RegisterRow.subject, RegisterRow.value)
        .join(RegisterRow, of_filing)
        .where(Filing.id.in_(filing_ids))
        .order_by(RegisterRow.topic, RegisterRow.subject)
    ):
        kept.setdefault(filing_id, []).append((topic, subject, value))
    return kept


@check("enterprises.certificates")
def certificates(place: Place) -> Wrong:
    """The word on every certificate is what became of it, or else it is valid."""
    is_over = Certificate.revoked_at.is_not(None) | Certificate.ended_at.is_not(None)
    became = sa.case(
        (is_over, CertificateState.REVOKED.value),
        (Certificate.replaced_by_id.is_not(None), CertificateState.REPLACED.value),
        (Certificate.suspended_at.is_not(None), CertificateState.SUSPENDED.value),
        else_=CertificateState.VALID.value,
    )
    query = sa.select(Certificate.id).where(sa.cast(Certificate.state, sa.String) != became)
    for number in place.session.scalars(query.order_by(Certificate.id)):
        yield f"certificate {number}", "its state is not what became of it"


@check("enterprises.signatures")
def signatures(place: Place) -> Wrong:
    """Our signature stands under exactly what every certificate says."""
    keys = signing_keys.public_keys(place.session)
    query = sa.select(Certificate).order_by(Certificate.id)
    read = query.execution_options(yield_per=_AT_ONCE, populate_existing=True)
    for one in place.session.scalars(read):
        if not certificate_seals.is_sealed(one.seal, statement_of(one), keys):
            yield f"certificate {one.id}", "our signature does not stand under what it says"


@check("enterprises.addresses")
def addresses(place: Place) -> Wrong:
    """Each place counts exactly as many as hold it or have taken it, and those may be there."""
    open_holdings = (
        sa.select(AddressHolding.unit_id, sa.func.count().label("count"))
        .where(AddressHolding.state != HoldingState.RELEASED)
        .group_by(AddressHolding.unit_id)
        .subquery()
    )
    held = sa.func.coalesce(open_holdings.c.count, 0)
    rows = place.session.execute(
        sa.select(AddressUnit.code, AddressUnit.taken, held)
        .outerjoin(open_holdings, open_holdings.c.unit_id == AddressUnit.id)
        .where(AddressUnit.taken != held)
        .order_by(AddressUnit.code)
    )
    for code, counted, found in rows:
        yield f"place {code}", f"counts {counted} taken, {found} are"
    yield from _stays(place)


def _stays(place: Place) -> Wrong:
    is_released = AddressHolding.state == HoldingState.RELEASED
    ended = place.session.scalars(
        sa.select(AddressHolding.id)
        .where(is_released != AddressHolding.ended_at.is_not(None))
        .order_by(AddressHolding.id)
    )
    for number in ended:
        yield f"stay {number}", "has an end and is open, or is over and has none"
    gone = place.session.execute(
        sa.select(AddressUnit.code, Enterprise.credit_code)
        .join(AddressHolding, AddressHolding.unit_id == AddressUnit.id)
        .join(Enterprise, Enterprise.id == AddressHolding.enterprise_id)
        .where(~is_released, Enterprise.state == EnterpriseState.DEREGISTERED)
        .order_by(AddressUnit.code)
    )
    for code, credit_code in gone:
        yield f"place {code}", f"is taken by {credit_code}, which is deregistered"
    yield from _places_said(place)


def _places_said(place: Place) -> Wrong:
    """Yield what the register says to sit in the park and has not taken its place there.

    A place that staff released since, with a reason, is no such: the register says it until the
    enterprise moves.
    """
    said = sa.union_all(_seats(), _branches()).subquery()
    has_been_released = sa.exists().where(
        AddressChange.holding_id == AddressHolding.id,
        AddressChange.at == AddressHolding.ended_at,
    )
    taken = (
        sa.select(sa.func.count())
        .select_from(AddressHolding)
        .join(AddressUnit, AddressUnit.id == AddressHolding.unit_id)
        .where(
            AddressHolding.enterprise_id == said.c.id,
            AddressUnit.code == said.c.code,
            sa.or_(AddressHolding.state == HoldingState.TAKEN, has_been_released),
        )
        .scalar_subquery()
    )
    missing = place.session.execute(
        sa.select(said.c.credit_code, said.c.code)
        .group_by(said.c.id, said.c.credit_code, said.c.code)
        .having(sa.func.count() > taken)
        .order_by(said.c.credit_code, said.c.code)
    )
    for credit_code, code in missing:
        yield f"enterprise {credit_code}", f"is registered at place {code} and has not taken it"


def _seats() -> sa.Select[int, str, str]:
    """Return the places in which enterprises that are there sit themselves."""
    code = Enterprise.facts["address_unit"].as_string()
    return _of_living(code).where(code.is_not(None))


def _branches() -> sa.Select[int, str, str]:
    """Return the places of their noted branches; old facts have the address alone."""
    each = sa.func.jsonb_array_elements(Enterprise.facts[noted_branches.FACT])
    entry = sa.column("entry", postgresql.JSONB)
    noted = each.table_valued(entry).render_derived(name="noted")
    by_address = (
        sa.select(sa.func.min(AddressUnit.code))
        .join(AddressHolding, AddressHolding.unit_id == AddressUnit.id)
        .where(
            AddressHolding.enterprise_id == Enterprise.id,
            AddressUnit.address_zh == noted.c.entry["zh"].astext,
        )
        .correlate(Enterprise, noted)
        .scalar_subquery()
    )
    code = sa.func.coalesce(noted.c.entry["unit"].astext, by_address)
    return _of_living(code).join(noted, sa.true()).where(code.is_not(None))


def _of_living(code: sa.ColumnElement[str]) -> sa.Select[int, str, str]:
    return sa.select(Enterprise.id, Enterprise.credit_code, code.label("code")).where(
        Enterprise.state != EnterpriseState.DEREGISTERED
    )


@check("enterprises.names")
def names(place: Place) -> Wrong:
    """Nobody's name is held twice, and each enterprise in force has exactly its own."""
    held = sa.or_(
        EnterpriseName.state == NameState.REGISTERED,
        sa.and_(EnterpriseName.state == NameState.RESERVED, EnterpriseName.enterprise_id.is_(None)),
    )
    doubles = place.session.execute(
        sa.select(sa.func.min(EnterpriseName.id), sa.func.count())
        .where(held)
        .group_by(EnterpriseName.trade_key, EnterpriseName.industry_key)
        .having(sa.func.count() > 1)
    )
    for first, count in doubles:
        yield f"name {first}", f"is held {count} times"
    nameless = place.session.scalars(
        sa.select(Enterprise.credit_code)
        .where(
            Enterprise.state != EnterpriseState.DEREGISTERED,
            Enterprise.parent_code.is_(None),  # a branch has that of its parent
            ~sa.exists().where(
                EnterpriseName.enterprise_id == Enterprise.id,
                EnterpriseName.state == NameState.REGISTERED,
                EnterpriseName.full_name == Enterprise.name,
            ),
        )
        .order_by(Enterprise.credit_code)
    )
    for code in nameless:
        yield f"enterprise {code}", "has no registered name"
