"""A catalogue longer than a page: shown in parts, in order, with the same few statements."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue import queries
from servicedesk.extensions import db
from tests.catalogue.factories import publish, text
from tests.conftest import Browser

MANY = queries.PAGE_OF_SERVICES + 5


@pytest.fixture
def long_list(session: Session) -> list[str]:
    """Publish more services about one topic than a page shows; return their codes A to Z."""
    codes = [f"T_{number:03}" for number in range(MANY)]
    for number, code in enumerate(codes):
        publish(
            session,
            code=code,
            name=text(f"alpha {number:03}", f"甲{number:03}"),
            topics=["residence"],
        )
    session.execute(sa.text("UPDATE services SET topics = '{advice}' WHERE code NOT LIKE 'T\\_%'"))
    session.commit()
    return codes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_show_every_service_once_in_order(
    browser: Browser, long_list: list[str], language: str
) -> None:
    found: list[str] = []
    address: str | None = f"/services?topic=residence&lang={language}"
    while address:
        page = browser.get(address, follow_redirects=True).text
        found += re.findall(r'href="/services/(T_\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/services{following[1].replace('&amp;', '&')}" if following else None
    assert found == long_list


def test_the_heading_counts_them_all(browser: Browser, long_list: list[str]) -> None:
    assert f"{len(long_list)} services" in browser.get("/services?topic=residence").text


def test_a_page_takes_two_statements(app: Flask, long_list: list[str]) -> None:  # noqa: ARG001
    sent: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
        page = queries.page_of_services(db.session, language="en", topic="residence")
    assert len(page.items) == queries.PAGE_OF_SERVICES
    assert len(sent) == 2


def test_a_made_up_place_is_the_first_page(browser: Browser, long_list: list[str]) -> None:
    page = browser.get("/services?topic=residence&after=nonsense").text
    assert f'href="/services/{long_list[0]}"' in page


PLANNED: dict[str, Callable[[Session], Any]] = {
    "ix_services_name_en": lambda session: queries.page_of_services(session, language="en"),
    "ix_services_name_zh": lambda session: queries.page_of_services(session, language="zh"),
    "ix_services_parts": lambda session: queries.bundles_of(session, "E_ONE_SEALS"),
    "ix_services_pages_of": lambda session: queries.taking_pages_of(session, "E_SET_LLC"),
    "ix_services_grams": lambda session: queries.search(session, "公司"),
    "ix_service_terms_pairs": lambda session: queries.search(session, "shareholdr"),
}


@pytest.mark.parametrize("index", PLANNED)
def test_no_query_looks_at_every_service(app: Flask, session: Session, index: str) -> None:
    """Each has an index that answers it; with few services the database need not take it."""
    sent: list[tuple[str, Any]] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *said: sent.append(said[2:4]))
        PLANNED[index](db.session)
    statements = list(sent)
    for way in ("seqscan", "sort") if "name" in index else ("seqscan", "indexscan"):
        session.execute(sa.text(f"SET LOCAL enable_{way} = off"))
    others = {name for name in PLANNED if name.startswith("ix_services")} - {index}
    session.execute(sa.text(f"DROP INDEX {', '.join(sorted(others))}"))
    connection = session.connection().connection
    plans = []
    for statement, given in statements:
        cursor = connection.cursor()
        cursor.execute(f"EXPLAIN {statement}", given)
        plans += [row[0] for row in cursor.fetchall()]

    session.rollback()
    assert any(index in line for line in plans), "\n".join(plans)
