"""Files given on a page of the form: stored whatever else is wrong, and nobody else's."""

import hashlib
import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from servicedesk.files.formats import FORMATS, NAMES
from servicedesk.files.models import StoredFile
from tests.cases.with_files import (
    GOOD,
    ONE,
    OTHER,
    cards,
    draft,
    empty_draft,
    give,
    in_force,
    path,
)
from tests.conftest import Browser
from tests.factories import make_user
from tests.files.factories import pdf

SHA = hashlib.sha256(ONE).hexdigest()


def test_a_file_is_kept_with_its_page(session: Session, browser: Browser) -> None:
    case = empty_draft(session, browser)

    answer = give(
        browser, case, GOOD | cards("林乔", "周例"),
        f_id_paper=("护照.pdf", ONE),
        **{"f_owners-0-f_paper": [ONE, OTHER], "f_owners-1-f_paper": ONE},
    )  # fmt: skip

    assert answer.status_code == 303
    assert case.answers["id_paper"] == [{"name": "护照.pdf", "size": len(ONE), "sha256": SHA}]
    assert [len(one["paper"]) for one in case.answers["owners"]] == [2, 1]
    assert in_force(session, case) == [
        ("field:id_paper", "护照.pdf"),
        ("field:owners.paper", "passport.pdf"),
        ("field:owners.paper", "passport.pdf"),  # the other one; the first stands for both
    ]


def test_the_page_sends_files_without_scripts(session: Session, browser: Browser) -> None:
    case = empty_draft(session, browser)

    page = browser.get(path(case)).text

    assert 'enctype="multipart/form-data"' in page
    assert 'type="file" id="f_id_paper"' in page
    assert 'name="f_owners-0-f_paper" multiple' in page


def test_what_was_given_stays_when_something_else_is_wrong(
    session: Session, browser: Browser
) -> None:
    case = empty_draft(session, browser)

    answer = give(browser, case, {"f_kind": "own"} | cards("林乔"), f_id_paper=("护照.pdf", ONE))

    assert answer.status_code == 422
    again = browser.get(path(case)).text
    for page in (answer.text, again):
        assert "护照.pdf" in page
        assert f'name="f_id_paper-kept" value="{SHA}"' in page
        assert f'value="drop:id_paper:{SHA}"' in page
    whole = give(
        browser,
        case,
        GOOD | cards("林乔") | {"f_id_paper-kept": SHA},
        **{"f_owners-0-f_paper": ONE},
    )
    assert whole.status_code == 303
    assert case.answers["id_paper"][0]["sha256"] == SHA


