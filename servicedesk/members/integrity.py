"""Whether somebody decides for each enterprise; run by ``servicedesk check``."""

from collections.abc import Iterator

import sqlalchemy as sa

from servicedesk.enterprises.member_models import MemberEvent, MemberEventKind
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Member
from servicedesk.integrity import Place, check

_IN_FORCE = (EnterpriseState.REGISTERED, EnterpriseState.SUSPENDED)


@check("members.owners")
def owners(place: Place) -> Iterator[tuple[str, str]]:
    """An enterprise in force that ever had an owner has one."""
    had = sa.exists().where(
        MemberEvent.enterprise_id == Enterprise.id,
        MemberEvent.kind.in_([MemberEventKind.JOINED, MemberEventKind.ROLE_CHANGED]),
        MemberEvent.details["role"].astext == MemberRole.OWNER,
    )
    has = sa.exists().where(Member.enterprise_id == Enterprise.id, Member.role == MemberRole.OWNER)
    query = (
        sa.select(Enterprise.credit_code)
        .where(Enterprise.state.in_(_IN_FORCE), had, ~has)
        .order_by(Enterprise.credit_code)
    )
    for code in place.session.scalars(query):
        yield f"enterprise {code}", "had an owner and has none"
