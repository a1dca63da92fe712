"""Appointments for programs, call by call."""

import pytest
from limits import parse
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts import throttle_rules
from servicedesk.api.scopes import Scope
from servicedesk.hall.operations import hours
from tests.api.conftest import MakeProgram
from tests.conftest import Browser
from tests.hall.factories import hall_of


def test_one_time_for_services_of_two_lines(program: MakeProgram, session: Session) -> None:
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    mine = program(Scope.INTEGRATOR)

    free = mine.get("/training/slots?services=WP_CAN&services=E_NAME&persons=2").json
    wish = {"services": ["WP_CAN", "E_NAME"], "persons": 2, "start": free["starts"][30]}
    booked = mine.post("/training/appointments", wish)
    nowhere = mine.post("/training/appointments", wish | {"services": ["WP_NOWHERE"]})

    assert (free["services"], free["persons"]) == (["WP_CAN", "E_NAME"], 2)
    assert sorted(booked.json["lines"]) == ["registration", "work_permits"]
    assert sorted(booked.json["services"]) == ["E_NAME", "WP_CAN"]
    assert nowhere.status_code == 404


def test_an_integrator_books_moves_and_cancels_for_its_person(
    program: MakeProgram, session: Session, browser: Browser
) -> None:
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    mine, other, anybody = program(Scope.INTEGRATOR), program(Scope.INTEGRATOR), program()
    free = anybody.get("/training/slots?lines=registration").json["starts"]

    booked = mine.post("/training/appointments", {"lines": ["registration"], "start": free[30]})
    path = f"/appointments/{booked.json['id']}"
    link = f"/appointments/linked/{booked.json['token']}"
    moved = mine.call("PATCH", path, {"start": free[31], "version": booked.json["version"]})
    seen = anybody.get(link)
    cancelled = anybody.call("DELETE", link)

    assert booked.status_code == 201
    assert booked.json["status"] == "booked"
    assert other.get(path).status_code == 404
    assert anybody.get(path).status_code == 401
    assert moved.json["starts_at"] == free[31]
    assert seen.json["code"] == booked.json["code"]
    page = browser.get(f"/hall/appointments/{booked.json['token']}")
    assert page.status_code == 200, "one link for pages, mails and programs"
    assert cancelled.json["status"] == "cancelled"
    assert mine.get("/appointments/999999").status_code == 404


def test_a_full_time_is_a_conflict_that_says_what_is_free(
    program: MakeProgram, session: Session
) -> None:
    hall = hall_of(session)
    next(one for one in hall.queues if one.key == "advice").public_places = 1
    hours.follow_calendar(session, hall, now=clock.now())
    session.commit()
    start = program().get("/training/slots?lines=advice").json["starts"][20]
    wish = {"lines": ["advice"], "start": start}

    answers = [program(Scope.INTEGRATOR).post("/training/appointments", wish) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 409]
    assert answers[1].json["code"] == "slot-taken"
    assert "Nearest" in answers[1].json["detail"]


def test_who_tries_links_has_to_wait(program: MakeProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle_rules, "_LINK_NETWORK", parse("2 per 10 minutes"))
    path, anybody = "/appointments/linked/none-of-ours", program()

    answers = [anybody.get(path), anybody.call("DELETE", path), anybody.get(path)]

    assert [one.status_code for one in answers] == [404, 404, 429]
