"""Shared addresses: a company moves into the place it was admitted to, and takes no second one."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import effects, pick_lists, set_ups
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.models import AddressHolding, AddressUnit, Enterprise, HoldingState
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.operations import addresses
from tests.enterprises.factories import NOW, make_application, make_unit, set_up_answers
from tests.enterprises.matters import example, make_matter, wrong_places
from tests.enterprises.together import at_once
from tests.factories import make_user

SHARED = "9-H01"


@pytest.fixture
def founder(session: Session) -> User:
    make_unit(session, SHARED, kind="hosted", capacity=3)
    return make_user(session)


def _reserved_name(session: Session, founder: User) -> EnterpriseName:
    declaration = make_application(founder, set_up_answers())
    effects.hold(session, "reserve_name", declaration, NOW)
    set_ups.reserve_name(session, declaration, by=None, now=NOW)
    return session.scalars(sa.select(EnterpriseName)).one()


def _admission(founder: User, name: EnterpriseName) -> Application:
    answers = {"company_kind": "new", "name_choice": str(name.id), "unit": SHARED}
    return make_application(founder, answers)


def _set_up(founder: User, **answers: Any) -> Application:  # noqa: ANN401 - answers of a form
    place = {"address_kind": "park", "unit": SHARED}
    return make_application(founder, set_up_answers(**place, **answers))


def _taken(session: Session) -> int:
    return session.scalars(sa.select(AddressUnit.taken).where(AddressUnit.code == SHARED)).one()


def _admit(session: Session, founder: User, name: EnterpriseName) -> None:
    application = _admission(founder, name)
    effects.hold(session, "host_address", application, NOW)
    set_ups.host_address(session, application, by=None, now=NOW)


def test_nobody_sets_up_at_a_shared_address_without_an_admission(
    session: Session, founder: User
) -> None:
    name = _reserved_name(session, founder)
    for answers in (
        {"trade_name": "听松样例"},
        {"name_source": "reserved", "name_choice": str(name.id)},
    ):
        with pytest.raises(addresses.NotAdmitted):
            effects.hold(session, "register_enterprise", _set_up(founder, **answers), NOW)
    assert _taken(session) == 0


def test_a_set_up_moves_into_the_place_of_its_admission(session: Session, founder: User) -> None:
    name = _reserved_name(session, founder)
    _admit(session, founder, name)
    stays_until = session.scalars(sa.select(AddressHolding.until)).one()
    chosen = {"name_source": "reserved", "name_choice": str(name.id)}
    set_up = _set_up(founder, **chosen, lease_until="2099-12-31")

    effects.hold(session, "register_enterprise", set_up, NOW)
    done = set_ups.register_enterprise(session, set_up, by=None, now=NOW)
    session.commit()

    holding = session.scalars(sa.select(AddressHolding)).one()
    assert (holding.state, holding.enterprise_id) == (HoldingState.TAKEN, done.enterprise_id)
    assert holding.until == stays_until
    assert _taken(session) == 1
    address = session.get_one(Enterprise, done.enterprise_id).facts["address"]
    assert holding.unit.address_zh in str(address)


def test_an_admission_serves_its_own_name_only(session: Session, founder: User) -> None:
    name = _reserved_name(session, founder)
    _admit(session, founder, name)

    with pytest.raises(addresses.NotAdmitted):
        effects.hold(session, "register_enterprise", _set_up(founder, trade_name="听松样例"), NOW)


def test_a_set_up_that_ends_leaves_the_admission(session: Session, founder: User) -> None:
    name = _reserved_name(session, founder)
    _admit(session, founder, name)
    set_up = _set_up(founder, name_source="reserved", name_choice=str(name.id))
    effects.hold(session, "register_enterprise", set_up, NOW)

    effects.release(session, "register_enterprise", set_up.case_id, NOW)

    assert session.scalars(sa.select(AddressHolding)).one().state is HoldingState.TAKEN
    assert _taken(session) == 1


def test_of_many_admissions_of_one_name_at_once_one_is_held(
    session: Session, engine_url: str, founder: User
) -> None:
    name_id = _reserved_name(session, founder).id
    session.commit()

    def hold(other: Session, *, case_id: int) -> int:
        addresses.hold(other, SHARED, case_id=case_id, name_id=name_id, now=NOW)
        return case_id

    came = at_once(engine_url, [partial(hold, case_id=n) for n in range(900, 910)])

    refused = [one for one in came if isinstance(one, addresses.AdmittedAlready)]
    assert len(refused) == 9
    session.expire_all()
    assert _taken(session) == 1


def test_a_registered_company_that_applies_again_keeps_its_place(
    session: Session, founder: User
) -> None:
    name = _reserved_name(session, founder)
    _admit(session, founder, name)
    set_up = _set_up(founder, name_source="reserved", name_choice=str(name.id))
    effects.hold(session, "register_enterprise", set_up, NOW)
    done = set_ups.register_enterprise(session, set_up, by=None, now=NOW)
    code = session.get_one(Enterprise, done.enterprise_id).credit_code
    answers = {"company_kind": "registered", "credit_code": code, "unit": SHARED}
    again = make_application(founder, answers)

    effects.hold(session, "host_address", again, NOW)
    set_ups.host_address(session, again, by=None, now=NOW)

    assert _taken(session) == 1


def test_the_form_offers_a_shared_address_to_the_admitted_only(
    session: Session, founder: User
) -> None:
    name = _reserved_name(session, founder)
    given = {
        **example("E_SET_LLC"),
        "unit": SHARED,
        "name_source": "reserved",
        "name_choice": str(name.id),
    }
    matter = make_matter(session, "E_SET_LLC", given, applicant_id=founder.id)

    def is_offered() -> bool:
        offered = {one.key: one for one in pick_lists.address_units(matter)}
        return not offered[SHARED].taken

    assert (is_offered(), wrong_places("registered_address", matter)) == (False, {"unit"})
    _admit(session, founder, name)
    assert (is_offered(), wrong_places("registered_address", matter)) == (True, set())


def test_who_needs_an_approval_first_is_not_admitted_unless_the_park_says_so(
    session: Session,
) -> None:
    given = {**example("E_HOST"), "approval_first": True}
    matter = make_matter(session, "E_HOST", given)

    assert wrong_places("admission", matter) == {"approval_first"}
    matter.settings["licensed_first_excluded"] = "yes"  # type: ignore[index]
    assert wrong_places("admission", matter) == set()
