"""The legal limit made longer, once, with a signature (行政许可法 art. 42)."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import queries
from servicedesk.cases.clock_account import clock_account
from servicedesk.cases.excluded_time import StopKind
from servicedesk.cases.models import Case
from servicedesk.cases.operations import corrections, extensions, stops
from servicedesk.cases.operations.tasks import ReasonMissing
from servicedesk.cases.proceedings import ClockExtension, ExtensionState
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.integrity import Place, findings
from servicedesk.notices.models import Notice
from tests.cases.factories import open_task
from tests.cases.licences import CLOCK, apply_for, definition, make_licence, officer, take
from tests.conftest import Browser

BEIJING = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=BEIJING)  # the day after acceptance
WHY = "The file of the other district has not come yet."


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def case(session: Session) -> Case:
    """Return a licence that was accepted on Monday 2 March: 20 days by law, 10 promised."""
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    return case


@pytest.fixture
def supervisor(session: Session) -> User:
    return officer(session, market="supervisor")


def ask(
    session: Session, case: Case, *, by: User | None = None, now: datetime = TUESDAY
) -> ClockExtension:
    asked = extensions.ask(
        session, case, definition(case), open_task(session, case, "examine"),
        reason=WHY, by=by or officer(session), now=now,
    )  # fmt: skip
    session.commit()
    return asked


def grant(session: Session, asked: ClockExtension, by: User, *, now: datetime = TUESDAY) -> None:
    case = asked.case
    extensions.grant(session, case, definition(case), asked, by=by, now=now)
    session.commit()


def test_an_extension_makes_the_legal_limit_longer_and_the_promise_stays(
    session: Session, case: Case, supervisor: User
) -> None:
    asked = ask(session, case)
    assert case.legal_due == datetime(2026, 3, 30, 17, tzinfo=BEIJING)
    promised, due = case.committed_due, open_task(session, case, "examine").due_at

    grant(session, asked, supervisor)

    assert asked.state is ExtensionState.GRANTED
    assert case.legal_due == datetime(2026, 4, 14, 17, tzinfo=BEIJING)  # 4 to 6 April: holidays
    assert case.committed_due == promised == due == open_task(session, case, "examine").due_at
    account = clock_account(session, case, definition(case), now=TUESDAY)
    assert account.legal is not None
    assert account.committed is not None
    assert (account.legal.limit, account.legal.extension) == (30, 10)
    assert (account.committed.limit, account.committed.extension) == (10, 0)


def test_where_nothing_is_promised_tasks_are_due_with_the_longer_limit(
    session: Session, supervisor: User
) -> None:
    case = apply_for(session, make_licence({"committed": None}))
    take(session, case, "accept", "accept")

    grant(session, ask(session, case), supervisor)

    due = open_task(session, case, "examine").due_at
    assert due == case.legal_due == datetime(2026, 4, 14, 17, tzinfo=BEIJING)


def test_the_applicant_reads_why_until_when_and_that_the_promise_stays(
    session: Session, browser: Browser, case: Case, supervisor: User
) -> None:
    grant(session, ask(session, case), supervisor)
    letter = queries.letters_of(session, case)[0]
    browser.sign_in(case.applicant)

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    assert letter.kind == "extended"
    for words in (WHY, "10 working days", "by permission of: Example", "What we promised stays"):
        assert words in text, words
    assert "By law it is due by Tuesday 14 April, 17:00." in text
    page = browser.get(f"/cases/{case.reference}").text
    assert "10 days of them were granted as an extension." in page
    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()
    assert "extended" in {mail.facts.get("letter") for mail in mails}


def test_a_refusal_says_why_and_changes_nothing(
    session: Session, case: Case, supervisor: User
) -> None:
    asked, before = ask(session, case), case.legal_due
    letters = len(queries.letters_of(session, case))

    with pytest.raises(ReasonMissing):
        extensions.refuse(session, case, asked, by=supervisor, reason="", now=TUESDAY)
    extensions.refuse(session, case, asked, by=supervisor, reason="You have time.", now=TUESDAY)

    assert (asked.state, asked.answer) == (ExtensionState.REFUSED, "You have time.")
    assert case.legal_due == before
    assert len(queries.letters_of(session, case)) == letters
    ask(session, case)  # refused is not granted: it may be asked for again


def test_it_is_asked_for_and_granted_once(session: Session, case: Case, supervisor: User) -> None:
    asked = ask(session, case)
    with pytest.raises(extensions.NotExtendable):
        ask(session, case)
    grant(session, asked, supervisor)
    with pytest.raises(extensions.NotExtendable):
        ask(session, case)
    with pytest.raises(Overtaken):
        grant(session, asked, officer(session, market="supervisor"))


def test_who_asked_does_not_sign_nor_does_somebody_else_s_supervisor(
    session: Session, case: Case
) -> None:
    asking = officer(session, market="supervisor")
    asked = ask(session, case, by=asking)

    for person in (asking, officer(session, market="reviewer"), officer(session, tax="supervisor")):
        with pytest.raises(NotPermitted):
            grant(session, asked, person)
        with pytest.raises(NotPermitted):
            extensions.refuse(session, case, asked, by=person, reason="No.", now=TUESDAY)
    assert asked.state is ExtensionState.ASKED


@pytest.mark.parametrize("what", ["ask", "grant"])
def test_a_limit_that_is_over_is_not_extended(
    session: Session, case: Case, supervisor: User, what: str
) -> None:
    assert case.legal_due is not None
    late = case.legal_due + timedelta(seconds=1)

    if what == "ask":
        with pytest.raises(extensions.NotExtendable):
            ask(session, case, now=late)
    else:
        asked = ask(session, case, now=case.legal_due)
        with pytest.raises(extensions.NotExtendable):
            grant(session, asked, supervisor, now=late)
        grant(session, asked, supervisor, now=case.legal_due)


def test_a_definition_without_an_extension_has_none(session: Session) -> None:
    legal = {"working_days": 20, "source": "L_ALL"}
    case = apply_for(session, make_licence({"legal": legal}))
    take(session, case, "accept", "accept")

    with pytest.raises(extensions.NotExtendable):
        ask(session, case)


def test_a_registration_may_be_extended_before_it_is_accepted(session: Session) -> None:
    """登记管理条例 art. 19: 3 and 3 more, from receipt."""
    legal = {"working_days": 3, "extend": 3, "extend_by": CLOCK["legal"]["extend_by"]}
    clock = {"starts": "receipt", "legal": legal | {"source": "L_MER"}, "committed": None}
    case = apply_for(session, make_licence(clock, item_type="registration"))
    clerk = officer(session, window="clerk")
    asked = extensions.ask(
        session, case, definition(case), open_task(session, case, "accept"),
        reason=WHY, by=clerk, now=TUESDAY,
    )  # fmt: skip
    extensions.grant(
        session, case, definition(case), asked, by=officer(session, window="supervisor"),
        now=TUESDAY,
    )  # fmt: skip

    assert case.legal_due == datetime(2026, 3, 10, 17, tzinfo=BEIJING)


def test_a_limit_in_calendar_days_counts_rest_days_and_is_extended_by_such_days(
    session: Session, browser: Browser, supervisor: User
) -> None:
    legal = {"calendar_days": 12, "extend": 5, "extend_by": CLOCK["legal"]["extend_by"]}
    clock_plan = {"legal": legal | {"source": "OWN"}, "committed": None}
    case = apply_for(session, make_licence(clock_plan))
    take(session, case, "accept", "accept")
    # 2 March and 12 days is Saturday the 14th: it moves to Monday.
    assert case.legal_due == datetime(2026, 3, 16, 17, tzinfo=BEIJING)

    grant(session, ask(session, case), supervisor)

    assert case.legal_due == datetime(2026, 3, 19, 17, tzinfo=BEIJING)
    browser.sign_in(case.applicant)
    page = browser.get(f"/cases/{case.reference}").text
    assert "17 calendar days, until Thursday 19 March, 17:00" in page
    letter = queries.letters_of(session, case)[0]
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text
    assert "It is extended by 5 calendar days" in text


def test_while_the_clock_stands_nothing_is_extended(session: Session, case: Case) -> None:
    examiner = officer(session)
    stops.stop(
        session, case, definition(case), open_task(session, case, "examine"),
        StopKind.TEST, reason=WHY, working_days=3, by=examiner, now=TUESDAY,
    )  # fmt: skip

    with pytest.raises(extensions.NotExtendable):
        ask(session, case)


def test_a_clock_that_starts_anew_starts_with_the_usual_limit(
    session: Session, supervisor: User
) -> None:
    correction = CLOCK["correction"] | {"clock": "restarts"}
    case = apply_for(session, make_licence({"correction": correction}))
    examiner = take(session, case, "accept", "accept")
    grant(session, ask(session, case, by=examiner), supervisor)
    _correct(session, case, examiner)

    account = clock_account(session, case, definition(case), now=TUESDAY)

    assert account.legal is not None
    assert (account.legal.limit, account.legal.extension) == (20, 0)
    ask(session, case)


def _correct(session: Session, case: Case, examiner: User) -> None:
    """Ask for a correction and answer it at once."""
    task = open_task(session, case, "examine")
    corrections.ask(
        session, case, definition(case), task, [("field:matter", "Say it again.")],
        by=examiner, reason=None, now=TUESDAY,
    )  # fmt: skip
    session.flush()
    corrections.answer(session, case, definition(case), by=case.applicant, now=TUESDAY)
    task.holder_id = None
    session.commit()


def test_whoever_alters_an_extension_is_found_out(
    session: Session, tmp_path: Path, case: Case, supervisor: User
) -> None:
    asked = ask(session, case)
    assert witnesses(session, tmp_path) == []
    session.execute(sa.text("UPDATE clock_extensions SET state = 'granted'"))
    session.expire_all()
    assert witnesses(session, tmp_path) == ["was altered"]
    session.rollback()
    grant(session, asked, supervisor)
    assert witnesses(session, tmp_path) == []

    for tampering in ("days = 100", "decided_by_id = asked_by_id", "round = 2"):
        session.execute(sa.text(f"UPDATE clock_extensions SET {tampering}"))  # noqa: S608
        session.expire_all()
        assert witnesses(session, tmp_path) == ["was altered"]
        session.rollback()


def witnesses(session: Session, nowhere: Path) -> list[str]:
    return [one.what for one in findings(Place(session, nowhere), only="cases.witnesses")]
