"""One browser and one desk for all tests of this folder; people and pages for each."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import databases
from tests.browser import running_desk
from tests.browser.running_desk import Desk
from tests.browser.visitors import Visitor

CHROMIUMS = (  # the first draws pages and nothing around them, which is quicker
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield the run's browser."""
    path = os.environ.get("SERVICEDESK_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUMS)), None
    )
    if path is None:
        pytest.skip("no Chromium here; install it (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(FLAGS), ignore_default_args=["--headless"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Yield a running desk whose database the tests of the run share."""
    directory = tmp_path_factory.mktemp("desk")
    with (
        databases.clone(server_url, template) as url,
        running_desk.desk(url, directory) as running,
    ):
        yield running


@pytest.fixture
def visitor(chromium: Browser, desk: Desk) -> Iterator[MakeVisitor]:
    """Yield a function that opens a browser window of somebody: ``visitor(language="zh")``."""
    with ExitStack() as windows:
        yield lambda **wishes: windows.enter_context(Visitor.opened(chromium, desk, **wishes))
