"""Several decisions on one enterprise at once: none is lost, and of one kind there is one."""

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import effects
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Proceeding
from servicedesk.errors import RuleBroken
from tests.enterprises.approving import applied, approved, found
from tests.enterprises.factories import NOW, make_application, make_enterprise
from tests.enterprises.members import add_member
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.races.crowd import Click, Crowd

HOW_MANY = 8


def test_approvals_at_once_are_filed_one_after_another_and_none_is_lost(
    session: Session, engine_url: str
) -> None:
    enterprise = make_enterprise(session)
    changes: list[tuple[str, dict[str, Any]]] = [
        ("change_scope", {"scope": ["BS001"], "main_scope": "BS001"}),
        ("change_legal_representative", {"full_name": "周若谷", "legal_rep_post": "manager"}),
        *(("report_year", {"report_year": str(year)}) for year in range(2020, 2024)),
    ]
    sent = [(kind, applied(session, enterprise, kind, given)) for kind, given in changes]

    def approve(session: Session, kind: str, application: Application) -> None:
        effects.EFFECTS[kind](session, application, by=None, now=NOW)

    came = at_once(
        engine_url,
        [partial(approve, kind=kind, application=application) for kind, application in sent],
    )

    assert came == [None] * len(changes)
    session.expire_all()
    filings = session.get_one(Enterprise, enterprise.id).filings
    assert sorted(one.kind for one in filings[1:]) == sorted(kind for kind, _ in changes)
    facts = enterprise.facts
    assert (facts["scope"], facts["legal_representative"]) == (["BS001"], "周若谷")
    assert all(f"annual_report_{year}" in facts for year in range(2020, 2024))
    assert found(session) == []


def test_of_what_registrars_send_at_once_one_is_filed_and_the_others_look_again(
    session: Session, crowd: Crowd
) -> None:
    enterprise = make_enterprise(session)
    for phrase in ("BS001", "BS002", "BS098"):
        approved(session, enterprise, "change_scope", scope=[phrase], main_scope=phrase)
    posts = {"market": "supervisor"}
    at = f"/desk/register/{enterprise.credit_code}"
    typed: dict[str, dict[str, str]] = {
        "filings/1/correct/legal_representative": {"right": "周若谷"},
        "filings/2/strike": {}, "filings/3/strike": {}, "orders/revoke_licence": {},
    }  # fmt: skip
    waiting = {
        path: crowd.window(make_user(session, role=Role.SUPERVISOR, posts=posts)) for path in typed
    }
    while waiting:
        session.refresh(enterprise)
        seen, before = {"seen": str(enterprise.last_seq)}, dict(waiting)
        given = crowd.click(
            [
                Click(
                    window,
                    f"{at}/{path}",
                    {"reason": "A slip.", "request_key": f"{len(path)}{len(before)}" * 8, **seen}
                    | typed[path],
                )
                for path, window in before.items()
            ]
        )
        codes = dict(zip(before, (one.status_code for one in given), strict=True))
        assert sorted(codes.values()) == [303, *[409] * (len(before) - 1)]
        waiting = {path: window for path, window in before.items() if codes[path] == 409}

    session.refresh(enterprise)
    assert (enterprise.last_seq, enterprise.state) == (8, EnterpriseState.REVOKED)
    assert enterprise.facts["legal_representative"] == "周若谷"
    assert found(session) == []


def test_of_applications_for_one_change_sent_at_once_one_runs(
    session: Session, engine_url: str
) -> None:
    enterprise = make_enterprise(session)
    given = {"credit_code": enterprise.credit_code}
    officers = [add_member(session, enterprise.id) for _ in range(HOW_MANY)]
    sent = [make_application(one, given) for one in officers]
    session.commit()

    came = at_once(
        engine_url,
        [
            partial(
                lambda session, one: effects.hold(session, "decrease_capital", one, NOW), one=one
            )
            for one in sent
        ],
    )

    assert sorted(type(one).__name__ for one in came) == [*["NoneType"], *["RuleBroken"] * 7]
    assert all("Under way since" in str(one) for one in came if isinstance(one, RuleBroken))
    assert session.scalar(sa.select(sa.func.count()).select_from(Proceeding)) == 1
