"""Whether the register is whole; run by ``servicedesk check``."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from servicedesk.database import keyring
from servicedesk.enterprises import ledger
from servicedesk.enterprises.models import (
    AddressHolding,
    AddressUnit,
    Certificate,
    CertificateState,
    Enterprise,
    EnterpriseName,
    EnterpriseState,
    HoldingState,
    NameState,
)
from servicedesk.enterprises.operations.register import link_of
from servicedesk.integrity import Place, check

_AT_ONCE = 500  # enterprises read at a time

Wrong = Iterator[tuple[str, str]]


@check("enterprises.filings")
def filings(place: Place) -> Wrong:
    """Every chain of filings is unbroken and comes to what the register says now (D2)."""
    query = (
        sa.select(Enterprise)
        .options(selectinload(Enterprise.filings))
        .order_by(Enterprise.id)
        .execution_options(yield_per=_AT_ONCE, populate_existing=True)
    )
    for enterprise in place.session.scalars(query):
        where = f"enterprise {enterprise.credit_code}"
        links = [link_of(enterprise, filing) for filing in enterprise.filings]
        for what in ledger.problems(
            links, last_seq=enterprise.last_seq, last_hash=bytes(enterprise.last_hash)
        ):
            yield where, what
        end = ledger.sealed_end(
            enterprise.credit_code, enterprise.last_seq, bytes(enterprise.last_hash)
        )
        if not keyring.fits(ledger.SEAL, end, bytes(enterprise.seal or b"")):
            yield where, "the end of its chain does not carry our seal"
        facts = ledger.replay(links)
        if facts != enterprise.facts or facts.get("name") != enterprise.name:
            yield where, "the register differs from its filings"


@check("enterprises.certificates")
def certificates(place: Place) -> Wrong:
    """The word on every certificate is what became of it: replaced, revoked, or neither."""
    became = sa.case(
        (Certificate.revoked_at.is_not(None), CertificateState.REVOKED.value),
        (Certificate.replaced_by_id.is_not(None), CertificateState.REPLACED.value),
        else_=CertificateState.VALID.value,
    )
    query = sa.select(Certificate.id).where(sa.cast(Certificate.state, sa.String) != became)
    for number in place.session.scalars(query.order_by(Certificate.id)):
        yield f"certificate {number}", "its state is not what became of it"


@check("enterprises.addresses")
def addresses(place: Place) -> Wrong:
    """Each place counts exactly as many as hold it or have taken it."""
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
