"""Where no limit runs before the acceptance, the pages say so instead of nothing."""

from sqlalchemy.orm import Session

from servicedesk.catalogue import guide
from servicedesk.catalogue.definition import Service
from tests import shipped
from tests.cases.definitions import TEXT
from tests.cases.licences import apply_for, make_licence, take
from tests.conftest import Browser

NO_LIMIT = "No limit in law until it is accepted"
IN_THE_GUIDE = "No limit is written in the law for the time until it is accepted"
RESIDENCE = {"RP_CHANGE", "RP_PRIVATE", "RP_REUNION", "RP_STARTUP", "RP_WORK"}


def unlimited() -> Service:
    """Return a licence for whose acceptance no law gives a time."""
    return make_licence({"correction": {"working_days": None, "basis": TEXT, "source": "L_EER"}})


def test_the_applicant_reads_that_there_is_no_limit_yet_and_what_comes_then(
    session: Session, browser: Browser
) -> None:
    case = apply_for(session, unlimited())
    browser.sign_in(case.applicant)
    page = f"/cases/{case.reference}"

    text = browser.get(page).text
    assert NO_LIMIT in text
    assert "then 10 working days to decide" in text

    take(session, case, "accept", "accept")
    assert NO_LIMIT not in browser.get(page).text


def test_where_a_limit_runs_its_day_is_told(session: Session, browser: Browser) -> None:
    case = apply_for(session, make_licence())
    browser.sign_in(case.applicant)

    assert NO_LIMIT not in browser.get(f"/cases/{case.reference}").text


def test_the_guides_of_residence_permits_say_it_too() -> None:
    said = {
        one.code
        for one in shipped.services()
        for line in guide.elements(one)["statutory_limit"].lines
        if getattr(line, "msgid", "") == IN_THE_GUIDE
    }
    assert said >= RESIDENCE
    assert not said & {"WP_EXT", "WP_NEW_ABROAD", "JOINT_2"}
