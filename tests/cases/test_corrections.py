"""The one correction list: what it opens, what it stops, and the second one."""

import io
import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.examples import paper, prepare
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CorrectionList, Document, ListState, Task
from servicedesk.cases.operations import corrections, documents, drafts
from servicedesk.cases.operations.advancing import WaitsForApplicant
from servicedesk.cases.operations.tasks import ReasonMissing, do
from servicedesk.cases.workflow import ActionNotOffered
from servicedesk.catalogue.definition import Action, Service
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.files.operations import store
from tests.cases.factories import fill_in, make_case, open_task, published
from tests.cases.pages import form_data
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

ITEMS = [("field:capital", "Say why it is so much."), ("material:articles", "Page 3 is missing.")]
_CHANGE = re.compile(
    r'<a href="/cases/[^"]+/([^"/]+)">Change<span class="visually-hidden"> ([^<]*)</span>'
)


def test_a_list_gives_the_case_to_the_applicant_and_stops_the_clock(session: Session) -> None:
    case, service, task = _accepting(session)

    _ask(session, case, service, task)

    assert case.status is CaseStatus.CORRECTING
    assert case.committed_due is None
    assert task.with_applicant
    assert task.due_at is None
    letter = queries.letters_of(session, case)[0]
    assert letter.kind == "correction"
    assert [item["words"] for item in letter.facts["items"]] == [words for _, words in ITEMS]


def test_only_the_places_of_the_list_are_open(session: Session) -> None:
    case, service, task = _accepting(session)
    _ask(session, case, service, task)

    opened = queries.open_pages(session, case, service)

    assert {key: [one.key for one in page.fields] for key, page in opened.items()} == {
        "capital": ["capital"]
    }
    with pytest.raises(drafts.Closed):
        documents.remove_document(
            session, case, service, _document(case, "appointments"), now=case.changed_at
        )
    documents.remove_document(
        session, case, service, _document(case, "articles"), now=case.changed_at
    )


def test_mending_what_decides_about_a_question_opens_that_question_too(session: Session) -> None:
    case, service, task = _accepting(session)
    _ask(session, case, service, task, [("field:address_kind", "The unit is not yours.")])

    opened = queries.open_pages(session, case, service)["address"]

    assert {"address_kind", "unit", "own_address"} <= {one.key for one in opened.fields}


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("field:capital", {"capital Registered capital"}),
        ("material:articles", {"materials#articles Articles of association"}),
        ("field:shareholders[1].pay_by", {"capital Paid in by"}),
        ("field:shareholders[0]", {"capital Person or organisation"}),
        ("field:shareholders", {"capital Person or organisation"}),
    ],
)
def test_the_check_page_leads_only_where_something_can_be_changed(
    session: Session, browser: Browser, place: str, changes: set[str]
) -> None:
    case, service, task = _accepting(session)
    _ask(session, case, service, task, [(place, "Look at it again.")])
    session.commit()
    browser.sign_in(case.applicant)

    page = browser.get(f"/cases/{case.reference}/check").text

    offered = _CHANGE.findall(page)
    assert {f"{to} {what}" for to, what in offered} == changes
    count = len(case.answers["shareholders"]) if place == "field:shareholders" else 1
    assert len(offered) == count


def test_of_a_draft_everything_can_be_changed_from_the_check_page(
    session: Session, browser: Browser
) -> None:
    version, service = published(session, "E_SET_LLC")
    case = prepare(
        session, version, service, service.examples[0],
        applicant=make_user(session), now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()
    browser.sign_in(case.applicant)

    page = browser.get(f"/cases/{case.reference}/check").text

    offered = {to for to, _ in _CHANGE.findall(page)}
    assert {"capital", "address", "contacts", "materials#articles"} <= offered


def test_a_task_waits_while_the_applicant_has_the_list(session: Session) -> None:
    case, service, task = _accepting(session)
    _ask(session, case, service, task)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})

    with pytest.raises(WaitsForApplicant):
        do(session, case, service, task, Action.ACCEPT, by=clerk, reason=None, now=case.changed_at)


def test_a_list_without_places_or_with_a_wrong_place_is_refused(session: Session) -> None:
    case, service, task = _accepting(session)

    nowhere = [
        "field:nonsense",
        "field:own_address",  # these answers do not ask for it
        "field:shareholders[9]",
        "material:lease",
    ]
    for items in ([], [("field:capital", "")], *([(place, "Mend it.")] for place in nowhere)):
        with pytest.raises(corrections.ListEmpty):
            _ask(session, case, service, task, items)


def test_a_second_list_needs_a_reason_and_a_supervisor(session: Session) -> None:
    case, service, task = _accepting(session, steps=2, example=1)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    boss = make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})
    now = case.changed_at

    with pytest.raises(ReasonMissing):
        _ask(session, case, service, task)
    asked = corrections.ask(
        session, case, service, task, ITEMS, by=clerk, reason="A new lease came.", now=now
    )
    assert asked.state is ListState.PROPOSED
    assert case.status is CaseStatus.SUBMITTED
    with pytest.raises(NotPermitted):
        corrections.allow(session, case, service, asked, by=clerk, now=now)

    corrections.allow(session, case, service, asked, by=boss, now=now)

    assert case.status.value == "correcting"
    assert asked.allowed_by_id == boss.id


def test_a_task_is_not_done_by_asking(session: Session) -> None:
    case, service, task = _accepting(session)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})

    with pytest.raises(ActionNotOffered):
        do(session, case, service, task, Action.CORRECT, by=clerk, reason=None, now=case.changed_at)
    assert task.state == "open"


