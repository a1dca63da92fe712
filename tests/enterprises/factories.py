"""Applications to the register, valid unless a test says otherwise."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import set_ups
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.models import AddressUnit, Enterprise
from servicedesk.enterprises.operations.register import Decision, set_up
from servicedesk.words import Text
from tests.factories import make_user

NOW = datetime(2026, 5, 6, 7, 0, tzinfo=UTC)  # Wednesday, 15:00 in Beijing
_cases = count(1001)  # beyond those of applications that a test really begins

LIN = {
    "party": "person",
    "full_name": "林乔",
    "country": "CN",
    "id_kind": "id_card",
    "id_number": "110114198803121021",
    "contribution": {"currency": "CNY", "amount": "3000000.00"},
    "method": "cash",
    "pay_by": "2031-03-31",
}
ZHOU = LIN | {
    "full_name": "周若谷",
    "id_number": "110114198506271517",
    "contribution": {"currency": "CNY", "amount": "2000000.00"},
}


def set_up_answers(**other: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the answers of a domestic company with two founders in a room of the park."""
    answers: dict[str, Any] = {
        "name_source": "new",
        "division": "北京",
        "trade_name": "澄野",
        "industry": "生物科技",
        "name_form": "有限公司",
        "org_form": "llc",
        "business_term": "long",
        "capital": {"currency": "CNY", "amount": "5000000.00"},
        "shareholders": [LIN, ZHOU],
        "scope": ["BS001", "BS002", "BS098"],
        "main_scope": "BS002",
        "address_kind": "park",
        "unit": "9-207",
        "legal_rep_post": "director",
        "directors": [
            {
                "full_name": "林乔",
                "id_number": "110114198803121021",
                "posts": ["director", "legal_representative"],
            }
        ],
        "no_supervisor": True,
        "bo_exempt": True,
        "agent_acts": False,
    }
    return answers | other


def make_application(
    applicant: User,
    answers: Mapping[str, Any] | None = None,
    *,
    case_id: int | None = None,
    certificate: str | None = None,
) -> Application:
    """Return an application for a set-up."""
    number = case_id or next(_cases)
    return Application(
        case_id=number,
        reference=f"R26-{number:05}",
        service="E_SET_LLC",
        applicant_id=applicant.id,
        enterprise_id=None,
        answers=set_up_answers() if answers is None else answers,
        title="北京澄野生物科技有限公司",
        result=Text("Business licence", "营业执照"),
        certificate=certificate,
    )


def make_enterprise(session: Session, founder: User | None = None, **answers: object) -> Enterprise:
    """Enter an enterprise into the register, as an approval does, and commit."""
    own = {"address_kind": "own", "own_address": "北京市昌平区示例大街 8 号"}
    application = make_application(
        founder or make_user(session), set_up_answers(**(own | answers)), case_id=None
    )
    done = set_ups.register_enterprise(session, application, by=None, now=NOW)
    session.commit()
    return session.get_one(Enterprise, done.enterprise_id)


def branch_of(session: Session, parent: Enterprise, name: str) -> Enterprise:
    """Add a branch that nobody acts for yet."""
    parent_facts = {"name": parent.name, "credit_code": parent.credit_code}
    facts = {**parent.facts, "org_form": "branch", "name": name, "parent": parent_facts}
    branch = set_up(session, facts, decision=Decision(None, None, NOW))
    session.commit()
    return branch


def make_unit(
    session: Session, code: str = "9-207", *, kind: str = "lab", capacity: int = 1, floor: int = 2
) -> AddressUnit:
    """Add a place of the park."""
    unit = AddressUnit(
        code=code,
        kind=kind,
        building_en="Example Building 4",
        building_zh="示例 4 号楼",
        floor=floor,
        area=72,
        address_en=f"Room {code}, Example Building 4, Beijing",
        address_zh=f"北京市昌平区示例 4 号楼 {code} 室",
        capacity=capacity,
        taken=0,
    )
    session.add(unit)
    session.commit()
    return unit
