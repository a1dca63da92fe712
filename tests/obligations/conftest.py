"""The day on which these tests play."""

import pytest

from servicedesk import clock
from tests.obligations.factories import NOW


@pytest.fixture(autouse=True)
def on_the_sixth_of_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be Wednesday, 6 May 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
