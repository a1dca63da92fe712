"""A catalogue with nothing in it yet; and, for tests of forms, an application of words only."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import cases, catalogue, enterprises
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.web import language as page_language


@pytest.fixture(scope="session", autouse=True)
def _known_names() -> None:
    """Know what definitions may name, also in tests that make no application."""
    for part in (catalogue, enterprises, cases):
        part.join_catalogue()


@pytest.fixture
def session(session: Session) -> Session:
    """Return the test's own session, on a database whose catalogue lists nothing."""
    session.execute(sa.delete(CatalogueEntry))
    session.commit()
    return session


@pytest.fixture(scope="session")
def wordy_app() -> Flask:
    """Return an application that can translate and sign, and nothing else."""
    app = Flask("forms")
    app.config["SECRET_KEY"] = "for tests of forms"  # noqa: S105 - protects nothing
    page_language.init_app(app)
    return app


@pytest.fixture
def in_english(wordy_app: Flask) -> Iterator[None]:
    """Be within a request for a page in English."""
    with wordy_app.test_request_context("/?lang=en"):
        yield


@pytest.fixture(params=["en", "zh"])
def language(wordy_app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """Be within a request for a page in one language, then in the other."""
    with wordy_app.test_request_context(f"/?lang={request.param}"):
        yield request.param
