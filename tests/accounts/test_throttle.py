"""Guessing and mailing are slowed, without locking out the owner or the neighbour (S5)."""

from datetime import timedelta
from secrets import token_hex

import pytest
import sqlalchemy as sa
from flask import Flask
from limits import parse
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.throttle import Throttle
from servicedesk.accounts.throttle_rules import Circle, guessing, mailing
from servicedesk.errors import TooMany
from servicedesk.extensions import db
from servicedesk.notices.models import Notice
from servicedesk.web.models import Attempt
from tests.accounts.factories import GOOD_PASSWORD, at_once, browser_at, sign_in
from tests.factories import MONDAY_MORNING, PASSWORD, make_user

FIVE_A_MINUTE = [Circle(parse("5 per minute"), ("test",))]


@pytest.fixture
def throttle(app: Flask) -> Throttle:
    with app.app_context():
        return Throttle(db.get_engine("throttle"))


def guess(app: Flask, email: str, *, address: str = "192.0.2.66") -> int:
    return sign_in(browser_at(app, address=address), email, "a guess").status_code


def test_the_sixth_guess_is_told_when_to_come_back(app: Flask, session: Session) -> None:
    email = make_user(session).email
    codes = [guess(app, email) for _ in range(5)]
    answer = sign_in(browser_at(app, address="192.0.2.66"), email, "a guess")

    assert codes == [422] * 5
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300


def test_the_right_password_does_not_help_whoever_guessed_too_often(
    app: Flask, session: Session
) -> None:
    email = make_user(session).email
    for _ in range(5):
        guess(app, email)

    assert sign_in(browser_at(app, address="192.0.2.66"), email, PASSWORD).status_code == 429


def test_of_many_guesses_at_once_no_more_than_five_are_looked_at(
    app: Flask, session: Session
) -> None:
    email = make_user(session).email

    codes = at_once(12, lambda _: guess(app, email))

    assert codes.count(422) == 5
    assert codes.count(429) == 7


def test_unknown_addresses_are_slowed_just_the_same(app: Flask) -> None:
    codes = [guess(app, "nobody@park.example") for _ in range(6)]

    assert codes == [422] * 5 + [429]


def test_a_guesser_elsewhere_does_not_lock_out_the_owner(app: Flask, session: Session) -> None:
    email = make_user(session).email
    for _ in range(30):
        guess(app, email)

    assert sign_in(browser_at(app, address="198.51.100.1"), email, PASSWORD).status_code == 303


def test_guessers_in_many_places_do_not_lock_out_a_browser_that_was_signed_in_before(
    app: Flask, session: Session
) -> None:
    email = make_user(session).email
    owner = browser_at(app, address="198.51.100.1")
    sign_in(owner, email, PASSWORD)
    owner.post("/sign-out")
    for number in range(25):
        for _ in range(5):
            guess(app, email, address=f"192.0.2.{number}")

    stranger = browser_at(app, address="203.0.113.9")
    assert sign_in(stranger, email, PASSWORD).status_code == 429
    assert sign_in(owner, email, PASSWORD).status_code == 303


def test_a_guesser_does_not_lock_out_the_neighbour_at_the_same_address(
    app: Flask, session: Session
) -> None:
    victim, neighbour = make_user(session), make_user(session)
    for _ in range(80):
        guess(app, victim.email)

    at_the_same = browser_at(app, address="192.0.2.66")
    assert sign_in(at_the_same, neighbour.email, PASSWORD).status_code == 303


def test_one_address_that_guesses_at_many_accounts_is_stopped(app: Flask) -> None:
    codes = [guess(app, f"person{number}@park.example") for number in range(61)]

    assert codes[-1] == 429
    assert codes[:-1] == [422] * 60


def test_a_forged_mark_of_a_known_browser_counts_for_nothing(app: Flask, session: Session) -> None:
    email = make_user(session).email
    for _ in range(5):
        guess(app, email)
    forger = browser_at(app, address="192.0.2.66")
    forger.set_cookie("known", "eyJhIjoiYiJ9.aaaa.bbbb")

    assert sign_in(forger, email, PASSWORD).status_code == 429


def test_signing_in_well_does_not_use_up_tries(app: Flask, session: Session) -> None:
    email = make_user(session).email

    codes = [
        sign_in(browser_at(app, address="192.0.2.1"), email, PASSWORD).status_code for _ in range(8)
    ]

    assert codes == [303] * 8


def test_many_good_sign_ins_at_once_are_all_let_in(app: Flask, session: Session) -> None:
    email = make_user(session).email

    codes = at_once(
        12, lambda _: sign_in(browser_at(app, address="192.0.2.1"), email, PASSWORD).status_code
    )

    assert codes == [303] * 12


def test_good_sign_ins_among_guesses_do_not_let_more_guesses_through(
    app: Flask, session: Session
) -> None:
    victim, guesser = make_user(session).email, make_user(session).email

    def act(number: int) -> int:
        if number % 2:
            return guess(app, victim)
        here = browser_at(app, address="192.0.2.66")
        return sign_in(here, guesser, PASSWORD).status_code

    codes = at_once(16, act)

    assert codes[::2] == [303] * 8
    assert sorted(codes[1::2]) == [422] * 5 + [429] * 3


