"""A desk filled for a benchmark: as many applications as asked for, each of them whole."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock, integrity, seeding, seeding_bench, seeding_register
from servicedesk.accounts.models import User
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.enterprises.models import Enterprise
from tests.conftest import Browser


@pytest.fixture
def filled(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return a desk of which two applications were worked and eighty copied."""
    decided = {"service": "E_HOST", "example": 0, "whose": "enterprise"}
    at_work = {"service": "E_SET_LLC", "example": 4, "whose": "agent", "ago": 2, "steps": 1}
    monkeypatch.setattr(seeding, "demo_cases", lambda: {"decided": [decided], "open": [at_work]})
    monkeypatch.setattr(seeding_bench, "THOUSAND", 80)
    monkeypatch.setattr(seeding_bench, "_OPEN_SHARE", 0.5)
    _fill(app, session)
    return app


def test_there_are_as_many_as_asked_for_however_often_it_runs(
    filled: Flask, session: Session
) -> None:
    _fill(filled, session)

    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 2 + 80
    made = sa.select(sa.func.count(), sa.func.min(Enterprise.last_seq)).where(
        Enterprise.last_seq == seeding_register.FILINGS
    )
    assert session.execute(made).one() == (40, seeding_register.FILINGS)


def test_every_copy_is_whole(filled: Flask, session: Session) -> None:
    place = integrity.Place(session, Path(filled.config["DATA_DIR"]))

    assert list(integrity.findings(place)) == []


@pytest.mark.usefixtures("filled")
def test_pages_of_copies_open(session: Session, browser: Browser) -> None:
    supervisor = _person(session, "supervisor@demo.example")
    query = sa.select(Case).join(Task).where(Task.state == TaskState.OPEN).order_by(Case.id.desc())
    case = session.scalars(query).first()
    assert case is not None

    browser.sign_in(supervisor)
    assert browser.get("/desk").status_code == 200
    assert browser.get(f"/desk/cases/{case.reference}").status_code == 200
    browser.sign_in(case.applicant)
    assert browser.get(f"/cases/{case.reference}").status_code == 200


def _fill(app: Flask, session: Session) -> None:
    with app.app_context():
        seeding_bench.load_bench(
            session, scale=1, enterprises=40, seed=7,
            password="correct horse", now=clock.now(), tell=print,  # noqa: S106
        )  # fmt: skip


def _person(session: Session, email: str) -> User:
    return session.scalars(sa.select(User).where(User.email == email)).one()
