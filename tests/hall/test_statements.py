"""What the pages and actions of a hall cost: as many statements for forty tickets as for three."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Browser
from tests.hall.factories import make_clerk, make_sitting, make_ticket
from tests.races.statements import counted

HALL = "/hall/training"
PAGES = {
    f"{HALL}/board": 11,
    f"{HALL}/board/now": 11,
    HALL: 11,
    f"{HALL}/kiosk": 10,
    "/desk/counter": 14,
    "/desk/counter/line": 14,
}
CALL, TAKE = 22, 21


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_no_more_for_more_tickets(
    app: Flask, session: Session, browser: Browser, path: str
) -> None:
    clerk = make_clerk(session)
    make_sitting(session, clerk=clerk)
    browser.sign_in(clerk)
    browser.get(path)  # the first page begins the session's token
    costs = []
    for how_many in (3, 37):
        for _ in range(how_many):
            make_ticket(session)
        with counted(app) as sent:
            assert browser.get(path).status_code == 200
        costs.append(len(sent))

    assert costs[0] == costs[1]
    assert costs[0] <= PAGES[path]


def test_a_call_and_a_ticket_cost_no_more_for_more_tickets(
    app: Flask, session: Session, browser: Browser
) -> None:
    clerk = make_clerk(session)
    make_sitting(session, clerk=clerk)
    browser.sign_in(clerk)
    browser.get("/desk/counter")
    costs = []
    for how_many in (3, 37):
        for _ in range(how_many):
            make_ticket(session)
        with counted(app) as taking:
            browser.post(f"{HALL}/kiosk", data={"queue": "registration", "language": "zh"})
        with counted(app) as calling:
            browser.post("/desk/counter/next")
        browser.post("/desk/counter/undo")
        costs.append((len(calling), len(taking)))

    assert costs[0] == costs[1]
    assert costs[0] <= (CALL, TAKE)
