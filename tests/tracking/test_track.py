"""A number is a name, never a key."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases.lifecycle import CaseAction
from servicedesk.cases.operations import drafts
from servicedesk.notices.facts import unpacked
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case, published
from tests.conftest import Browser
from tests.factories import PASSWORD, make_user


def test_the_number_alone_shows_one_word(session: Session, browser: Browser) -> None:
    case = make_case(session)

    page = browser.get(f"/track?number={case.reference.lower()}").text

    assert "Received" in page
    assert case.title not in page
    assert case.applicant.name not in page


def test_an_unknown_or_malformed_number_is_told_so(browser: Browser) -> None:
    for number in ("R26-99999", "nonsense", ""):
        assert browser.get(f"/track?number={number}").status_code == 422


def test_what_was_never_sent_cannot_be_followed(session: Session, browser: Browser) -> None:
    version, service = published(session, "E_NAME")
    case = drafts.start(
        session, version, service, by=make_user(session), enterprise_id=None, now=clock.now()
    )
    session.commit()
    for action in (None, CaseAction.LAPSE):
        if action:
            case.advance(action, at=clock.now())
            session.commit()
        assert browser.get(f"/track?number={case.reference}").status_code == 422


def test_who_tries_numbers_keeps_nobody_out_who_was_signed_in_or_has_a_code(
    session: Session, browser: Browser
) -> None:
    case = make_case(session)
    code = mailed_code(session, browser, case.reference)
    for _ in range(60):
        browser.get("/track?number=R26-99999")
    assert browser.get(f"/track?number={case.reference}").status_code == 429

    track = f"/track/{case.reference}"
    assert browser.post(f"{track}/code", data={"code": code}).status_code == 303

    browser.post("/sign-in", data={"email": case.applicant.email, "password": PASSWORD})
    assert browser.get(f"/track?number={case.reference}").status_code == 200


def test_the_mailed_code_opens_the_details_once(session: Session, browser: Browser) -> None:
    case = make_case(session)
    track = f"/track/{case.reference}"
    assert browser.get(track).status_code == 303

    browser.post(f"{track}/ask", data={"request_key": "k" * 24})
    mail = session.scalars(sa.select(Notice).where(Notice.kind == "tracking_code")).one()
    assert mail.address == case.applicant.email
    wrong = browser.post(f"{track}/code", data={"code": "000000"})
    assert wrong.status_code == 422
    right = browser.post(f"{track}/code", data={"code": code_in(mail)})

    assert right.status_code == 303
    assert "We have your application" in browser.get(track).text
    browser.sign_out()
    assert browser.post(f"{track}/code", data={"code": code_in(mail)}).status_code == 422


def test_asking_for_a_code_answers_the_same_for_any_number(
    session: Session, browser: Browser
) -> None:
    case = make_case(session)

    known = browser.post(f"/track/{case.reference}/ask", data={"request_key": "k" * 24})
    unknown = browser.post("/track/R26-99999/ask", data={"request_key": "k" * 24})

    assert known.status_code == unknown.status_code == 303
    assert len(session.scalars(sa.select(Notice).where(Notice.kind == "tracking_code")).all()) == 1


def test_a_code_is_good_only_where_it_was_asked_for(
    session: Session, browser: Browser, another_browser: Browser
) -> None:
    case = make_case(session)

    code = mailed_code(session, browser, case.reference)

    track = f"/track/{case.reference}"
    assert another_browser.post(f"{track}/code", data={"code": code}).status_code == 422
    assert browser.post(f"{track}/code", data={"code": code}).status_code == 303


def test_strangers_who_ask_and_guess_do_not_void_the_owner_s_code(
    session: Session, browser: Browser, another_browser: Browser
) -> None:
    case = make_case(session)
    track = f"/track/{case.reference}"
    code = mailed_code(session, browser, case.reference)

    mailed_code(session, another_browser, case.reference)
    for guess in range(8):
        another_browser.post(f"{track}/code", data={"code": f"{guess:06}"})

    assert browser.post(f"{track}/code", data={"code": code}).status_code == 303


def test_five_wrong_guesses_use_up_the_code_of_their_own_browser(
    session: Session, browser: Browser
) -> None:
    case = make_case(session)
    track = f"/track/{case.reference}"
    code = mailed_code(session, browser, case.reference)

    for _ in range(5):
        browser.post(f"{track}/code", data={"code": "no code"})

    assert browser.post(f"{track}/code", data={"code": code}).status_code == 422


def test_one_network_has_few_mails_sent_for_one_number(session: Session, browser: Browser) -> None:
    case = make_case(session)

    answers = [browser.post(f"/track/{case.reference}/ask", data={}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def mailed_code(session: Session, browser: Browser, reference: str) -> str:
    """Ask for a code in ``browser``; return the one that was mailed."""
    browser.post(f"/track/{reference}/ask", data={})
    newest = sa.select(Notice).where(Notice.kind == "tracking_code").order_by(Notice.id.desc())
    mail = session.scalars(newest).first()
    assert mail is not None
    return code_in(mail)


def code_in(mail: Notice) -> str:
    """Return the code that a mail will carry."""
    return str(unpacked(mail.facts)["code"])
