"""Capital, owners, organs, scope, beneficial owners, foreign investors."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.catalogue import asking, definitions
from servicedesk.catalogue.fields import ChoiceQuestion
from servicedesk.catalogue.materials import needed
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import (
    capital,
    foreign_investors,
    organs,
    owners,
    reference,
    scope,
)
from servicedesk.enterprises.capital import Contribution
from servicedesk.enterprises.money import Money, shares
from servicedesk.enterprises.organs import Officer
from servicedesk.enterprises.owners import Owner
from servicedesk.enterprises.scope import ForeignInvestment
from servicedesk.words import Text

TODAY = date(2026, 5, 6)


def wrong_places(found: "list[Finding] | object") -> set[str | None]:
    assert hasattr(found, "__iter__")
    return {one.place for one in found if one.weight is Weight.WRONG}


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def paid(
    amount: str, *, by: date = TODAY, currency: str = "CNY", method: str = "cash"
) -> Contribution:
    return Contribution("林乔", Money(Decimal(amount), currency), by, method)


# capital


def test_contributions_that_make_up_the_capital_in_time_are_in_order() -> None:
    found = capital.findings(cny("5"), [paid("3"), paid("2")], today=TODAY)

    assert [one.weight for one in found] == [Weight.IN_ORDER]


@pytest.mark.parametrize(("amount", "fact"), [("2.01", "over"), ("1.99", "missing")])
def test_a_cent_too_much_or_too_little_is_told(amount: str, fact: str) -> None:
    (problem,) = capital.findings(cny("5"), [paid("3"), paid(amount)], today=TODAY)

    assert problem.weight is Weight.WRONG
    assert problem.words.facts[fact] == {"currency": "CNY", "amount": "0.01"}


@pytest.mark.parametrize(
    ("by", "is_in_time"), [(date(2031, 5, 6), True), (date(2031, 5, 7), False)]
)
def test_contributions_are_paid_within_five_years(by: date, *, is_in_time: bool) -> None:
    found = capital.findings(cny("5"), [paid("5", by=by)], today=TODAY)

    assert ("shareholders[0].pay_by" not in wrong_places(found)) is is_in_time


def test_one_currency_for_all() -> None:
    found = capital.findings(cny("5"), [paid("3"), paid("2", currency="USD")], today=TODAY)

    assert wrong_places(found) == {"shareholders[1].contribution"}


@given(st.lists(st.decimals("0.01", "1e9", places=2), min_size=1, max_size=50))
def test_shares_come_to_exactly_one_hundred_per_cent(amounts: list[Decimal]) -> None:
    found = shares(amounts)
    total = sum(amounts)

    assert sum(found) == Decimal("100.00")
    for amount, share in zip(amounts, found, strict=True):
        assert abs(share - amount * 100 / total) < Decimal("0.01")


# owners

LIN = Owner("林乔", is_person=True, country="CN", number="110114198803121021")
ZHOU = Owner("周若谷", is_person=True, country="CN", number="110114198506271517")
ANNA = Owner("Anna Example", is_person=True, country="DE", number="X1234567")
FUND = Owner("样例投资有限公司", is_person=False, country="CN", number="91110114MAEXAMPKXN")


@pytest.mark.parametrize(
    ("people", "form", "place"),
    [
        ([LIN, ZHOU], "llc", None),
        ([LIN], "llc_sole", None),
        ([ANNA, LIN], "llc_fie", None),
        ([FUND, LIN], "llc", None),
        ([], "llc", "shareholders"),
        ([LIN, ZHOU], "llc_sole", "shareholders"),
        ([LIN, LIN], "llc", "shareholders[1].full_name"),
        ([LIN, ANNA], "llc", "shareholders[1].country"),
        ([LIN], "llc_fie", "shareholders"),
        (
            [LIN, Owner("X", is_person=False, country="CN", number="1")],
            "llc",
            "shareholders[1].credit_code",
        ),
    ],
)
def test_owners_fit_the_form(people: list[Owner], form: str, place: str | None) -> None:
    assert wrong_places(owners.findings(people, form)) == ({place} if place else set())


@pytest.mark.parametrize(
    ("form", "count", "words"),
    [
        ("llc_sole", 2, " has one shareholder; you named 2"),
        ("llc", 51, " has 1 to 50 shareholders;"),
    ],
)
def test_how_many_shareholders_a_form_has_is_said(form: str, count: int, words: str) -> None:
    people = [Owner(f"P{n}", is_person=True, country="CN", number=str(n)) for n in range(count)]

    (problem,) = owners.findings(people, form)

    assert words in str(problem.words)


def test_fifty_one_shareholders_are_one_too_many() -> None:
    people = [Owner(f"P{n}", is_person=True, country="CN", number=str(n)) for n in range(51)]

    assert wrong_places(owners.findings(people[:50], "llc")) == set()
    assert wrong_places(owners.findings(people, "llc")) == {"shareholders"}


@pytest.mark.parametrize(("count", "words"), [(1, "One shareholder fits"), (2, "has one share")])
def test_one_shareholder_is_spoken_of_as_one(count: int, words: str) -> None:
    people = [
        Owner(name=f"林{n}", is_person=True, country="CN", number=str(n)) for n in range(count)
    ]

    assert words in str(owners.findings(people, "llc_sole")[0].words)


# organs


def officer(name: str, *posts: str) -> Officer:
    return Officer(name, "", frozenset(posts))


def judge_organs(
    people: list[Officer],
    supervisors: list[Officer] | None = None,
    *,
    none: bool = False,
    post: str = "director",
) -> set[str | None]:
    return wrong_places(
        organs.findings(people, supervisors or [], no_supervisor=none, legal_rep_post=post)
    )


ONE = officer("林乔", "director", "legal_representative")
SUPERVISOR = officer("陈一禾")


def test_one_director_and_one_supervisor_are_enough() -> None:
    assert judge_organs([ONE], [SUPERVISOR]) == set()


def test_no_supervisor_needs_all_shareholders_to_agree() -> None:
    assert judge_organs([ONE]) == {"supervisors"}
    assert judge_organs([ONE], none=True) == set()
    assert judge_organs([ONE], [SUPERVISOR], none=True) == {"supervisors"}


@pytest.mark.parametrize(("directors", "places"), [(1, {"audit_committee"}), (3, set())])
def test_an_audit_committee_is_one_of_a_board(directors: int, places: set[str]) -> None:
    board = [ONE, officer("B", "chair"), officer("C", "director")][:directors]

    found = organs.findings(
        board, None, no_supervisor=False, legal_rep_post="director", has_audit_committee=True
    )

    assert wrong_places(found) == places


@pytest.mark.parametrize("count", [2])
def test_two_directors_or_supervisors_are_neither_one_nor_a_board(count: int) -> None:
    people = [ONE, *(officer(f"D{n}", "director") for n in range(count - 1))]

    assert "directors" in judge_organs(people, [SUPERVISOR])
    assert "supervisors" in judge_organs([ONE], [officer(f"S{n}") for n in range(count)])


def test_a_board_has_exactly_one_chair() -> None:
    board = [ONE, officer("B", "director"), officer("C", "director")]

    assert "directors" in judge_organs(board, [SUPERVISOR])
    assert judge_organs([*board[:2], officer("C", "chair")], [SUPERVISOR]) == set()
    assert "directors" in judge_organs(
        [board[0], officer("B", "chair"), officer("C", "chair")], [SUPERVISOR]
    )


@pytest.mark.parametrize("post", ["director", "manager"])
def test_nobody_watches_themselves(post: str) -> None:
    people = [ONE, officer("陈一禾", post)]

    assert "supervisors[0].full_name" in judge_organs(people, [SUPERVISOR])


def test_the_legal_representative_is_director_or_manager_as_stated() -> None:
    manager = officer("韩未央", "manager", "legal_representative")
    director = officer("林乔", "director")

    assert judge_organs([director, manager], [SUPERVISOR], post="manager") == set()
    assert judge_organs([director, manager], [SUPERVISOR], post="director")
    assert judge_organs([director, officer("X", "legal_representative")], [SUPERVISOR])
    assert "directors" in judge_organs([director], [SUPERVISOR])


def test_supervisors_are_not_missed_before_they_are_asked_for() -> None:
    found = organs.findings([ONE], None, no_supervisor=False, legal_rep_post="director")

    assert wrong_places(found) == set()


# scope


def test_a_licensed_phrase_names_licence_and_authority() -> None:
    _, licence = scope.findings(["BS001", "BS098"], "BS001")

    assert licence.weight is Weight.LOOK
    named = Text(en="medical device trading licence", zh="医疗器械经营许可证")
    assert licence.words.facts["licence"] == named


BARRED = ["BS006", "BS007", "BS008", "BS101", "BS102", "BS103", "BS118"]


@pytest.mark.parametrize("code", BARRED)
def test_a_barred_phrase_is_refused_to_foreign_investment_without_a_ground(code: str) -> None:
    domestic = scope.findings([code], code)
    foreign = scope.findings([code], code, ForeignInvestment())

    assert not any("bar" in one.words.facts for one in domestic)
    assert wrong_places(foreign) == {"scope"}


@pytest.mark.parametrize(
    ("code", "ground", "is_open"),
    [
        ("BS006", {"cell_ground": "other"}, True),
        ("BS007", {"cell_ground": "other"}, False),
        ("BS007", {"cell_ground": "pilot"}, True),
        ("BS008", {"cell_ground": "none"}, False),
        ("BS101", {"medical_ground": "none"}, False),
        ("BS102", {"medical_ground": "joint"}, True),
        ("BS118", {"telecom_ground": "pilot"}, True),
        ("BS118", {"cell_ground": "pilot"}, False),
    ],
)
def test_the_ground_opens_its_own_field_only(
    code: str, ground: dict[str, str], *, is_open: bool
) -> None:
    found = scope.findings([code], code, ForeignInvestment(ground))

    assert (wrong_places(found) == set()) is is_open
    assert any("bar" in one.words.facts for one in found)  # an officer sees it either way


@pytest.mark.parametrize(("ground", "place"), [("joint", {"medical_ground"}), ("pilot", set())])
def test_a_joint_venture_has_a_chinese_shareholder(ground: str, place: set[str]) -> None:
    foreign = ForeignInvestment({"medical_ground": ground}, is_wholly=True)

    assert wrong_places(scope.findings(["BS103"], "BS103", foreign)) == place


def test_every_ground_is_asked_with_the_answers_that_open() -> None:
    page = definitions.load(definitions.SERVICES / "E_SET_FIE.yaml").page("scope")
    assert page
    asked = {one.key: one for one in page.fields}
    for code, bar in reference.foreign_bars().items():
        question = asked[bar.ground]
        assert isinstance(question, ChoiceQuestion)
        assert bar.open <= {one.key for one in question.options}
        assert asking.applies(question, {"scope": [code]})
        assert not asking.applies(question, {"scope": ["BS001"]})


def test_the_main_business_is_one_of_the_phrases() -> None:
    assert wrong_places(scope.findings(["BS001"], "BS002")) == {"main_scope"}
    assert wrong_places(scope.findings([], None)) == {"scope"}
    assert wrong_places(scope.findings(["XX"], "XX")) == {"scope"}


# foreign investors


def test_foreign_investors_are_told_their_papers_and_need_a_recipient() -> None:
    assert not foreign_investors.findings([LIN], [""], "")
    found = foreign_investors.findings([LIN, ANNA], ["", "apostille"], "")

    assert wrong_places(found) == {"legal_recipient_name"}
    assert any(one.place == "shareholders[1].country" for one in found)


def test_a_proof_must_fit_who_brings_it() -> None:
    fund = Owner("Example GmbH", is_person=False, country="DE", number="HRB 1")
    found = foreign_investors.findings([ANNA, fund], ["special", "seen"], "王芳")

    assert wrong_places(found) == {"shareholders[0].proof", "shareholders[1].proof"}


@pytest.mark.parametrize("country", ["HK", "MO", "TW"])
@pytest.mark.parametrize("proof", ["authenticated", "apostille", "seen", "special"])
def test_investors_from_special_regions_bring_special_papers(country: str, proof: str) -> None:
    wong = Owner("Wong", is_person=True, country=country, number="H1")

    found = foreign_investors.findings([wong], [proof], "王芳")

    assert wrong_places(found) == (set() if proof == "special" else {"shareholders[0].proof"})


@pytest.mark.parametrize(
    ("people", "kind", "place"),
    [
        ([ANNA], "wholly", None),
        ([ANNA, FUND], "wholly", "shareholders[1].country"),
        ([ANNA, FUND], "joint", None),
        ([ANNA], "joint", "shareholders"),
    ],
)
def test_who_invests_is_what_was_said(people: list[Owner], kind: str, place: str | None) -> None:
    found = list(foreign_investors.kind_findings(people, kind))

    assert wrong_places(found) == ({place} if place else set())


def test_the_papers_of_a_chinese_partner_follow_from_the_shareholders() -> None:
    service = definitions.load(definitions.SERVICES / "E_SET_FIE.yaml")
    partner = {"country": "CN"}

    def wanted(shareholders: list[dict[str, str]]) -> bool:
        given = {"fie_kind": "wholly", "shareholders": shareholders}
        return any(one.material.key == "owner_papers" for one in needed(service, given))

    assert wanted([{"country": "DE"}, partner])
    assert not wanted([{"country": "DE"}])
