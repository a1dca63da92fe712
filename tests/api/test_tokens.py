"""Access tokens: made, shown once, kept as a hash, revoked, expired (S3)."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.api import operations
from servicedesk.api.models import AccessToken
from servicedesk.api.operations import WrongHolder
from servicedesk.api.scopes import Scope
from servicedesk.cli import commands
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.web.models import RequestKey
from tests.api.conftest import MakeProgram
from tests.api.factories import Program
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket

FORM = {"scope": "kiosk", "whose": "training", "name": "Kiosk by the door", "days": "30"}


def test_an_administrator_makes_a_token_sees_it_once_and_revokes_it(
    app: Flask, session: Session, browser: Browser
) -> None:
    browser.sign_in(make_user(session, role=Role.ADMIN))

    made = browser.post("/admin/tokens/new", data=FORM)
    secret = re.findall(r"sd_[\w-]+", made.text)[0]
    kiosk = Program(app, session, secret)
    taken = kiosk.post("/training/tickets", {"lines": ["advice"]})
    listed = browser.get("/admin/tokens").text
    token = session.scalars(sa.select(AccessToken)).one()
    revoked = browser.post(f"/admin/tokens/{token.id}/revoke")

    assert taken.status_code == 201
    assert secret not in listed
    assert "Kiosk by the door" in listed
    assert token.last_used_at is not None
    assert revoked.status_code == 303
    assert kiosk.get("/token").status_code == 401


def test_a_token_is_nowhere_in_the_database(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session, role=Role.ADMIN))

    secret = re.findall(r"sd_[\w-]+", browser.post("/admin/tokens/new", data=FORM).text)[0]
    token = session.scalars(sa.select(AccessToken)).one()
    answers = session.scalars(sa.select(RequestKey.answer)).all()

    assert secret not in str([vars(token), *answers])
    assert len(token.secret_hash) == 32


def test_the_form_sent_again_makes_no_second_token(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session, role=Role.ADMIN))
    data = FORM | {"request_key": "k" * 24}

    answers = [browser.post("/admin/tokens/new", data=data) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 303]
    assert len(session.scalars(sa.select(AccessToken)).all()) == 1


@pytest.mark.parametrize(
    "wrong", [{"whose": "nowhere"}, {"scope": "staff"}, {"days": "0"}, {"name": ""}, {"scope": "x"}]
)
def test_what_is_wrong_is_said_and_kept(
    session: Session, browser: Browser, wrong: dict[str, str]
) -> None:
    browser.sign_in(make_user(session, role=Role.ADMIN))

    page = browser.post("/admin/tokens/new", data=FORM | wrong)

    assert page.status_code == 422
    assert session.scalars(sa.select(AccessToken)).all() == []


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_is_of_those_whom_it_is_for(session: Session, scope: Scope) -> None:
    people = {"clerk": make_clerk(session), "person": make_user(session)}
    holders = people | {"hall": hall_of(session)}
    right = {Scope.KIOSK: "hall", Scope.BOARD: "hall", Scope.STAFF: "clerk"}.get(scope, "person")

    for name, holder in holders.items():
        if name == right:
            operations.issue(session, scope, name="x", of=holder, days=1, by=None, now=clock.now())
        else:
            with pytest.raises(WrongHolder):
                operations.issue(
                    session, scope, name="x", of=holder, days=1, by=None, now=clock.now()
                )


def test_a_token_that_has_expired_lets_nobody_in(session: Session, program: MakeProgram) -> None:
    kiosk = program(Scope.KIOSK)
    token = session.scalars(sa.select(AccessToken)).one()
    token.expires_at = clock.now() - timedelta(seconds=1)
    session.commit()

    refused = kiosk.get("/token")

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Basic abc", f"Bearer {'x' * 500}"])
def test_what_is_no_token_looks_like_one_that_is_void(program: MakeProgram, given: str) -> None:
    refused = program().get("/counter", Authorization=given)

    assert (refused.status_code, refused.json["code"]) == (401, "token-needed")


@pytest.mark.parametrize("scope", [Scope.KIOSK, Scope.BOARD, Scope.INTEGRATOR])
def test_only_a_staff_token_works_at_a_counter(program: MakeProgram, scope: Scope) -> None:
    assert program(scope).post("/counter/next").status_code == 403
    assert program(scope).get("/counter").status_code == 403


def test_a_board_gives_out_no_tickets(program: MakeProgram) -> None:
    asked = program(Scope.BOARD).post("/training/tickets", {"lines": ["advice"]})

    assert asked.status_code == 403


def test_a_kiosk_gives_out_tickets_of_its_own_hall_only(
    program: MakeProgram, session: Session
) -> None:
    kiosk = program(Scope.KIOSK, of=hall_of(session, "changping"))

    assert kiosk.post("/training/tickets", {"lines": ["advice"]}).status_code == 403


@pytest.mark.parametrize("change", ["role", "is_active", "confirmed_at"])
def test_a_staff_token_may_no_more_than_its_clerk_now(
    program: MakeProgram, session: Session, change: str
) -> None:
    user = make_clerk(session)
    clerk = program(Scope.STAFF, of=user)
    setattr(user, change, {"role": Role.APPLICANT, "is_active": False}.get(change))
    session.commit()

    assert clerk.get("/counter").status_code == 403


def test_only_who_may_call_out_of_turn_does_so_by_token(
    program: MakeProgram, session: Session
) -> None:
    reviewer = make_user(session, role=Role.REVIEWER, posts={"window": "reviewer"})
    make_sitting(session, clerk=reviewer)
    ticket = make_ticket(session)

    said = {"reason": "A friend", "version": ticket.version}
    answer = program(Scope.STAFF, of=reviewer).post(f"/counter/tickets/{ticket.id}/choose", said)

    assert answer.status_code == 403
    assert ticket.status is TicketStatus.WAITING


def test_a_clerk_does_nothing_to_tickets_of_another_hall(program: MakeProgram) -> None:
    called = program(Scope.KIOSK).post("/training/tickets", {"lines": ["advice"]})
    other = program(Scope.STAFF)

    assert called.status_code == 201
    assert other.post("/counter/tickets/1/start", {"version": 1}).status_code == 404


def test_tokens_at_the_command_line(app: Flask, session: Session) -> None:
    clerk = make_clerk(session)
    run = app.test_cli_runner().invoke
    group = commands.commands["token"]

    made = run(group, ["create", "--scope", "staff", "--user", clerk.email])
    listed = run(group, ["list"])
    token = session.scalars(sa.select(AccessToken)).one()
    revoked = run(group, ["revoke", str(token.id)])
    again = run(group, ["revoke", "999"])
    wrong = run(group, ["create", "--scope", "kiosk", "--user", clerk.email])
    nobody = run(group, ["create", "--scope", "kiosk", "--hall", "nowhere"])

    assert made.output.startswith("sd_")
    assert clerk.email in listed.output
    assert revoked.exit_code == 0
    assert (again.exit_code, wrong.exit_code, nobody.exit_code) == (1, 2, 1)
    assert Program(app, session, made.output.strip()).get("/counter").status_code == 401
