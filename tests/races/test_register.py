"""Several decisions on one enterprise at once: none is lost, and of one kind there is one."""

from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import effects, integrity
from servicedesk.enterprises.models import Enterprise, Proceeding
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.errors import RuleBroken
from servicedesk.integrity import Place
from tests.enterprises.factories import NOW, make_application, make_enterprise
from tests.enterprises.together import at_once
from tests.factories import make_user

HOW_MANY = 8


def test_decisions_at_once_are_filed_one_after_another_and_none_is_lost(
    session: Session, engine_url: str
) -> None:
    enterprise = make_enterprise(session)

    def decide(session: Session, number: int) -> int:
        mine = register.locked(session, enterprise.id)
        facts = {**mine.facts, f"fact_{number}": number}
        return register.file(session, mine, "change", facts, decision=Decision(None, None, NOW)).seq

    came = at_once(engine_url, [partial(decide, number=n) for n in range(HOW_MANY)])

    assert sorted(map(str, came)) == sorted(str(n + 2) for n in range(HOW_MANY))
    session.expire_all()
    facts = session.get_one(Enterprise, enterprise.id).facts
    assert [facts.get(f"fact_{n}") for n in range(HOW_MANY)] == list(range(HOW_MANY))
    place = Place(session, data_dir=None)  # type: ignore[arg-type]
    assert list(integrity.filings(place)) == []


def test_of_applications_for_one_change_sent_at_once_one_runs(
    session: Session, engine_url: str
) -> None:
    enterprise = make_enterprise(session)
    given = {"credit_code": enterprise.credit_code}
    sent = [make_application(make_user(session), given) for _ in range(HOW_MANY)]
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
