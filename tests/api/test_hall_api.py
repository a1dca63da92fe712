"""The hall for programs, call by call."""

from datetime import timedelta
from secrets import token_hex

import pytest
import sqlalchemy as sa
from flask import Flask
from limits import parse
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts import throttle_rules
from servicedesk.api import showing
from servicedesk.api.scopes import Scope
from servicedesk.hall.models import Ticket
from servicedesk.hall.ticket_life import TicketStatus
from tests.api.conftest import MakeProgram
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket

TAKE = "/training/tickets"
WANTED = {"lines": ["registration"], "language": "en"}


def test_what_everybody_may_read_needs_no_token(program: MakeProgram, session: Session) -> None:
    make_ticket(session)
    anybody = program()

    halls = anybody.get("").json
    shown = anybody.get("/training").json
    live = anybody.get("/training/live")

    assert "training" in [one["key"] for one in halls["halls"]]
    assert shown["lines"][0]["name"].keys() == {"en", "zh"}
    assert shown["events"].startswith("/events?ticket=")
    assert live.json["next"] == ["X001"]
    assert live.json["as_of"]


def test_a_board_is_not_sent_what_it_has(program: MakeProgram, session: Session) -> None:
    anybody = program()
    first = anybody.get("/training/live")
    again = anybody.get("/training/live", If_None_Match=first.headers["ETag"])
    make_ticket(session)
    then = anybody.get("/training/live", If_None_Match=first.headers["ETag"])

    assert [first.status_code, again.status_code, then.status_code] == [200, 304, 200]
    assert not again.data


def test_a_kiosk_gives_out_a_ticket_and_its_holder_follows_it(program: MakeProgram) -> None:
    kiosk, phone = program(Scope.KIOSK), program()

    taken = kiosk.post(TAKE, WANTED)
    second = kiosk.post(TAKE, {"lines": ["registration"], "language": "zh"})
    for_both = kiosk.post(TAKE, {"lines": ["registration", "advice"], "language": "zh"})
    shown = phone.get(f"/tickets/{second.json['token']}")

    assert [taken.status_code, second.status_code] == [201, 201]
    assert [taken.json["number"], second.json["number"]] == ["X001", "X002"]
    assert for_both.json["number"] == "Z001", "advice comes first, as at the kiosk"
    assert shown.json["ahead"] == 1
    assert shown.json["before"][0]["number"] == "X001"
    assert phone.get(f"/tickets/{second.json['token'][:-4]}AAAA").status_code == 404


def test_a_holder_lets_pass_is_late_comes_back_and_leaves(program: MakeProgram) -> None:
    kiosk, phone = program(Scope.KIOSK), program()
    taken = [kiosk.post(TAKE, WANTED).json for _ in range(3)]
    path = f"/tickets/{taken[0]['token']}"

    passed = phone.post(f"{path}/pass", {"version": taken[0]["version"]})
    late = phone.post(f"{path}/late", {"version": passed.json["version"]})
    back = phone.post(f"{path}/back", {"version": late.json["version"]})
    left = phone.post(f"{path}/leave", {"version": back.json["version"]})
    again = phone.post(f"{path}/late", {"version": left.json["version"]})

    assert passed.json["ahead"] == 2
    assert late.json["is_away"]
    assert not back.json["is_away"]
    assert left.json["status"] == "left"
    assert (again.status_code, again.json["code"]) == (409, "not-waiting")


def test_a_holder_leaves_for_a_while_and_changes_the_language(program: MakeProgram) -> None:
    taken = program(Scope.KIOSK).post(TAKE, WANTED).json
    phone, path = program(), f"/tickets/{taken['token']}"

    away = phone.post(f"{path}/away", {"minutes": 20, "version": taken["version"]})
    seen = {"version": away.json["version"]}
    too_long = phone.post(f"{path}/away", {"minutes": 1440} | seen)
    spoken = phone.post(f"{path}/language", {"language": "zh"} | seen)

    assert away.json["is_away"]
    assert (too_long.status_code, too_long.json["code"]) == (409, "too-long-away")
    assert spoken.json["language"] == "zh"


def test_a_kiosk_asks_for_the_services_and_takes_a_ticket_for_one(
    program: MakeProgram, session: Session
) -> None:
    kiosk = program(Scope.KIOSK)

    listed = {one["code"]: one for one in kiosk.get("/training/services").json["services"]}
    taken = kiosk.post(TAKE, {"services": ["WP_CAN", "E_NAME"]})
    unknown = kiosk.post(TAKE, {"services": ["WP_NOWHERE"]})

    assert listed["WP_CAN"]["line"] == "work_permits"
    assert listed["WP_CAN"]["name"]["zh"]
    assert listed["WP_CAN"]["gives_tickets"]
    ticket = session.scalars(sa.select(Ticket)).one()
    assert taken.status_code == 201
    assert {stop.service for stop in ticket.stops} == {"WP_CAN", "E_NAME"}
    assert unknown.status_code == 404


