"""Nobody handles, oversees or revokes what concerns an enterprise they act for."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import policy
from servicedesk.cases.models import Case, Document
from servicedesk.cases.operations import corrections, documents, tasks
from servicedesk.catalogue.definition import Action
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotPermitted, Overtaken
from tests.cases.factories import make_case, open_task
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import make_user
from tests.races.statements import counted

ITEMS = [("field:capital", "Mend it.")]


@pytest.fixture
def boss(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})


@pytest.fixture
def case(session: Session, boss: User) -> Case:
    """Return a case, asked about once, of an enterprise that the supervisor acts for."""
    registered = make_case(session, steps=4)
    case = make_case(session, example=1, steps=2)
    case.enterprise_id = registered.enterprise_id
    add_member(session, case.enterprise_id, boss)
    session.commit()
    session.expire_all()
    return case


def test_a_member_neither_takes_nor_does_nor_gets_its_tasks(
    session: Session, case: Case, boss: User
) -> None:
    service, now = service_of(case.service_version), case.changed_at
    task = open_task(session, case, "accept")
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    task.holder_id = None

    assert policy.is_own_case(boss, case)
    with pytest.raises(NotPermitted):
        tasks.claim(session, case, service, task, by=boss, now=now)
    with pytest.raises(NotPermitted):
        tasks.do(session, case, service, task, Action.ACCEPT, by=boss, reason=None, now=now)
    with pytest.raises(NotPermitted):
        corrections.ask(session, case, service, task, ITEMS, by=boss, reason="New.", now=now)
    task.holder_id = clerk.id
    with pytest.raises(NotPermitted):
        tasks.hand_over(session, case, service, task, by=clerk, to=boss, now=now)
    with pytest.raises(NotPermitted):
        documents.mark_in_order(session, case, _in_force(case), by=boss, now=now)


def test_a_member_does_not_judge_its_second_list(session: Session, case: Case, boss: User) -> None:
    service, now = service_of(case.service_version), case.changed_at
    task = open_task(session, case, "accept")
    task.holder_id = None
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    asked = corrections.ask(session, case, service, task, ITEMS, by=clerk, reason="New.", now=now)

    with pytest.raises(NotPermitted, match="of their own"):
        corrections.allow(session, case, service, asked, by=boss, now=now)
    with pytest.raises(NotPermitted, match="of their own"):
        corrections.decline(session, case, asked, by=boss, now=now)


def test_a_paper_that_was_replaced_is_not_found_in_order(session: Session) -> None:
    case = make_case(session, example=1, steps=2)  # the lease was given anew
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    replaced = next(one for one in case.documents if one.removed_at)

    with pytest.raises(Overtaken):
        documents.mark_in_order(session, case, replaced, by=clerk, now=case.changed_at)
    documents.mark_in_order(session, case, _in_force(case), by=clerk, now=case.changed_at)

    assert replaced.verdict is None


def _in_force(case: Case) -> Document:
    return next(one for one in case.documents if one.removed_at is None)


@pytest.mark.parametrize("agencies", [1, 3])
def test_of_however_many_colleagues_who_acts_is_asked_once(
    app: Flask, session: Session, case: Case, boss: User, agencies: int
) -> None:
    colleagues = [boss, make_user(session)]
    for number in range(agencies):
        agency = make_enterprise(session, f"Example Agency {number}")
        colleagues.append(add_member(session, agency.id))
        give_mandate(session, case.enterprise_id or 0, agency_id=agency.id)
    session.expire_all()

    with counted(app) as sent:
        own = [policy.is_own_case(one, case) for one in colleagues]

    assert own == [True, False, *[True] * agencies]
    about = [one for one in sent if re.search("enterprise_(members|mandates)", one)]
    assert len(about) == 1
