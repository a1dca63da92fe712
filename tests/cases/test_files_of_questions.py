"""Files of questions after the form: sent, judged, mended, moved to a version, examined."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import mended, mending, queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CorrectionList, Document
from servicedesk.cases.operations import attaching, corrections, documents, drafts, versions
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue import definitions, operations
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotFound
from tests.cases.committed import clerk
from tests.cases.factories import looking_at, open_task, play_example
from tests.cases.with_files import (
    GOOD,
    OTHER,
    cards,
    draft,
    give,
    in_force,
    published,
    send,
    with_files,
)
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING


@pytest.mark.parametrize("number", [0, 1])
def test_examples_give_files_in_words(session: Session, number: int) -> None:
    service = service_of(published(session))

    case = play_example(session, "T_SMALL", service.examples[number])

    assert case.status.value == service.examples[number].expect.outcome


def test_what_was_sent_names_every_file_and_stays(session: Session) -> None:
    case = draft(session)
    stray = _document(session, case, "field:owners.paper").file
    attaching.attach(
        session, case, "field:id_paper", stray, name="stray.png",
        by=case.applicant, now=MONDAY_MORNING,
    )  # fmt: skip

    send(session, case)

    (sent,) = queries.submissions_of(session, case)
    assert sent.answers["id_paper"] == case.answers["id_paper"]
    assert in_force(session, case) == [
        ("field:id_paper", "id_paper_1.png"),
        ("field:owners.paper", "paper_1.png"),
    ]
    assert sent.document_ids == [one.id for one in queries.documents_in_force(session, case)]


def test_an_application_without_a_required_file_is_not_ready(session: Session) -> None:
    case = draft(session)
    del case.answers["id_paper"]

    ready = readiness(session, case, service_of(case.service_version), now=MONDAY_MORNING)

    assert not ready.is_ready


def test_the_desk_sees_each_file_beside_its_answer_and_judges_it(
    session: Session, browser: Browser
) -> None:
    case = _sent(session)
    task, person = open_task(session, case, "accept"), clerk(session)
    paper = _document(session, case, "field:owners.paper")
    browser.sign_in(person)
    browser.post(
        f"/desk/cases/{case.reference}/tasks/{task.id}/claim", data=looking_at(session, task)
    )

    page = browser.get(f"/desk/cases/{case.reference}?document={paper.id}").text

    assert "Owners: owner 1" not in page
    assert "owner 1: Paper" in page  # what the paper is called
    assert f'href="/desk/cases/{case.reference}?document={paper.id}#preview"' in page
    assert "place=field:owners%5B0%5D.paper" in page
    listed = browser.get(f"/desk/cases/{case.reference}/tasks/{task.id}/correct").text
    assert 'value="field:owners[0].paper"' in listed
    documents.mark_in_order(session, case, paper, by=person, now=MONDAY_MORNING)
    assert paper.verdict == "in_order"


def test_a_list_for_one_file_opens_it_and_is_answered_by_another(
    session: Session, browser: Browser
) -> None:
    case = _sent(session)
    asked = _ask(session, case, "field:owners[0].paper")
    service = service_of(case.service_version)
    browser.sign_in(case.applicant)
    paper = case.answers["owners"][0]["paper"][0]["sha256"]
    data = cards("林乔", "周例") | {"f_owners-1-f_paper-kept": paper}

    page = browser.get(f"/cases/{case.reference}/person").text
    assert "f_id_paper" not in page
    assert corrections.open_places(session, case, service, asked) != []
    answer = give(browser, case, GOOD | data, **{"f_owners-0-f_paper": OTHER})

    assert answer.status_code == 303, answer.text
    assert corrections.open_places(session, case, service, asked) == []
    kept = {place for place, _ in in_force(session, case)}
    assert kept == {"field:id_paper", "field:owners.paper"}


def test_the_same_content_under_another_name_mends_nothing() -> None:
    files = [{"name": "a.pdf", "size": 3, "sha256": "0" * 64}]
    sent = mended.Sent({"owners": [{"paper": files}]}, {})
    renamed = mended.Sent({"owners": [{"paper": [files[0] | {"name": "b.pdf"}]}]}, {})
    replaced = mended.Sent({"owners": [{"paper": [files[0] | {"sha256": "1" * 64}]}]}, {})

    assert not mended.is_mended("field:owners[0].paper", sent, renamed)
    assert mended.is_mended("field:owners", sent, replaced)


def test_the_place_of_a_paper_is_where_its_answer_stands(session: Session) -> None:
    service = service_of(published(session))
    answers = {"owners": [{}, {"paper": [{"name": "a", "size": 1, "sha256": "0"}]}]}

    def place(kept_at: str, sha256: str = "0") -> str:
        return mending.place_of_document(service, answers, kept_at, sha256)

    assert place("passport") == "material:passport"
    assert place("field:owners.paper") == "field:owners[1].paper"
    assert place("field:owners.paper", "1") == "field:owners"  # not named any more
    assert place("field:id_paper") == "field:id_paper"


def test_a_draft_takes_its_files_along_to_a_new_version(session: Session) -> None:
    case = draft(session)
    _publish_without(session, "nothing")

    lost = versions.move(session, case, by=case.applicant, now=MONDAY_MORNING)

    assert lost == []
    assert len(in_force(session, case)) == 2


def test_files_that_a_new_version_does_not_ask_for_are_let_go(session: Session) -> None:
    case = draft(session)
    _publish_without(session, "owners")

    versions.move(session, case, by=case.applicant, now=MONDAY_MORNING)

    assert [place for place, _ in in_force(session, case)] == ["field:id_paper"]
    assert "owners" not in case.answers


def test_a_new_version_with_room_for_fewer_files_asks_anew(session: Session) -> None:
    case = draft(session)
    data = with_files()
    data["pages"][0]["fields"][-1]["fields"][1]["max_files"] = 1
    operations.publish(session, definitions.parse(_one_each(data)), MONDAY_MORNING + _DAY)

    (lost,) = versions.move(session, case, by=case.applicant, now=MONDAY_MORNING + _DAY)

    assert lost.en == "Owners"


def test_answers_handed_on_to_another_application_take_their_files_along(
    session: Session,
) -> None:
    whole = draft(session)
    part = drafts.start(
        session, whole.service_version, service_of(whole.service_version),
        by=whole.applicant, enterprise_id=None, now=MONDAY_MORNING,
    )  # fmt: skip
    part.answers = {"id_paper": whole.answers["id_paper"]}

    for _ in range(2):  # again is the same as once
        attaching.settle(
            session, part, service_of(part.service_version), now=MONDAY_MORNING, source=whole
        )

    (paper,) = queries.documents_in_force(session, part)
    given = _document(session, whole, "field:id_paper")
    assert (paper.material, paper.name, paper.sha256) == (
        "field:id_paper",
        given.name,
        given.sha256,
    )


def test_an_answer_cannot_name_a_file_that_was_never_given(session: Session) -> None:
    case = draft(session)
    page = service_of(case.service_version).pages[0]
    made_up = {"name": "a.pdf", "size": 3, "sha256": "0" * 64}

    with pytest.raises(NotFound):
        drafts.save_page(
            session, case, page, case.answers | {"id_paper": [made_up]}, now=MONDAY_MORNING
        )


_DAY = timedelta(days=1)


def _sent(session: Session) -> Case:
    case = draft(session)
    send(session, case)
    return case


def _document(session: Session, case: Case, place: str) -> Document:
    return next(one for one in queries.documents_in_force(session, case) if one.material == place)


def _ask(session: Session, case: Case, place: str) -> CorrectionList:
    asked = corrections.ask(
        session, case, service_of(case.service_version), open_task(session, case, "accept"),
        [(place, "It cannot be read.")], by=clerk(session), reason=None, now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()
    assert case.status is CaseStatus.CORRECTING
    return asked


def _publish_without(session: Session, key: str) -> None:
    data = with_files(keywords={"en": "another version", "zh": "新版"})
    page = data["pages"][0]
    page["fields"] = [one for one in page["fields"] if one["key"] != key]
    for example in data["examples"]:
        answers = example["answers"]
        example["answers"] = {name: one for name, one in answers.items() if name != key}
    operations.publish(session, definitions.parse(data), MONDAY_MORNING + _DAY)
    session.commit()


def _one_each(data: dict[str, Any]) -> dict[str, Any]:
    for example in data["examples"]:
        owners = [one | {"paper": one["paper"][:1]} for one in example["answers"]["owners"]]
        example["answers"] = example["answers"] | {"owners": owners}
    return data
