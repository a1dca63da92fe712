"""What the pages and actions of a hall cost: as many statements for forty tickets as for three."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import make_clerk, make_sitting, make_ticket
from tests.races.statements import counted

HALL = "/hall/training"
PAGES = {
    f"{HALL}/board": 12,
    f"{HALL}/board/now": 12,
    HALL: 13,
    f"{HALL}/kiosk": 11,
    "/desk/counter": 16,
    "/desk/counter/line": 14,
}
WATCHED = {f"/desk{HALL}": 24, f"/desk{HALL}/now": 20, f"/desk{HALL}/today": 6}
CALL, TAKE = 22, 22  # a ticket locks the row of its hall first


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


@pytest.mark.parametrize("path", WATCHED)
def test_a_supervisors_page_costs_no_more_for_more_tickets(
    app: Flask, session: Session, browser: Browser, path: str
) -> None:
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))
    for number in (1, 2, 3):
        make_sitting(session, number)
    browser.get(path)
    costs = []
    for how_many in (6, 34):
        for _ in range(how_many):
            make_ticket(session)
        with counted(app) as sent:
            assert browser.get(path).status_code == 200
        costs.append(len(sent))

    assert costs[0] == costs[1]
    assert costs[0] <= WATCHED[path]