def test_the_same_key_gives_the_same_answer(program: MakeProgram, session: Session) -> None:
    kiosk, key = program(Scope.KIOSK), token_hex(16)

    first = kiosk.post(TAKE, WANTED, Idempotency_Key=key)
    again = kiosk.post(TAKE, WANTED, Idempotency_Key=key)
    other = kiosk.post(TAKE, WANTED | {"language": "zh"}, Idempotency_Key=key)

    assert first.data == again.data
    assert (again.status_code, other.status_code) == (201, 422)
    assert other.content_type == "application/problem+json"
    assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1


def test_a_call_that_was_refused_may_be_put_right_under_its_key(program: MakeProgram) -> None:
    kiosk, key = program(Scope.KIOSK), token_hex(16)

    wrong = kiosk.post(TAKE, {"lines": []}, Idempotency_Key=key)
    right = kiosk.post(TAKE, WANTED, Idempotency_Key=key)

    assert (wrong.status_code, right.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "short", "with blanks in it, too"])
def test_a_change_without_a_key_is_refused(program: MakeProgram, key: str) -> None:
    kiosk = program(Scope.KIOSK)

    refused = kiosk.post(TAKE, WANTED, Idempotency_Key=key)

    assert (refused.status_code, refused.json["code"]) == (400, "key-needed")
    assert "Idempotency-Key" in refused.json["detail"]


def test_a_body_that_does_not_fit_says_where(program: MakeProgram) -> None:
    kiosk = program(Scope.KIOSK)

    refused = kiosk.post(TAKE, WANTED | {"language": "fr", "surprise": 1})

    assert refused.status_code == 422
    assert {one["where"] for one in refused.json["errors"]} == {"language", "surprise"}


def test_a_body_that_is_no_json_is_refused(program: MakeProgram) -> None:
    kiosk, headers = program(Scope.KIOSK), {"Idempotency-Key": token_hex(16)}

    refused = kiosk.open("POST", TAKE, data={"lines": "advice"}, headers=headers)

    assert (refused.status_code, refused.json["code"]) == (415, "not-json")


def test_a_clerk_calls_serves_and_finishes(program: MakeProgram, session: Session) -> None:
    clerk = program(Scope.STAFF)
    make_ticket(session)
    on = {"hall": "training", "counter": 1, "lines": ["registration"], "languages": ["zh", "en"]}

    opened = clerk.post("/counter/sign-on", on)
    called = clerk.post("/counter/next").json["ticket"]
    path = f"/counter/tickets/{called['id']}"
    stale = clerk.post(f"{path}/start", {"version": called["version"] + 1})
    passed = clerk.post(f"{path}/start", If_Match=f'"{called["version"] + 1}"')
    started = clerk.post(f"{path}/start", {"version": called["version"]})
    ended = clerk.post(f"{path}/finish", {"version": started.json["ticket"]["version"]})
    nobody = clerk.post("/counter/next")
    closed = clerk.post("/counter/sign-off")

    assert opened.json["next"][0]["number"] == "X001"
    assert (stale.status_code, passed.status_code) == (409, 412)
    assert started.json["ticket"]["status"] == "serving"
    assert ended.json["ticket"]["status"] == "done"
    assert nobody.json["ticket"] is None
    assert closed.json["counter"] is None


def test_every_other_action_at_the_counter(program: MakeProgram, session: Session) -> None:
    user = make_clerk(session)
    make_sitting(session, clerk=user)
    make_ticket(session)
    clerk = program(Scope.STAFF, of=user)

    shown = clerk.post("/counter/next").json["ticket"]
    path, statuses = f"/counter/tickets/{shown['id']}", []
    for action, body in (
        ("miss", {}), ("back", {}), ("choose", {"reason": "was here before"}), ("start", {}),
        ("hold", {}), ("resume", {}), ("transfer", {"line": "advice", "words": "go on"}),
    ):  # fmt: skip
        shown = clerk.post(f"{path}/{action}", body | {"version": shown["version"]}).json["ticket"]
        statuses.append(shown["status"])
    undone = clerk.post("/counter/undo").json["ticket"]
    too_soon = clerk.post(f"{path}/recall", {"version": undone["version"]})
    clerk.post(f"{path}/finish", {"version": undone["version"]})
    paused = clerk.post("/counter/break", {"reason": "lunch"})
    refused = clerk.post("/counter/next")
    back = clerk.post("/counter/return")

    assert statuses == ["no_show", "waiting", "called", "serving", "held", "serving", "waiting"]
    assert undone["status"] == "serving"
    assert too_soon.status_code == 409
    assert paused.json["break_since"]
    assert (refused.status_code, refused.json["code"]) == (409, "counter-not-open")
    assert back.json["break_since"] is None


