"""One draft, and fifty presses of the button that sends it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, IssuedLetter, Submission, Task
from servicedesk.web.models import RequestKey
from tests.races.crowd import Click, Crowd, statuses
from tests.races.factories import broken_chains, kinds, ready_draft

KEY = "one-key-for-every-click"
PRESSES = 50


def test_fifty_clicks_with_one_key_send_once_and_get_one_answer(
    session: Session, crowd: Crowd
) -> None:
    case = ready_draft(session, "E_SET_LLC")
    window = crowd.window(case.applicant)
    sends = Click(window, _submit(case), {"declared": "y", "request_key": KEY})

    answers = crowd.click([sends] * PRESSES)

    assert statuses(answers) == [303] * PRESSES
    assert {answer.location for answer in answers} == {f"/cases/{case.reference}/sent"}
    _was_sent_once(session, case)


def test_the_same_key_with_another_body_is_told_so_and_changes_nothing(
    session: Session, crowd: Crowd
) -> None:
    case = ready_draft(session, "E_SET_LLC")
    window = crowd.window(case.applicant)
    sends = Click(window, _submit(case), {"declared": "y", "request_key": KEY})
    differs = Click(window, _submit(case), {"declared": "yes", "request_key": KEY})
    crowd.click([sends])

    answers = crowd.click([differs, differs])

    assert statuses(answers) == [422, 422]
    assert "This form was already sent with other answers." in answers[0].text
    _was_sent_once(session, case)


def test_of_two_bodies_with_one_key_at_once_one_is_taken_and_one_refused(
    session: Session, crowd: Crowd
) -> None:
    case = ready_draft(session, "E_SET_LLC")
    window = crowd.window(case.applicant)

    answers = crowd.click(
        [
            Click(window, _submit(case), {"declared": words, "request_key": KEY})
            for words in ("y", "yes")
        ]
    )

    assert statuses(answers) == [303, 422]
    _was_sent_once(session, case)


def test_fifty_clicks_with_fifty_keys_still_send_once(session: Session, crowd: Crowd) -> None:
    case = ready_draft(session, "E_SET_LLC")
    window = crowd.window(case.applicant)

    answers = crowd.click(
        [
            Click(window, _submit(case), {"declared": "y", "request_key": f"click-{n:020}"})
            for n in range(PRESSES)
        ]
    )

    assert statuses(answers) == [303] + [409] * (PRESSES - 1)
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "that step is not possible now" in refused.text
    _was_sent_once(session, case)


def test_a_refused_click_leaves_its_key_free_for_the_next_try(
    session: Session, crowd: Crowd
) -> None:
    case = ready_draft(session, "E_SET_LLC")
    window = crowd.window(case.applicant)
    undeclared = Click(window, _submit(case), {"request_key": KEY})
    sends = Click(window, _submit(case), {"declared": "y", "request_key": KEY})

    assert statuses(crowd.click([undeclared] * 4)) == [422] * 4
    assert statuses(crowd.click([sends] * 4)) == [303] * 4

    _was_sent_once(session, case)


def test_fifty_clicks_begin_one_draft(session: Session, crowd: Crowd) -> None:
    person = ready_draft(session, "E_NAME").applicant
    window = crowd.window(person)
    begins = Click(window, "/services/E_SET_LLC/start", {"request_key": KEY})

    answers = crowd.click([begins] * PRESSES)

    assert statuses(answers) == [303] * PRESSES
    assert len({answer.location for answer in answers}) == 1
    begun = sa.select(Case).where(Case.service_code == "E_SET_LLC")
    assert len(session.scalars(begun).all()) == 1


def _submit(case: Case) -> str:
    return f"/cases/{case.reference}/submit"


def _was_sent_once(session: Session, case: Case) -> None:
    """Check that the application is there once and whole, and nothing of another try."""
    assert case.status is CaseStatus.SUBMITTED
    assert kinds(session, case).count("submitted") == 1
    assert broken_chains(session) == []
    for model, number in ((Submission, 1), (IssuedLetter, 1), (Task, 1), (RequestKey, 1)):
        found = session.scalar(sa.select(sa.func.count()).select_from(model))
        assert found == number, model.__name__
