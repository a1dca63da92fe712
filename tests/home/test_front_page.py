"""The front page offers what works here, and nothing else."""

import re
from datetime import date, datetime, time

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.extensions import db
from servicedesk.home.hall_hours import hall_now
from tests.conftest import Browser


def _links(page: str) -> set[str]:
    return {
        link.partition("?")[0].partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', page)
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_link_of_the_front_page_leads_nowhere(browser: Browser, language: str) -> None:
    page = browser.get(f"/?lang={language}")

    assert page.status_code == 200
    for link in sorted(_links(page.text)):
        assert browser.get(link).status_code < 400, link


def test_the_numbers_come_from_the_services(browser: Browser) -> None:
    page = browser.get("/?lang=en").text

    assert "About 40 minutes to fill in" in page
    assert "Decision within 1 working day of a complete application" in page
    assert "Decision within 5 working days of acceptance" in page


def test_without_a_catalogue_there_are_no_promises(browser: Browser, session: Session) -> None:
    session.execute(sa.delete(CatalogueEntry))
    session.commit()

    page = browser.get("/?lang=en").text

    assert "minutes to fill in" not in page
    assert "No service is published yet." in page


def test_it_costs_few_statements(app: Flask, browser: Browser) -> None:
    seen: list[str] = []
    browser.get("/")
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *of: seen.append(of[2]))

    browser.get("/")

    assert len(seen) <= 4


@pytest.mark.parametrize(
    ("moment", "closes", "opens_on"),
    [
        (datetime(2026, 11, 20, 8, 59), None, date(2026, 11, 20)),  # noqa: DTZ001 - local
        (datetime(2026, 11, 20, 9, 0), time(17), None),  # noqa: DTZ001
        (datetime(2026, 11, 20, 16, 59), time(17), None),  # noqa: DTZ001
        (datetime(2026, 11, 20, 17, 0), None, date(2026, 11, 23)),  # noqa: DTZ001
        (datetime(2026, 11, 22, 12, 0), None, date(2026, 11, 23)),  # noqa: DTZ001
    ],
)
def test_the_hall_is_open_when_it_is(
    moment: datetime, closes: time | None, opens_on: date | None
) -> None:
    now = hall_now(moment, time(9), time(17), lambda day: day.weekday() < 5)

    assert (now.closes, now.opens_on) == (closes, opens_on)


def test_a_hall_that_never_opens_is_closed() -> None:
    now = hall_now(datetime(2026, 11, 20, 12), time(9), time(17), lambda _day: False)  # noqa: DTZ001

    assert (now.closes, now.opens_on) == (None, None)
