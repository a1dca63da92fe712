"""Administrators add lines to a hall, change them, and change its figures."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.hall import figures
from servicedesk.hall.appointment_models import Slot
from servicedesk.hall.figures import FIGURES
from servicedesk.hall.hall_files import booking_of, joining_of, line_of, rules_of
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.operations import hours, lines
from servicedesk.hall.operations.lines import LetterTaken, LineExists, LineSaid
from servicedesk.words import Text
from tests.administration.conftest import shown
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_ticket, queue_of
from tests.races.crowd import at_once

PAGE = "/admin/halls/training/lines"
FIGURES_PAGE = f"{PAGE}/figures"
SAID = {
    "key": "permits_2", "letter": "P", "name_en": "Permits", "name_zh": "许可", "minutes": "12",
    "phase": "pay", "reason": "More people come",
}  # fmt: skip
FIXED = {"every"}  # see operations/lines.py


@pytest.mark.usefixtures("admin")
def test_a_new_line_is_in_the_hall_and_in_its_history(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    assert browser.post(f"{PAGE}/new", data=SAID).status_code == 303

    line = queue_of(session, "permits_2")
    assert (line.letter, line.name.zh, line.minutes, line.phase) == ("P", "许可", 12, Phase.PAY)
    assert (line.public_places, line.staff_places) == (0, 0)
    history = browser.get("/admin/halls/training/hours").text
    assert "Line P is new: Permits" in history
    assert "12 minutes" in history
    assert "More people come" in history
    assert make_ticket(session, "permits_2").name == "P001"
    assert "Permits" in another_browser.get("/hall/training").text
    another_browser.sign_in(make_clerk(session))
    assert "Permits" in another_browser.get("/desk/counter").text


@pytest.mark.usefixtures("admin")
def test_a_change_of_a_line_tells_what_is_different_and_nothing_else(
    browser: Browser, session: Session
) -> None:
    page = browser.get(f"{PAGE}/advice").text
    data = shown(browser, f"{PAGE}/advice") | {"minutes": "9", "phase": "collect", "key": "other"}

    answer = browser.post(f"{PAGE}/advice", data=data | {"letter": "Q", "reason": "Measured"})

    assert answer.status_code == 303
    assert 'name="key"' not in page
    assert 'name="letter"' not in page
    line = queue_of(session, "advice")
    assert (line.letter, line.minutes, line.phase) == ("Z", 9, Phase.COLLECT)
    assert said_last(session) == [
        "Line %(letter)s: a visit usually takes %(time)s",
        "Line %(letter)s: %(phase)s",
    ]
    browser.post(f"{PAGE}/advice", data=shown(browser, f"{PAGE}/advice") | {
        "name_en": "Questions", "reason": "Clearer",
    })  # fmt: skip
    assert "Line Z is called Questions now" in browser.get("/admin/halls/training/hours").text


@pytest.mark.usefixtures("admin")
def test_what_is_wrong_with_a_line_is_said(browser: Browser) -> None:
    as_it_is = shown(browser, f"{PAGE}/advice") | {"reason": "None"}
    faults = {
        "There is a line advice already": SAID | {"key": "advice"},
        "Another line has the letter Z": SAID | {"letter": "Z"},
        "Enter one capital letter": SAID | {"letter": "p"},
        "Enter at most 40 small letters": SAID | {"key": "Permits"},
        "a page has this name": SAID | {"key": "figures"},
        "Enter a number from 1 to 480": SAID | {"minutes": "481"},
        "Say why it changes": SAID | {"reason": " "},
    }

    for said, data in faults.items():
        answer = browser.post(f"{PAGE}/new", data=data)
        assert answer.status_code == 422, said
        assert said in answer.text
    same = browser.post(f"{PAGE}/advice", data=as_it_is)
    assert same.status_code == 422
    assert "Nothing would be different" in same.text
    assert browser.get(f"{PAGE}/nowhere").status_code == 404


@pytest.mark.usefixtures("admin")
def test_figures_hold_at_once_and_their_change_is_told(browser: Browser, session: Session) -> None:
    page = browser.get(PAGE).text
    assert "Longest time away with the place kept" in page
    assert "60 minutes" in page

    answer = send(browser, rules_one_in="5", booking_of_person="4", joining_of_hall="1")

    assert answer == 303
    hall = hall_of(session)
    found = joining_of(hall.joining)
    assert rules_of(hall.rules).one_in == 5
    assert booking_of(hall.booking).most_of_person == 4
    assert found is not None
    assert found.most_of_hall == 1
    assert said_last(session) == ["%(what)s: %(before)s → %(after)s"] * 3
    history = browser.get("/admin/halls/training/hours").text
    assert "Most tickets for all phones in this time: 60 tickets → 1 ticket" in history


@pytest.mark.usefixtures("admin")
def test_phones_take_tickets_when_an_administrator_says_so(
    browser: Browser, session: Session
) -> None:
    off = {"f_phones": "no", "joining_span": "nonsense"}  # what is not asked is not looked at
    assert send(browser, **off) == 303
    assert hall_of(session).joining is None
    assert said_last(session) == ["Phones take no tickets any more"]
    assert "Phones take no tickets in this hall." in browser.get(PAGE).text
    assert 'id="joining_span"' in browser.get(FIGURES_PAGE).text

    assert send(browser, f_phones="yes", joining_of_phone="2") == 303

    session.expire_all()
    found = joining_of(hall_of(session).joining)
    assert found is not None
    assert found.most_of_phone == 2
    assert len(said_last(session)) == 1 + len(FIGURES["joining"])


@pytest.mark.usefixtures("admin")
def test_a_hall_without_appointments_is_not_asked_about_them(
    browser: Browser, session: Session
) -> None:
    hall_of(session).booking = None
    session.commit()

    assert "Most open appointments" not in browser.get(FIGURES_PAGE).text
    assert send(browser, rules_away="30") == 303
    hall = hall_of(session)
    assert (hall.booking, line_of(hall.rules).away) == (None, 30)
    assert "This hall takes no appointments." in browser.get(PAGE).text


@pytest.mark.usefixtures("admin")
def test_more_days_ahead_have_times_at_once_and_booked_ones_stay(
    browser: Browser, session: Session
) -> None:
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    before = slots_of(session)

    assert send(browser, booking_days_ahead="20") == 303
    more = slots_of(session)
    assert send(browser, booking_days_ahead="10") == 303

    assert more > before
    assert slots_of(session) == more
    assert "times opened" in browser.get("/admin/halls/training/hours").text


@pytest.mark.usefixtures("admin")
def test_every_figure_has_the_bounds_of_its_model(browser: Browser, session: Session) -> None:
    kept, sent = lines.figures_of(hall_of(session)), shown(browser, FIGURES_PAGE)
    for part, known in FIGURES.items():
        assert {one.key for one in known} == set(kept[part] or ()) - FIXED
    every = [one for known in FIGURES.values() for one in known]
    for wrong in ("low", "high", "x", ""):
        ends = {one.name: {"low": one.bounds[0] - 1, "high": one.bounds[1] + 1} for one in every}
        said = {name: str(end.get(wrong, wrong)) for name, end in ends.items()}

        answer = browser.post(FIGURES_PAGE, data=sent | said | {"reason": "Test"})

        assert answer.status_code == 422
        assert [one.name for one in every if f'href="#{one.name}"' not in answer.text] == []
    assert lines.figures_of(hall_of(session)) == kept


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "wrong",
    [
        {"rules_watched": "40", "rules_too_long": "30"},
        {"joining_code_changes": "11", "joining_code_lasts": "10"},
        {"reason": ""},
        {},
    ],
)
def test_figures_that_do_not_go_together_are_refused(
    browser: Browser, session: Session, wrong: dict[str, str]
) -> None:
    before = lines.figures_of(hall_of(session))

    assert send(browser, **wrong) == 422
    session.expire_all()
    assert lines.figures_of(hall_of(session)) == before


@pytest.mark.usefixtures("admin")
def test_pages_that_are_old_change_nothing(browser: Browser, session: Session) -> None:
    line = shown(browser, f"{PAGE}/advice") | {"reason": "Moved"}
    figures = shown(browser, FIGURES_PAGE) | {"reason": "Busy"}
    browser.post(f"{PAGE}/advice", data=line | {"minutes": "9"})
    browser.post(FIGURES_PAGE, data=figures | {"rules_one_in": "5"})

    assert browser.post(f"{PAGE}/advice", data=line | {"minutes": "10"}).status_code == 409
    assert browser.post(FIGURES_PAGE, data=figures | {"rules_late": "7"}).status_code == 409
    session.expire_all()
    assert queue_of(session, "advice").minutes == 9
    assert line_of(hall_of(session).rules).late == 15


def test_only_administrators_change_lines_and_figures(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))

    for path in (PAGE, f"{PAGE}/new", f"{PAGE}/advice", FIGURES_PAGE):
        assert browser.get(path).status_code == 403
    for path in (f"{PAGE}/new", f"{PAGE}/advice", FIGURES_PAGE):
        assert browser.post(path).status_code == 403


def test_who_work_at_once_lose_nothing(app: Flask, session: Session) -> None:
    admin = make_user(session, role=Role.ADMIN).id
    hall = hall_of(session)
    seen, advice = (
        figures.state_of(lines.figures_of(hall)),
        LineSaid.of(queue_of(session, "advice")),
    )
    session.commit()
    said = LineSaid(Text("Permits", "许可"), 12, Phase.PAY)

    def do(what: str) -> str:
        with app.app_context(), db.sessionmaker() as own:
            by, now = own.get_one(User, admin), clock.now()
            try:
                work(own, what, by=by, reason="Test", now=now)
            except (LineExists, LetterTaken, Overtaken) as refusal:
                return type(refusal).__name__
            own.commit()
            return what

    def work(own: Session, what: str, **about: object) -> None:
        found = hall_of(own)
        if what == "figures":
            typed = {part: dict(kept or {}) for part, kept in lines.figures_of(found).items()}
            typed["rules"]["one_in"] = 7
            lines.change_figures(own, found, typed, seen=seen, **about)  # type: ignore[arg-type]
        elif what == "change":
            queue = next(one for one in found.queues if one.key == "advice")
            lines.change(own, queue, said, seen=advice.state, **about)  # type: ignore[arg-type]
        else:
            key, letter = what.split()
            lines.add(own, found, key, letter, said, **about)  # type: ignore[arg-type]

    whats = ("first P", "first Q", "second P", "change", "change", "figures", "figures")
    found = at_once([partial(do, what) for what in whats])

    session.expire_all()
    assert found.count("Overtaken") == 2
    assert {"change", "figures"} < set(found)
    added = {one.key for one in hall_of(session).queues}.intersection({"first", "second"})
    assert len(added) == sum(" " in one for one in found) > 0
    assert queue_of(session, "advice").name.en == "Permits"
    assert rules_of(hall_of(session).rules).one_in == 7
    assert session.scalar(sa.select(sa.func.count()).select_from(HallChange)) == 2 + len(added)


def send(browser: Browser, **fields: str) -> int:
    """Send the figures as they are but for ``fields``; return the status."""
    data = shown(browser, FIGURES_PAGE) | {"reason": "Test"} | fields
    return browser.post(FIGURES_PAGE, data=data).status_code


def said_last(session: Session) -> list[str]:
    """Return the sentences of the last change."""
    change = session.scalars(sa.select(HallChange).order_by(HallChange.id.desc())).first()
    assert change is not None
    return [one["say"] for one in change.what]


def slots_of(session: Session) -> int:
    """Return how many slots the hall has."""
    session.expire_all()
    ids = [one.id for one in hall_of(session).queues]
    return session.scalar(sa.select(sa.func.count()).where(Slot.queue_id.in_(ids))) or 0
