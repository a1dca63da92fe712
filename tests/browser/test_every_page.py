"""Every page and state, in both languages, as different people see it: axe finds nothing."""

from collections.abc import Callable, Sequence
from typing import Final

import pytest

from tests.browser import licence_stops, prepared_park, register_stops, stops
from tests.browser.conftest import MakeVisitor
from tests.browser.looking import look
from tests.browser.prepared_park import Park
from tests.browser.running_desk import Desk
from tests.browser.stops import Stop
from tests.cases.factories import published

pytestmark = pytest.mark.browser

TOURS: Final[dict[str, Callable[[Park], Sequence[Stop]]]] = {
    "newcomer": stops.newcomer,
    "agent": stops.agent,
    "clerk": stops.clerk,
    "supervisor": stops.supervisor,
    "admin": stops.admin,
}


@pytest.fixture(scope="module")
def park(desk: Desk) -> Park:
    """Return what the desk has, with something in every state."""
    return prepared_park.prepare(desk)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_public_pages(visitor: MakeVisitor, park: Park, language: str) -> None:
    assert not walk(visitor, park, language, None, stops.public(park, language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_of_an_applicant(desk: Desk, visitor: MakeVisitor, park: Park, language: str) -> None:
    with desk.session() as session:
        pages = [page.key for page in published(session, "E_SET_LLC")[1].pages]
    tour = [*stops.applicant(park, pages), *licence_stops.owner(park)]
    assert not walk(visitor, park, language, "founder", tour)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_of_the_register(visitor: MakeVisitor, park: Park, language: str) -> None:
    assert not walk(visitor, park, language, "supervisor", register_stops.registrar(park))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("who", TOURS)
def test_pages_of_others(visitor: MakeVisitor, park: Park, language: str, who: str) -> None:
    assert not walk(visitor, park, language, who, TOURS[who](park))


def walk(
    visitor: MakeVisitor, park: Park, language: str, who: str | None, tour: Sequence[Stop]
) -> list[str]:
    """Look at every stop as ``who``; return everything that is wrong."""
    person = visitor(language=language)
    person.go(f"/?lang={language}")
    if who:
        person.sign_in(park.people[who])
    problems = []
    for stop in tour:
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.go(stop.path)
        if stop.act:
            stop.act(person)
        problems += look(person.page, stop.name, language)
    return problems