def test_going_on_without_a_proposed_list_gives_it_up(session: Session) -> None:
    case, service, task = _accepting(session, steps=2, example=1)
    boss = make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})
    asked = _ask(session, case, service, task, reason="A new lease came.")
    clerk = asked.asked_by

    do(session, case, service, task, Action.ACCEPT, by=clerk, reason=None, now=case.changed_at)

    assert asked.state is ListState.DECLINED
    with pytest.raises(Overtaken):
        corrections.allow(session, case, service, asked, by=boss, now=case.changed_at)


def test_a_place_may_be_left_as_it_is_with_a_reason(session: Session) -> None:
    case, service, task = _accepting(session)
    asked = _ask(session, case, service, task, ITEMS[:1])
    now = case.changed_at

    with pytest.raises(ReasonMissing):
        corrections.leave(
            session, case, service, asked.items[0].id, by=case.applicant, reason="", now=now
        )
    corrections.leave(
        session, case, service, asked.items[0].id, by=case.applicant, reason="As agreed.", now=now
    )

    assert corrections.open_places(session, case, service, asked) == []
    assert "As agreed." in queries.messages_of(session, case, internal=False)[0].body


def test_what_was_changed_back_is_not_mended(session: Session) -> None:
    case, service, task = _accepting(session)
    asked = _ask(session, case, service, task)
    page, now = queries.open_pages(session, case, service)["capital"], case.changed_at
    sent, other = case.answers["capital"], {"currency": "CNY", "amount": "1.00"}

    drafts.save_page(session, case, page, {"capital": other}, now=now)
    new = _replace(session, case, service, "articles")
    session.flush()
    assert corrections.open_places(session, case, service, asked) == []

    drafts.save_page(session, case, page, {"capital": sent}, now=now)
    documents.remove_document(session, case, service, new, now=now)
    session.flush()
    with pytest.raises(RuleBroken, match="still to be mended"):
        corrections.require_mended(session, case, service)


def test_a_list_for_one_card_leaves_the_other_cards_shut(
    session: Session, browser: Browser
) -> None:
    case, service, task = _accepting(session, example=1)
    _ask(session, case, service, task, [("field:shareholders[1].pay_by", "Too late.")])
    session.commit()
    page = queries.open_pages(session, case, service)["capital"]
    first, second, *rest = case.answers["shareholders"]
    later = second | {"pay_by": "2030-01-01"}

    for wrong in (
        [first | {"full_name": "周若水"}, later, *rest],
        [first, later | {"full_name": "周若水"}, *rest],
        [first, later, *rest, first],
        [first, *rest],
    ):
        with pytest.raises(drafts.Closed):
            drafts.save_page(session, case, page, {"shareholders": wrong}, now=case.changed_at)
    browser.sign_in(case.applicant)
    stray = {"shareholders": [first | {"full_name": "周若水"}, later, *rest]}
    answer = fill_in(browser, f"/cases/{case.reference}/capital", form_data(page, stray))
    assert answer.status_code == 422
    assert "Leave the others as they were sent" in answer.text
    assert "周若水" in answer.text

    drafts.save_page(
        session, case, page, {"shareholders": [first, later, *rest]}, now=case.changed_at
    )
    assert case.answers["shareholders"][1]["pay_by"] == "2030-01-01"


@pytest.mark.parametrize("reason", ["x" * 501, " "])
def test_a_reason_to_leave_a_place_that_is_unfit_is_kept_to_be_put_right(
    session: Session, browser: Browser, reason: str
) -> None:
    case, service, task = _accepting(session)
    asked = _ask(session, case, service, task)
    session.commit()
    browser.sign_in(case.applicant)
    item = asked.items[1].id

    answer = browser.post(
        f"/cases/{case.reference}/places/{item}/leave",
        data={"reason": reason, "request_key": "l" * 24},
    )

    assert answer.status_code == 422
    assert f'href="#leave-{item}-reason"' in answer.text
    assert answer.text.count("x" * 501) == reason.count("x" * 501)
    assert asked.items[1].left_at is None


def test_a_declined_second_list_leaves_the_case_where_it_was(session: Session) -> None:
    case, service, task = _accepting(session, steps=2, example=1)
    boss = make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})
    now = case.changed_at
    asked = _ask(session, case, service, task, reason="A new lease came.")

    corrections.decline(session, case, asked, by=boss, now=now)

    assert asked.state is ListState.DECLINED
    assert case.status is CaseStatus.SUBMITTED
    assert queries.find_open_list(session, case) is None


def test_a_registration_counts_anew_after_a_correction(session: Session) -> None:
    case, _, _ = _accepting(session, example=1, steps=2)

    assert case.committed_due is not None
    assert [(one.kind, one.round) for one in case.intervals] == [
        ("acceptance", 1),
        ("correction", 1),
        ("acceptance", 2),
    ]


def _accepting(session: Session, *, example: int = 0, steps: int = 0) -> tuple[Case, Service, Task]:
    case = make_case(session, example=example, steps=steps)
    return case, service_of(case.service_version), open_task(session, case, "accept")


def _ask(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    items: list[tuple[str, str]] = ITEMS,
    *,
    reason: str | None = None,
) -> CorrectionList:
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    task.holder_id = None
    return corrections.ask(
        session, case, service, task, items, by=clerk, reason=reason, now=case.changed_at
    )


def _replace(session: Session, case: Case, service: Service, material: str) -> Document:
    """Give a new paper in place of the one that was sent."""
    now = case.changed_at
    documents.remove_document(session, case, service, _document(case, material), now=now)
    stored = store(session, io.BytesIO(paper("new")), now=now)
    return documents.add_document(
        session, case, service, material, stored, name="new.png", by=case.applicant, now=now
    )


def _document(case: Case, material: str) -> Document:
    return next(one for one in case.documents if one.material == material)