def test_a_clerk_sends_on_to_a_service_or_an_open_counter_and_adds_a_service(
    program: MakeProgram, session: Session
) -> None:
    user = make_clerk(session)
    make_sitting(session, clerk=user)
    make_sitting(session, 2, queues=["advice"])
    ticket = make_ticket(session)
    clerk, path = program(Scope.STAFF, of=user), f"/counter/tickets/{ticket.id}"
    called = clerk.post("/counter/next").json["ticket"]
    started = clerk.post(f"{path}/start", {"version": called["version"]}).json["ticket"]
    seen = {"version": started["version"]}

    refused = [
        clerk.post(f"{path}/transfer", said | seen).status_code
        for said in (
            {"line": "advice", "counter": 3}, {"line": "registration", "counter": 2},
            {"service": "WP_NOWHERE"}, {"line": "advice", "service": "WP_CAN"}, {},
        )
    ]  # fmt: skip
    more = clerk.post(f"{path}/services", {"service": "WP_CAN", "quantity": 2} | seen)
    seen = {"version": more.json["ticket"]["version"]}
    sent = clerk.post(f"{path}/transfer", {"line": "advice", "counter": 2} | seen)
    session.expire_all()
    to_a_counter = ticket.only_counter_id
    seen = {"version": clerk.post("/counter/undo").json["ticket"]["version"]}
    for_a_service = clerk.post(f"{path}/transfer", {"service": "E_NAME"} | seen)

    assert refused == [404, 404, 404, 422, 422]
    assert more.status_code == 200
    assert sent.json["ticket"]["line"] == "advice"
    assert to_a_counter is not None
    assert for_a_service.json["ticket"]["line"] == "registration"
    session.expire_all()
    assert [(one.service, one.quantity) for one in ticket.stops] == [("E_NAME", 1), ("WP_CAN", 2)]


def test_a_visit_goes_on_in_the_line_that_the_clerk_says(
    program: MakeProgram, session: Session
) -> None:
    user = make_clerk(session)
    make_sitting(session, clerk=user)
    program(Scope.KIOSK).post(TAKE, {"lines": ["advice", "registration", "work_permits"]})
    clerk = program(Scope.STAFF, of=user)
    called = clerk.post("/counter/next").json["ticket"]
    path = f"/counter/tickets/{called['id']}"
    started = clerk.post(f"{path}/start", {"version": called["version"]}).json["ticket"]

    went_on = clerk.post(f"{path}/finish", {"version": started["version"], "to": "work_permits"})

    assert went_on.json["ticket"]["line"] == "work_permits"
    assert went_on.json["ticket"]["status"] == "waiting"


def test_cookies_do_not_count(browser: Browser, session: Session) -> None:
    browser.sign_in(make_clerk(session))

    assert browser.get("/api/v1/hall/counter").status_code == 401
    assert browser.post("/api/v1/hall/counter/next", json={}).status_code == 401


def test_another_site_cannot_make_a_browser_call(program: MakeProgram) -> None:
    kiosk = program(Scope.KIOSK)

    for name, value in (("Origin", "https://evil.example"), ("Sec_Fetch_Site", "cross-site")):
        assert kiosk.post(TAKE, WANTED, **{name: value}).status_code == 403


def test_too_many_tickets_have_to_wait(
    program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = program(Scope.KIOSK)
    monkeypatch.setattr(throttle_rules, "_TICKET", parse("1 per 10 minutes"))

    answers = [kiosk.post(TAKE, WANTED) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 429]
    assert int(answers[1].headers["Retry-After"]) > 0


def test_only_in_a_training_hall_a_ticket_stands_for_an_appointment(
    program: MakeProgram, session: Session
) -> None:
    soon = clock.now().isoformat()
    wish = WANTED | {"booked_for": soon}

    real = program(Scope.KIOSK, of=hall_of(session, "changping")).post("/changping/tickets", wish)
    training = program(Scope.KIOSK).post(TAKE, wish)

    assert (real.status_code, training.status_code) == (403, 201)


def test_a_person_checks_in_with_the_code(program: MakeProgram) -> None:
    refused = program(Scope.KIOSK).post("/training/check-ins", {"code": "AAAAAA"})

    assert refused.status_code == 404


def test_a_token_tells_what_it_is_for(program: MakeProgram, session: Session) -> None:
    person = make_user(session, name="Ana Example")

    told = program(Scope.INTEGRATOR, of=person).get("/token").json

    assert (told["scope"], told["person"], told["hall"]) == ("integrator", "Ana Example", None)


def test_a_counter_lists_who_was_missed_for_as_long_as_its_page(session: Session) -> None:
    sitting, now = make_sitting(session), clock.now()
    long_ago, lately = make_ticket(session), make_ticket(session)
    for ticket, minutes in ((long_ago, 121), (lately, 119)):
        ticket.status = TicketStatus.NO_SHOW
        ticket.changed_at = now - timedelta(minutes=minutes)
    session.commit()

    shown = showing.counter(session, sitting, now)

    assert [one.id for one in shown.missed] == [lately.id]


def test_the_address_of_a_ticket_is_whole_where_none_is_set(
    app: Flask, program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "")

    address = program(Scope.KIOSK).post(TAKE, WANTED).json["address"]

    assert address.startswith("http")