def test_a_file_of_the_wrong_kind_is_refused_by_its_name_and_no_other_is_lost(
    session: Session, browser: Browser
) -> None:
    case = empty_draft(session, browser)

    answer = give(
        browser, case, GOOD | cards("林乔"),
        f_id_paper=("<b>my.exe", b"MZ not a paper"), **{"f_owners-0-f_paper": [ONE]},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "“&lt;b&gt;my.exe” was not taken." in answer.text
    assert "We take PDF, JPEG, PNG or WebP." in answer.text
    assert f'name="f_owners-0-f_paper-kept" value="{SHA}"' in answer.text
    assert in_force(session, case) == [("field:owners.paper", "passport.pdf")]


def test_more_files_than_there_is_room_for_are_named(session: Session, browser: Browser) -> None:
    case = empty_draft(session, browser)
    third = ("third.pdf", pdf(3))

    papers = {"f_owners-0-f_paper": [ONE, OTHER, third]}
    answer = give(browser, case, GOOD | cards("林乔"), f_id_paper=ONE, **papers)

    assert answer.status_code == 422
    assert "“third.pdf” was not taken. At most 2 can be given here." in answer.text
    assert "There are 2 files, and no room for more." in answer.text


def test_every_file_that_is_not_taken_is_named_with_its_reason(
    session: Session, browser: Browser
) -> None:
    case = empty_draft(session, browser)

    answer = give(
        browser, case, GOOD | cards("林乔"), f_id_paper=ONE,
        **{"f_owners-0-f_paper": [
            ("a.exe", b"MZ"), ("lease.pdf", b"only words"), ("good.pdf", OTHER), ("b.png", b""),
        ]},
    )  # fmt: skip

    above, beside = answer.text.split('id="f_owners-0-f_paper-label"')
    for place in (above, beside):
        assert "“a.exe” was not taken. We take PDF, JPEG, PNG or WebP." in place
        assert "“lease.pdf” was not taken. This file is called .pdf, but" in place
        assert "“b.png” was not taken. This file is empty." in place
    assert "3 things to put right" in above
    assert ("field:owners.paper", "good.pdf") in in_force(session, case)


def test_a_file_given_again_takes_no_room_and_is_told(session: Session, browser: Browser) -> None:
    case = empty_draft(session, browser)
    papers = [("front.pdf", ONE), ("front again.pdf", ONE), ("back.pdf", OTHER)]

    first = give(
        browser, case, GOOD | cards("林乔"), f_id_paper=ONE, **{"f_owners-0-f_paper": papers}
    )

    assert first.status_code == 303, first.text
    told = "You had already given the file “%s”; it is kept once."
    assert told % "front again.pdf" in browser.get(path(case)).text
    kept = {
        "f_owners-0-f_paper-kept": [one["sha256"] for one in case.answers["owners"][0]["paper"]],
        "f_id_paper-kept": SHA,
    }
    again = give(
        browser, case, GOOD | cards("林乔") | kept,
        f_id_paper=("same.pdf", ONE), **{"f_owners-0-f_paper": ("third.pdf", OTHER)},
    )  # fmt: skip
    assert again.status_code == 303, again.text
    page = browser.get(path(case)).text
    assert told % "same.pdf" in page
    assert told % "third.pdf" in page
    assert [one["name"] for one in case.answers["owners"][0]["paper"]] == ["front.pdf", "back.pdf"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_hint_names_every_format_that_is_taken(
    session: Session, browser: Browser, language: str
) -> None:
    case = empty_draft(session, browser)
    browser.set_cookie("language", language)

    page = browser.get(path(case)).text

    assert NAMES.in_language(language) in page
    assert f'accept="{",".join(FORMATS)}"' in page


def test_one_more_than_is_kept_is_one_too_many(session: Session, browser: Browser) -> None:
    case = empty_draft(session, browser)
    papers = {"f_owners-0-f_paper": [ONE, OTHER]}
    give(browser, case, GOOD | cards("林乔"), f_id_paper=ONE, **papers)
    kept = {
        "f_owners-0-f_paper-kept": [one["sha256"] for one in case.answers["owners"][0]["paper"]]
    }

    answer = give(browser, case, GOOD | cards("林乔") | kept, **{"f_owners-0-f_paper": pdf(3)})

    assert "was not taken. At most 2 can be given here." in answer.text


def test_a_single_file_makes_way_for_the_next(session: Session, browser: Browser) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    (first,) = case.answers["id_paper"]
    owners = case.answers["owners"][0]["paper"][0]["sha256"]
    kept = {"f_owners-0-f_paper-kept": owners, "f_id_paper-kept": first["sha256"]}

    give(browser, case, GOOD | cards("林乔") | kept, f_id_paper=OTHER)

    assert [one["name"] for one in case.answers["id_paper"]] == ["passport.pdf"]
    assert [place for place, _ in in_force(session, case)] == [
        "field:owners.paper",
        "field:id_paper",
    ]


def test_a_required_file_is_asked_for_by_its_label(session: Session, browser: Browser) -> None:
    case = empty_draft(session, browser)

    answer = give(browser, case, GOOD | cards("林乔"))

    assert answer.text.count("Choose a file for “Identity paper”.") == 2  # above and beside
    assert "Choose a file for “Paper”." in answer.text
    assert 'href="#f_id_paper"' in answer.text


def test_a_file_is_removed_by_a_button_that_checks_nothing(
    session: Session, browser: Browser
) -> None:
    case = empty_draft(session, browser)
    give(browser, case, {"f_kind": "own"}, f_id_paper=ONE)

    gone = give(browser, case, {"f_id_paper-kept": SHA, "edit": f"drop:id_paper:{SHA}"})

    assert gone.status_code == 303
    assert gone.location.endswith(f"{path(case)}#f_id_paper")
    page = browser.get(path(case)).text
    assert "-kept" not in page
    assert f'action="{path(case)}"' in page  # so that no browser takes the place along
    assert in_force(session, case) == []


def test_cards_move_with_their_files_and_take_them_along_when_removed(
    session: Session, browser: Browser
) -> None:
    case = empty_draft(session, browser)
    papers = {"f_owners-0-f_paper": ONE, "f_owners-1-f_paper": OTHER}

    moved = give(browser, case, cards("林乔", "周例") | {"edit": "up:owners:1"}, **papers)

    page = browser.get(path(case)).text
    assert f'id="{moved.location.partition("#")[2]}"' in page
    assert f'name="f_owners-1-f_paper-kept" value="{SHA}"' in page
    other = re.search(r'name="f_owners-0-f_paper-kept" value="(\w+)"', page)
    assert other is not None
    kept = {"f_owners-1-f_paper-kept": SHA, "f_owners-0-f_paper-kept": other[1]}
    give(browser, case, cards("周例", "林乔") | kept | {"edit": "remove:owners:0"})
    assert f'name="f_owners-0-f_paper-kept" value="{SHA}"' in browser.get(path(case)).text
    assert len(in_force(session, case)) == 1


def test_of_two_tabs_the_second_is_told_and_its_file_is_kept(
    session: Session, browser: Browser
) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    kept = {
        "f_owners-0-f_paper-kept": case.answers["owners"][0]["paper"][0]["sha256"],
        "f_id_paper-kept": case.answers["id_paper"][0]["sha256"],
    }
    give(browser, case, GOOD | cards("林乔") | kept)

    late = give(browser, case, GOOD | cards("林乔") | kept | {"seen": "long ago"}, f_id_paper=ONE)

    assert late.status_code == 409
    assert f'name="f_id_paper-kept" value="{SHA}"' in late.text
    give(browser, case, GOOD | cards("林乔", "周例") | kept)  # the first tab again: lets it go
    assert "field:id_paper" in dict(in_force(session, case))
    second = {"f_owners-0-f_paper-kept": kept["f_owners-0-f_paper-kept"], "f_id_paper-kept": SHA}
    give(browser, case, GOOD | cards("林乔") | second)
    assert case.answers["id_paper"][0]["sha256"] == SHA
    assert dict(in_force(session, case))["field:id_paper"] == "passport.pdf"


def test_nobody_takes_over_a_file_of_another_application(
    session: Session, browser: Browser
) -> None:
    victim = draft(session)
    case = empty_draft(session, browser)
    theirs = victim.answers["id_paper"][0]["sha256"]

    answer = give(browser, case, GOOD | cards("林乔") | {"f_id_paper-kept": theirs})

    assert answer.status_code == 422
    assert theirs not in answer.text
    assert "Choose a file for “Identity paper”." in answer.text


def test_strangers_neither_give_nor_fetch_files(session: Session, browser: Browser) -> None:
    case = draft(session)
    number = case.documents[0].id
    browser.sign_in(make_user(session))

    assert browser.post(path(case), data={"f_id_paper": []}).status_code == 404
    assert give(browser, case, GOOD, f_id_paper=ONE).status_code == 404
    assert browser.get(f"/cases/{case.reference}/documents/{number}").status_code == 404
    assert session.get(StoredFile, SHA) is None


def test_files_for_questions_that_are_not_there_are_not_looked_at(
    session: Session, browser: Browser
) -> None:
    case = empty_draft(session, browser)

    give(browser, case, GOOD, f_full_name=ONE, f_nothing=ONE, **{"f_owners-99-f_paper": ONE})

    assert in_force(session, case) == []
    assert session.get(StoredFile, SHA) is None


def test_what_was_sent_takes_no_more_files(session: Session, browser: Browser) -> None:
    case = draft(session)
    _send_by_page(case, browser)

    late = give(browser, case, GOOD, f_id_paper=ONE)

    assert late.status_code == 409
    assert SHA not in {one.sha256 for one in case.documents}


def test_a_file_of_a_question_is_not_removed_as_a_material_is(
    session: Session, browser: Browser
) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    number = case.documents[0].id

    assert browser.post(f"/cases/{case.reference}/documents/{number}/remove").status_code == 409
    data = {"material": "field:id_paper", "file": (b"", "x.pdf")}
    assert browser.post(f"/cases/{case.reference}/materials", data=data).status_code in {409, 422}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_answers_before_sending_link_to_the_files(
    session: Session, browser: Browser, language: str
) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    browser.set_cookie("language", language)

    check = browser.get(f"/cases/{case.reference}/check").text

    for document in case.documents:
        href = f"/cases/{case.reference}/documents/{document.id}"
        assert f'<a href="{href}">{document.name}</a>' in check
        with browser.get(href) as fetched:
            assert fetched.headers["Content-Disposition"].startswith("attachment")


def _send_by_page(case: Case, browser: Browser) -> None:
    browser.sign_in(case.applicant)
    answer = browser.post(
        f"/cases/{case.reference}/submit", data={"declared": "y", "request_key": "s" * 24}
    )
    assert answer.location.endswith("/sent")
