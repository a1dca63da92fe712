"""What a legal form asks for is refused where it is not so: partnership, joint stock, sole, branch.

Every case is an example of the service with one thing changed, judged by the checks that the
definition names for its pages.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises import checks, pick_lists
from tests.cases.factories import fill_in
from tests.cases.pages import form_data
from tests.conftest import Browser
from tests.enterprises.factories import make_enterprise
from tests.enterprises.matters import broken, example, make_matter, service
from tests.factories import make_user

Answers = dict[str, Any]
Change = Callable[[Answers], Answers]

CNY = "CNY"


def cards(group: str, *changes: Mapping[str, Any]) -> Change:
    """Change the cards of a group, one after the other."""

    def change(given: Answers) -> Answers:
        changed = [dict(card) for card in given[group]]
        for card, new in zip(changed, changes, strict=False):
            card.update(new)
        return {**given, group: changed}

    return change


def with_(**answers: Any) -> Change:  # noqa: ANN401 - any answers
    return lambda given: {**given, **answers}


def only(group: str, *numbers: int) -> Change:
    return lambda given: {**given, group: [given[group][number] for number in numbers]}


def many(group: str, count: int, total: str) -> Change:
    """Name ``count`` owners of ``total`` each, like the last one."""

    def change(given: Answers) -> Answers:
        first, *_, last = given[group]
        money = {"currency": CNY, "amount": total}
        others = [
            {**last, "full_name": f"合伙人{n}", "id_kind": "passport", "id_number": f"EXAMPLE{n}",
             "country": "DE", "contribution": money, "domiciled": True}
            for n in range(count - 1)
        ]  # fmt: skip
        capital = {"currency": CNY, "amount": str(int(total) * count)}
        return {**given, "capital": capital, group: [{**first, "contribution": money}, *others]}

    return change


def both(*changes: Change) -> Change:
    def change(given: Answers) -> Answers:
        for one in changes:
            given = one(given)
        return given

    return change


def wrong_of(session: Session, code: str, given: Answers) -> dict[str | None, str]:
    return broken(make_matter(session, code, given), service(code))


FOREIGN_PARTNERS = cards(
    "partners",
    {"country": "US", "credit_code": None},
    {"party": "organisation", "full_name": "Example Holdings", "country": "US", "id_kind": None},
)
GERMAN = {"country": "DE", "id_kind": "passport", "id_number": "CEXAMPLE1", "domiciled": False}


@pytest.mark.parametrize(
    ("number", "change", "place"),
    [
        (0, cards("partners", {"liability": "limited"}), "partners"),
        (0, cards("partners", {}, {"liability": "general"}), "partners"),
        (0, cards("partners", {}, {"method": "labour"}), "partners[1].method"),
        (1, only("partners", 0), "partners"),
        (0, only("partners", 1), "partners"),
        (0, only("partners", 1, 1), "partners[1].full_name"),
        (0, many("partners", 51, "100"), "partners"),
        (0, cards("partners", {"executes": False}), "partners"),
        (0, cards("partners", {}, {"executes": True}), "partners[1].executes"),
        (0, with_(capital={"currency": CNY, "amount": "10000001"}), "capital"),
        (0, cards("partners", {"contribution": {"currency": CNY, "amount": "0"}}),
         "partners[0].contribution"),
        (0, cards("partners", {}, {"id_number": "110114198506271518"}), "partners[1].id_number"),
        (0, lambda given: {**given, "beneficial_owners": given["beneficial_owners"][1:]},
         "beneficial_owners"),
        (0, with_(name_body="公司"), "name_body"),
        (0, with_(name_body="有限合伙企业"), "name_body"),
        (0, with_(name_body="国务院中心"), "name_body"),
        (0, with_(name_body="合伙企業"), "name_body"),
        (0, with_(name_body=""), "name_body"),
        (0, with_(trade_name="北京"), "trade_name"),
        (0, with_(division="上海"), "division"),
    ],
)  # fmt: skip
def test_a_partnership_is_as_its_law_says(
    session: Session, number: int, change: Change, place: str
) -> None:
    assert place in wrong_of(session, "E_SET_LP", change(example("E_SET_LP", number)))


@pytest.mark.parametrize("count", [2, 50])
def test_a_limited_partnership_has_2_to_50_partners(session: Session, count: int) -> None:
    given = many("partners", count, "100")(example("E_SET_LP"))

    assert "partners" not in wrong_of(session, "E_SET_LP", given)


def test_a_general_partner_may_contribute_labour_and_pay_later_than_five_years(
    session: Session,
) -> None:
    change = cards("partners", {"method": "labour", "pay_by": "2046-01-01"})

    assert wrong_of(session, "E_SET_LP", change(example("E_SET_LP", 1))) == {}


@pytest.mark.parametrize("scope", ["BS007", "BS101", "BS118"])
@pytest.mark.parametrize(
    ("code", "change"),
    [("E_SET_LP", FOREIGN_PARTNERS), ("E_SET_JSC", cards("shareholders", GERMAN))],
)
def test_partners_and_promoters_from_abroad_are_held_to_the_negative_list(
    session: Session, code: str, change: Change, scope: str
) -> None:
    given = example(code) | {"scope": [scope], "main_scope": scope}

    assert "scope" not in wrong_of(session, code, given)
    assert "scope" in wrong_of(session, code, change(given))


@pytest.mark.parametrize(
    ("code", "change", "ground", "is_open"),
    [
        ("E_SET_LP", FOREIGN_PARTNERS, "pilot", True),
        ("E_SET_LP", FOREIGN_PARTNERS, "joint", False),
        ("E_SET_LP", cards("partners", {"country": "US"}), "joint", True),
        ("E_SET_LP", FOREIGN_PARTNERS, "none", False),
        ("E_SET_JSC", cards("shareholders", {}, GERMAN), "joint", True),
        ("E_SET_JSC", cards("shareholders", {}, GERMAN), "pilot", True),
        ("E_SET_JSC", cards("shareholders", GERMAN, GERMAN), "joint", False),
    ],
)
def test_a_field_is_open_on_the_ground_that_the_form_asks_for(
    session: Session, code: str, change: Change, ground: str, *, is_open: bool
) -> None:
    given = change(example(code)) | {"scope": ["BS101"], "main_scope": "BS101"}
    given["medical_ground"] = ground

    found = wrong_of(session, code, given)

    assert ("medical_ground" not in found) is is_open
    assert "scope" not in found


def test_bars_are_told_beside_the_phrase_once_a_partner_is_from_abroad(session: Session) -> None:
    given = example("E_SET_LP")
    notes = []
    for answers in (given, FOREIGN_PARTNERS(given)):
        offered = pick_lists.business_scope(make_matter(session, "E_SET_LP", answers))
        notes.append(next(one.note for one in offered if one.key == "BS007"))

    assert notes[0] is None
    assert notes[1]
    assert "Prohibited" in notes[1].en


@pytest.mark.parametrize(
    ("number", "change", "place"),
    [
        (0, both(only("shareholders", 0), cards("shareholders", GERMAN)), "shareholders"),
        (2, cards("shareholders", {"domiciled": False}), "shareholders"),
        (0, many("shareholders", 201, "100"), "shareholders"),
        (0, only("shareholders", 1, 1), "shareholders[1].full_name"),
        (0, cards("shareholders", {}, {"id_number": "110114197901183177"}),
         "shareholders[1].id_number"),
        (0, with_(capital={"currency": CNY, "amount": "30000001"}), "capital"),
        (1, with_(capital={"currency": CNY, "amount": "12000000"}), "capital"),
        (1, with_(capital={"currency": CNY, "amount": "34300000"}), "capital"),
        (1, with_(promoters_percent="61"), "capital"),
        (0, only("directors", 0, 1), "directors"),
        (0, cards("directors", {"posts": ["director"]}), "directors"),
        (0, cards("directors", {"posts": ["chair"]}), "directors"),
        (1, both(with_(audit_committee=True), cards("directors", {})), "audit_committee"),
        (0, with_(supervisors=[]), "supervisors"),
        (0, lambda given: {**given, "supervisors": [given["directors"][2]]},
         "supervisors[0].full_name"),
        (0, lambda given: {**given, "supervisors": [
            {**given["supervisors"][0], "full_name": f"样例{n}", "id_kind": "passport",
             "id_number": f"EXAMPLE{n}"} for n in range(3)]}, "supervisors"),
        (0, with_(finance_contact_name="沈听澜", finance_contact_id_number="110114198207097491"),
         "finance_contact_name"),
        (0, with_(name_form="有限公司"), "name_form"),
        (0, with_(trade_name="国务院"), "trade_name"),
    ],
)  # fmt: skip
def test_a_joint_stock_company_is_as_its_law_says(
    session: Session, number: int, change: Change, place: str
) -> None:
    assert place in wrong_of(session, "E_SET_JSC", change(example("E_SET_JSC", number)))


def test_half_of_the_promoters_in_china_are_enough(session: Session) -> None:
    given = cards("shareholders", {}, GERMAN)(example("E_SET_JSC"))

    assert "shareholders" not in wrong_of(session, "E_SET_JSC", given)


def test_promoters_pay_35_per_cent_of_an_offering_at_least(session: Session) -> None:
    given = example("E_SET_JSC", 1) | {"promoters_percent": "35"}  # they pay CNY 12 million
    enough = given | {"capital": {"currency": CNY, "amount": "34285714"}}

    assert "capital" not in wrong_of(session, "E_SET_JSC", enough)


def test_capital_is_not_judged_before_the_way_of_founding_is_known(session: Session) -> None:
    given = example("E_SET_JSC") | {"capital": {"currency": CNY, "amount": "1"}}
    del given["founding_by"]

    assert checks.CHECKS["capital"](make_matter(session, "E_SET_JSC", given)) == []


def test_articles_are_those_of_the_form(session: Session) -> None:
    given = with_(supervisors=[])(example("E_SET_JSC"))
    found = checks.CHECKS["organs"](make_matter(session, "E_SET_JSC", given))

    rules = {str(one.rule) for one in found if one.weight is Weight.WRONG}
    assert rules == {"Company Law, art. 130, 133"}


@pytest.mark.parametrize(
    ("code", "endings"),
    [
        ("E_SET_JSC", ["股份有限公司", "股份公司"]),
        ("E_SET_SOLE", ["中心", "工作室", "厂", "店", "事务所"]),
        ("E_SET_LLC", ["有限责任公司", "有限公司"]),
        ("E_NAME", ["有限责任公司", "有限公司"]),
    ],
)
def test_the_endings_offered_are_those_of_the_form(
    session: Session, code: str, endings: list[str]
) -> None:
    offered = pick_lists.name_forms(make_matter(session, code, {}))

    assert [one.key for one in offered] == endings


@pytest.mark.parametrize("ending", ["公司", "有限公司", "工作室有限公司", "集团", "股份公司"])
def test_a_sole_proprietorship_is_not_called_a_company(session: Session, ending: str) -> None:
    found = wrong_of(session, "E_SET_SOLE", example("E_SET_SOLE") | {"name_form": ending})

    assert set(found) == {"name_form"}


def test_a_name_that_somebody_has_is_refused_in_every_form(session: Session) -> None:
    make_enterprise(session)  # 澄野, 生物科技

    for code in ("E_SET_LP", "E_SET_JSC", "E_SET_SOLE"):
        given = example(code) | {"trade_name": "澄野", "industry": "生物科技"}
        assert "is registered with the same" in wrong_of(session, code, given)["trade_name"]


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"branch_word": "国务院"}, "branch_word"),
        ({"branch_word": "北京有限公司"}, "branch_word"),
        ({"branch_word": "華北"}, "branch_word"),
        ({"company_name": "北京澄野样例设计中心"}, "name_form"),
        ({"id_number": "110114198604215333"}, "id_number"),
        ({"country": "DE"}, "id_kind"),
    ],
)
def test_a_branch_is_called_after_its_parent_and_has_a_head(
    session: Session, answers: Answers, place: str
) -> None:
    found = wrong_of(session, "E_SET_BR", example("E_SET_BR") | answers)

    assert place in found


@pytest.mark.parametrize(
    ("language", "words", "question"),
    [
        ("en", "is not open to this enterprise", "on what ground is this open to the partnership"),
        ("zh", "不对本企业开放", "细胞与基因领域的准入依据"),
    ],
)
def test_the_page_says_what_is_barred_and_asks_for_the_ground(
    session: Session, browser: Browser, language: str, words: str, question: str
) -> None:
    browser.sign_in(make_user(session, language=language))
    browser.post("/services/E_SET_LP/start", data={"request_key": "a" * 24})
    case = session.scalars(sa.select(Case)).one()
    case.answers = FOREIGN_PARTNERS(example("E_SET_LP"))
    session.commit()
    (page,) = [one for one in service("E_SET_LP").pages if one.key == "scope"]
    path = f"/cases/{case.reference}/scope"
    given = {"scope": ["BS007"], "main_scope": "BS007", "list_promise": True}

    barred = fill_in(browser, path, form_data(page, given | {"cell_ground": "none"}))
    opened = fill_in(browser, path, form_data(page, given | {"cell_ground": "pilot"}))

    assert barred.status_code == 422
    assert words in barred.text
    assert question in barred.text
    assert opened.status_code == 303
