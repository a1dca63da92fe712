"""What the register knows of the enterprise an application is for is not asked."""

import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries, readiness
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.reference import org_forms
from tests.cases.factories import fill_in, published
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import LIN, NOW, branch_of, make_enterprise
from tests.factories import make_user

KNOWN = {"company_name", "credit_code"}


@pytest.fixture
def founder(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def enterprise(session: Session, founder: User) -> Enterprise:
    return make_enterprise(session, founder)


def begun(session: Session, code: str, founder: User, enterprise: Enterprise | None) -> Case:
    version, service = published(session, code)
    enterprise_id = enterprise.id if enterprise else None
    case = drafts.start(session, version, service, by=founder, enterprise_id=enterprise_id, now=NOW)
    session.commit()
    return case


def asked(session: Session, code: str, case: Case) -> set[str]:
    pages = queries.open_pages(session, case, published(session, code)[1]).values()
    return {field.key for page in pages for field in page.fields}


@pytest.mark.parametrize("code", ["E_ANNUAL", "E_CHG_ADDR", "E_CHG_CAP_DEC", "E_DEREG_S", "E_SUSP"])
def test_name_and_code_come_from_the_register(
    session: Session, founder: User, enterprise: Enterprise, code: str
) -> None:
    case = begun(session, code, founder, enterprise)

    given = {"company_name": enterprise.name, "credit_code": enterprise.credit_code}
    assert case.answers.items() >= given.items()
    assert KNOWN.isdisjoint(asked(session, code, case))


def test_who_applies_for_themselves_is_asked(session: Session, founder: User) -> None:
    case = begun(session, "E_CHG_ADDR", founder, None)

    assert case.answers == {}
    assert asked(session, "E_CHG_ADDR", case) >= KNOWN


@pytest.mark.parametrize(
    ("code", "given", "ruled_out"),
    [
        ("E_CHG_SCOPE", {"org_form": "llc"}, {"list_promise"}),
        ("E_CHG_TYPE", {"type_now": "llc"}, set()),
        ("E_DEREG", {"enterprise_kind": "company"}, set()),
        ("E_ANNUAL", {"enterprise_kind": "company"}, set()),
        ("E_BO", {"entity_kind": "company"}, set()),
        ("E_CHG_ADDR", {"comes_from": "here"}, {"former_registrar", "not_moved"}),
        ("E_DEREG_S", {"bar_revoked": False}, set()),
        ("E_SUSP", {"suspension_kind": "new"}, {"expires_on", "months_before"}),
    ],
)
def test_what_else_the_register_says_for_certain_is_not_asked(
    session: Session,
    founder: User,
    enterprise: Enterprise,
    *,
    code: str,
    given: dict[str, Any],
    ruled_out: set[str],
) -> None:
    case = begun(session, code, founder, enterprise)
    outside = begun(session, code, founder, None)

    assert case.answers.items() >= given.items()
    assert asked(session, code, outside) >= given.keys() | ruled_out
    assert asked(session, code, case).isdisjoint(given.keys() | ruled_out)


def test_when_a_suspension_ends_and_how_long_it_was_says_the_register(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    for kind, begins in (("new", "2026-05-06"), ("extended", None)):
        approved(
            session, enterprise, "suspend",
            suspension_kind=kind, starts_on=begins, suspend_years=0, suspend_months=7,
        )  # fmt: skip
    case = begun(session, "E_SUSP", founder, enterprise)

    assert case.answers["expires_on"] == "2027-07-05"
    assert case.answers["months_before"] == 14
    assert asked(session, "E_SUSP", case) >= {"suspension_kind", "total_months"}
    assert {"expires_on", "months_before"}.isdisjoint(asked(session, "E_SUSP", case))


def test_a_form_that_does_not_say_whether_investors_are_from_abroad_is_asked(
    session: Session, founder: User
) -> None:
    ada = LIN | {"full_name": "Ada Example", "country": "DE"}
    company = make_enterprise(session, founder, org_form="llc", shareholders=[ada])

    case = begun(session, "E_CHG_SCOPE", founder, company)

    assert asked(session, "E_CHG_SCOPE", case) >= {"org_form", "list_promise"}


def test_who_owns_a_part_of_another_enterprise_is_told_and_who_owns_none_here_is_asked(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    before = begun(session, "E_DEREG_S", founder, enterprise)
    owner = LIN | {
        "party": "organisation",
        "full_name": enterprise.name,
        "credit_code": enterprise.credit_code,
    }
    make_enterprise(session, make_user(session), trade_name="岚谷", shareholders=[owner])
    after = begun(session, "E_DEREG_S", founder, enterprise)

    assert "bar_invests" not in before.answers
    assert after.answers["bar_invests"] is True
    assert "bar_invests" not in asked(session, "E_DEREG_S", after)
    assert asked(session, "E_DEREG_S", before) >= {"bar_invests", "bar_closed"}


@pytest.mark.parametrize("form", ["branch", "jsc"])
def test_a_form_beyond_the_usual_ones_is_settled_and_named(
    session: Session, browser: Browser, founder: User, enterprise: Enterprise, form: str
) -> None:
    other = {**enterprise.facts, "org_form": form}
    register.file(session, enterprise, "change_type", other, decision=Decision(None, None, NOW))
    case = begun(session, "E_CHG_SCOPE", founder, enterprise)
    browser.sign_in(founder)

    shown = browser.get(f"/cases/{case.reference}/check").text

    assert case.answers["org_form"] == form
    assert org_forms()[form].name.en in shown


def test_a_type_that_the_form_does_not_offer_is_asked(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    other = {**enterprise.facts, "org_form": "lp"}
    register.file(session, enterprise, "change_type", other, decision=Decision(None, None, NOW))
    case = begun(session, "E_CHG_TYPE", founder, enterprise)

    assert "type_now" not in case.answers
    assert "type_now" in asked(session, "E_CHG_TYPE", case)


def test_a_page_of_which_nothing_is_left_to_ask_is_passed_over(
    session: Session, browser: Browser, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_CHG_ADDR", founder, enterprise)
    browser.sign_in(founder)

    assert browser.get(f"/cases/{case.reference}/move").status_code == 404
    assert "In Changping" in browser.get(f"/cases/{case.reference}/check").text


def test_a_new_scope_begins_with_the_phrases_of_the_register(
    session: Session, browser: Browser, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_CHG_SCOPE", founder, enterprise)
    browser.sign_in(founder)

    shown = browser.get(f"/cases/{case.reference}/scope").text

    ticked = re.findall(r'<input[^>]*name="f_scope"[^>]*value="(BS\d+)"[^>]* checked', shown)
    assert sorted(ticked) == enterprise.facts["scope"]
    assert re.search(f'value="{enterprise.facts["main_scope"]}"[^>]* selected', shown)
    assert "From the register" in shown


def test_what_has_changed_meanwhile_is_asked(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_CHG_ADDR", founder, enterprise)
    renamed: dict[str, Any] = {**enterprise.facts, "name": "北京另名样例科技有限公司"}
    register.file(session, enterprise, "change_name", renamed, decision=Decision(None, None, NOW))
    session.commit()

    assert asked(session, "E_CHG_ADDR", case) & KNOWN == {"company_name"}


def test_the_pages_show_it_and_do_not_ask(
    session: Session, browser: Browser, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_CHG_ADDR", founder, enterprise)
    browser.sign_in(founder)
    service = published(session, "E_CHG_ADDR")[1]
    holder = next(
        page for page in service.pages if any(one.key == "credit_code" for one in page.fields)
    )

    assert enterprise.credit_code in browser.get(f"/cases/{case.reference}/check").text
    assert "f_credit_code" not in browser.get(f"/cases/{case.reference}/{holder.key}").text


@pytest.mark.parametrize(
    ("form", "kinds"),
    [
        ("llc_sole", ("company", "company", "company")),
        ("jsc", ("company", "company", "company")),
        ("lp", ("partnership", "partnership", "partnership")),
        ("sole", ("sole", "sole", None)),  # asked where no answer fits, and refused
        ("branch", (None, "branch", None)),
        ("branch_foreign", (None, None, "foreign_branch")),
        ("coop", (None, None, None)),
    ],
)
def test_the_form_says_of_what_kind_the_enterprise_is(
    session: Session,
    founder: User,
    enterprise: Enterprise,
    *,
    form: str,
    kinds: tuple[str | None, ...],
) -> None:
    other = {**enterprise.facts, "org_form": form}
    register.file(session, enterprise, "change_type", other, decision=Decision(None, None, NOW))
    asking = {
        "E_DEREG": "enterprise_kind",
        "E_ANNUAL": "enterprise_kind",
        "E_BO": "entity_kind",
    }

    found = {code: begun(session, code, founder, enterprise) for code in asking}

    assert tuple(found[code].answers.get(key) for code, key in asking.items()) == kinds
    is_asked = [asking[code] in asked(session, code, found[code]) for code in asking]
    assert is_asked == [one is None for one in kinds]


def test_an_answer_of_the_register_that_is_sent_all_the_same_does_not_count(
    session: Session, browser: Browser, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_DEREG", founder, enterprise)
    browser.sign_in(founder)

    sent = fill_in(
        browser,
        f"/cases/{case.reference}/enterprise",
        {
            "f_enterprise_kind": "sole",
            "f_handler_name": "林乔",
            "f_handler_phone": "13800000101",
            "f_handler_email": "lin.qiao@example.com",
        },
    )
    session.expire_all()

    assert sent.status_code == 303
    assert case.answers["handler_name"] == "林乔"
    assert case.answers["enterprise_kind"] == "company"


def test_a_draft_begun_before_with_another_kind_of_enterprise_is_not_sent(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_DEREG", founder, enterprise)
    service = published(session, "E_DEREG")[1]
    whole = dict(service.examples[0].answers) | dict(case.answers)

    for kind, is_right in (("company", True), ("sole", False)):
        case.answers = whole | {"enterprise_kind": kind}
        standing = readiness.readiness(session, case, service, now=NOW).page("enterprise")
        assert standing is not None
        assert (standing.state is readiness.PageState.COMPLETE) is is_right
        assert ("enterprise_kind" in asked(session, "E_DEREG", case)) is not is_right


def test_who_has_a_branch_here_is_told_and_who_has_none_here_is_asked(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    before = begun(session, "E_DEREG", founder, enterprise)
    branch_of(session, enterprise, "北京澄野生物科技有限公司昌平分公司")
    after = begun(session, "E_DEREG", founder, enterprise)

    assert "has_branches" not in before.answers
    assert after.answers["has_branches"] is True
    assert "has_branches" in asked(session, "E_DEREG", before)
    assert "has_branches" not in asked(session, "E_DEREG", after)
    assert "branches_first" in asked(session, "E_DEREG", after)


def test_how_many_duplicates_there_are_is_asked_until_the_register_knows(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    before = begun(session, "E_LIC", founder, enterprise)
    approved(session, enterprise, "reissue_licence", reissue_kind="more", duplicates_after=3)
    after = begun(session, "E_LIC", founder, enterprise)

    assert "duplicates_now" in asked(session, "E_LIC", before)
    assert after.answers["duplicates_now"] == 3
    assert "duplicates_now" not in asked(session, "E_LIC", after)