def ask_for_mail(
    app: Flask, email: str, number: int, *, path: str = "/account/forgot", address: str = ""
) -> int:
    data = {"email": email, "name": "Wei Lin", "password": GOOD_PASSWORD}
    data["request_key"] = token_hex(16)
    browser = browser_at(app, address=address or f"192.0.2.{number}")
    return browser.post(path, data=data).status_code


@pytest.mark.parametrize("path", ["/account/forgot", "/sign-up"])
def test_who_asks_for_mails_to_one_address_too_often_is_told(
    app: Flask, session: Session, path: str
) -> None:
    for email in (make_user(session).email, "nobody@park.example"):
        codes = [
            ask_for_mail(app, email, number, path=path, address="192.0.2.66") for number in range(5)
        ]
        assert codes == [303] * 4 + [429]


@pytest.mark.parametrize("path", ["/account/forgot", "/sign-up"])
def test_who_asked_elsewhere_keeps_nobody_from_their_mail(
    app: Flask, session: Session, path: str
) -> None:
    email = make_user(session).email
    for number in range(5):
        ask_for_mail(app, email, number, path=path, address="203.0.113.66")
    before = mails(session)

    assert ask_for_mail(app, email, 9, path=path, address="198.51.100.1") == 303
    assert mails(session) == before + 1


def test_one_mailbox_is_not_flooded_from_many_places_and_nobody_is_told(
    app: Flask, session: Session
) -> None:
    for email in (make_user(session).email, "nobody@park.example"):
        before = mails(session)

        assert [ask_for_mail(app, email, number) for number in range(24)] == [303] * 24
        assert mails(session) == before + 20


def test_a_flood_does_not_keep_the_owners_browser_from_a_mail(app: Flask, session: Session) -> None:
    email = make_user(session).email
    owner = browser_at(app, address="198.51.100.1")
    sign_in(owner, email, PASSWORD)
    owner.post("/sign-out")
    for number in range(24):
        ask_for_mail(app, email, number)
    before = mails(session)

    data = {"email": email, "request_key": "request-key-of-the-owner"}
    assert owner.post("/account/forgot", data=data).status_code == 303
    assert mails(session) == before + 1


def mails(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Notice)) or 0


def test_counters_hold_no_address(app: Flask, session: Session) -> None:
    email = make_user(session).email
    guess(app, email)

    keys = session.scalars(sa.select(Attempt.key)).all()
    assert keys
    assert not [key for key in keys if email in key]


def test_a_counter_counts_exactly_under_concurrency(throttle: Throttle) -> None:
    def attempt(_number: int) -> bool:
        try:
            throttle.hit(FIVE_A_MINUTE, now=MONDAY_MORNING)
        except TooMany:
            return False
        return True

    assert sum(at_once(16, attempt)) == 5


def test_a_window_ends(throttle: Throttle) -> None:
    for _ in range(5):
        throttle.hit(FIVE_A_MINUTE, now=MONDAY_MORNING)
    with pytest.raises(TooMany) as refused:
        throttle.hit(FIVE_A_MINUTE, now=MONDAY_MORNING + timedelta(seconds=20))

    assert refused.value.retry_after == timedelta(seconds=40)
    throttle.hit(FIVE_A_MINUTE, now=MONDAY_MORNING + timedelta(seconds=60))


def test_forgiving_gives_the_attempt_back(throttle: Throttle) -> None:
    wider = [*FIVE_A_MINUTE, Circle(parse("2 per minute"), ("wider",))]
    for _ in range(10):
        with throttle.attempt(wider, now=MONDAY_MORNING) as forgive:
            forgive()


def test_who_waits_too_long_for_their_turn_is_told_to_come_back(
    throttle: Throttle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicedesk.accounts.throttle._LONGEST_WAIT", timedelta(seconds=1))

    with (
        throttle.attempt(FIVE_A_MINUTE, now=MONDAY_MORNING),
        pytest.raises(TooMany) as refused,
        throttle.attempt(FIVE_A_MINUTE, now=MONDAY_MORNING),
    ):
        pass

    assert refused.value.retry_after == timedelta(seconds=1)


def test_sweeping_deletes_what_is_over_and_may_run_twice(
    throttle: Throttle, session: Session
) -> None:
    throttle.hit(FIVE_A_MINUTE, now=MONDAY_MORNING)

    assert throttle.sweep(now=clock.now()) == 1
    assert throttle.sweep(now=clock.now()) == 0
    assert session.scalars(sa.select(Attempt)).all() == []


def test_the_table_of_counters_survives_no_crash_and_needs_none(session: Session) -> None:
    kind = session.scalar(sa.text("SELECT relpersistence FROM pg_class WHERE relname = 'attempts'"))

    assert kind in {"u", b"u"}  # unlogged


def test_circles_go_from_the_narrowest_to_the_widest() -> None:
    for circles in (
        guessing("wei@park.example", "192.0.2.1", None),
        mailing("wei@park.example", "192.0.2.1", None),
    ):
        rates = [circle.limit.amount / circle.limit.get_expiry() for circle in circles]
        assert rates == sorted(rates) or rates[0] == min(rates)
