"""The demo park: whatever state its cases are in, nothing in it is out of order."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import demo_register, integrity, seeding
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises.operations.register import Decision
from servicedesk.indicators import operations as indicators
from servicedesk.indicators.figures import QUARTER_OUTPUT, REVENUE, SCIENTIST, Figures
from servicedesk.indicators.queries import find_latest
from tests.factories import make_user

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def test_every_check_finds_the_demo_park_in_order(app: Flask, session: Session) -> None:
    with app.app_context():
        seeding.load_demo(session, password="correct horse battery", now=NOON, tell=print)  # noqa: S106
    session.commit()

    found = list(integrity.findings(integrity.Place(session, Path(app.config["DATA_DIR"]))))

    assert found == []


def test_the_demo_park_shows_how_its_revenue_grew(session: Session) -> None:
    rows = seeding.demo_cases()["enterprises"]
    clerk = make_user(session, role=Role.CLERK)

    demo_register.enter(session, rows, Decision(None, clerk, NOON, "Entered"))
    indicators.count_register(session, now=NOON)

    latest = find_latest(session)
    assert latest
    figures = Figures(latest.day, latest.figures)
    over_three_years = next(one for one in figures.growth(REVENUE) if one.years == 3)
    assert over_three_years.last == NOON.year - 1
    assert over_three_years.percent == Decimal("14.0")
    assert figures.yearly(REVENUE)[NOON.year - 1] == sum(row["revenue"] for row in rows) * 10_000
    assert figures.on_year_before(QUARTER_OUTPUT, f"{NOON.year}q2") is not None
    assert figures.standing(SCIENTIST, "yes", NOON.year) is not None
