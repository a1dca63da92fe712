"""Who has to confirm, and what voids what: rules over answers, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.catalogue.definition import Service
from servicedesk.confirmations.own_answers import corrected, is_same_person
from servicedesk.confirmations.people import Person, named
from servicedesk.confirmations.texts import confirmable
from tests import shipped
from tests.confirmations.factories import CHEN, LIN, PEOPLE, SONG, ZHOU, with_entry

LLC = next(one for one in shipped.services() if one.code == "E_SET_LLC")
FIRST = LLC.examples[0].answers
WITH_AGENT = LLC.examples[1].answers


def people(answers: dict[str, Any], service: Service = LLC) -> dict[str, Person]:
    return {one.name: one for one in named(service, answers)}


def voided(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return who has to confirm again, or for the first time."""
    known = {one.digest for one in named(LLC, before)}
    return [one.name for one in named(LLC, after) if one.digest not in known]


def test_a_person_who_is_named_in_several_places_is_asked_once() -> None:
    found = people(FIRST)

    assert list(found) == list(PEOPLE)
    lin = found[LIN]
    assert [one.place for one in lin.lines] == ["shareholders[0]", "directors[0]", "liaison_name"]
    assert [one.en for one in lin.roles] == [
        "Shareholder", "Director", "Legal representative", "Liaison",
    ]  # fmt: skip
    assert lin.email == "lin.qiao@example.com"


def test_an_organisation_is_asked_too_and_an_agent_if_one_acts() -> None:
    found = people(WITH_AGENT)

    assert [name for name, one in found.items() if one.is_organisation] == [
        "北京沐岚岭样例投资有限公司"
    ]
    assert "唐小满" in found
    assert "唐小满" not in people(WITH_AGENT | {"agent_acts": False})


def test_who_is_named_by_name_alone_is_who_has_that_name_unless_two_have_it() -> None:
    alone = FIRST | {"liaison_id_number": ""}
    assert list(people(alone)) == list(PEOPLE)

    two = alone | {"shareholders": with_entry(FIRST, "shareholders", 1, full_name=LIN)}
    assert [one.name for one in named(LLC, two)].count(LIN) == 3


def test_how_a_number_or_a_name_is_written_does_not_make_another_person() -> None:
    other = with_entry(FIRST, "directors", 0, id_number=" 110114 19880312 1021", full_name="林 乔")
    same = FIRST | {"directors": other}

    assert len(named(LLC, same)) == len(PEOPLE)


def test_a_change_touches_only_those_it_is_about() -> None:
    amount = {"currency": "CNY", "amount": "2500000.00"}
    share = FIRST | {"shareholders": with_entry(FIRST, "shareholders", 1, contribution=amount)}
    assert voided(FIRST, share) == [ZHOU]

    phone = FIRST | {"directors": with_entry(FIRST, "directors", 1, phone="13800000299")}
    assert voided(FIRST, phone) == [SONG]

    assert voided(FIRST, FIRST | {"letters_by": "post", "unit": "4-301"}) == []
    assert voided(FIRST, FIRST | {"trade_name": "另名样例"}) == list(PEOPLE)
    assert voided(FIRST, FIRST | {"capital": amount}) == list(PEOPLE)


def test_the_place_in_a_list_and_others_in_it_do_not_count() -> None:
    turned = FIRST | {"shareholders": FIRST["shareholders"][::-1]}
    assert voided(FIRST, turned) == []

    newcomer = FIRST["supervisors"][0] | {"full_name": "新人", "id_number": "110114198207097491"}
    more = FIRST | {"supervisors": [newcomer, *FIRST["supervisors"]]}
    assert voided(FIRST, more) == ["新人"]


@given(at=st.integers(0, 1), said=st.text("某甲乙丙", min_size=2, max_size=4))
def test_whatever_a_shareholder_is_called_nobody_else_is_touched(at: int, said: str) -> None:
    after = FIRST | {"shareholders": with_entry(FIRST, "shareholders", at, full_name=said)}

    assert set(voided(FIRST, after)) <= {said, (LIN, ZHOU)[at]}


def test_a_name_put_right_in_one_place_is_right_in_all() -> None:
    lin = people(FIRST)[LIN]
    own = dict(lin.lines[1].answers) | {"full_name": "林桥", "id_number": "110114198803121048"}

    said, touched = corrected(FIRST, lin, lin.lines[1], own)

    assert [one.place for one in touched] == ["directors[0]", "shareholders[0]", "liaison_name"]
    assert said["shareholders"][0]["full_name"] == said["liaison_name"] == "林桥"
    assert said["shareholders"][0]["id_number"] == said["liaison_id_number"] == own["id_number"]
    assert is_same_person(LLC, said, lin)
    assert len(named(LLC, said)) == len(PEOPLE)


def test_nobody_becomes_somebody_else_by_putting_right() -> None:
    found = people(FIRST)
    line = found[CHEN].lines[0]
    own = dict(line.answers) | {"id_number": found[ZHOU].lines[0].answers["id_number"]}

    said, _ = corrected(FIRST, found[CHEN], line, own)

    assert not is_same_person(LLC, said, found[CHEN])


def test_the_text_says_their_own_data_in_their_language_and_of_nobody_else() -> None:
    zhou = people(FIRST)[ZHOU]

    english, chinese = (confirmable(LLC, zhou, one, {}).text for one in ("en", "zh"))

    assert "110114198506271517" in english
    assert "Contribution: CNY\u00a02,000,000.00" in english
    assert "Name: 北京澄野样例生物科技" in english
    assert "认缴出资额：" in chinese
    assert LIN not in chinese


def test_every_example_of_a_service_that_asks_names_somebody() -> None:
    asking = [one for one in shipped.services() if one.confirmation]

    assert {one.code for one in asking} == {
        "E_SET_LLC", "E_SET_FIE", "E_SET_JSC", "E_SET_LP", "E_SET_SOLE", "E_SET_BR",
        "E_CHG_LR", "E_CHG_SH", "E_CHG_CAP_INC", "E_CHG_CAP_DEC", "E_CHG_TYPE", "E_FILE",
        "E_ONE_START", "E_DEREG", "E_DEREG_BR", "E_DEREG_S", "E_SUSP",
    }  # fmt: skip
    nobody = [
        (one.code, example.name)
        for one in asking
        for example in one.examples
        # In some, what is filed is about nobody.
        if not named(one, example.answers)
        and one.code != "E_FILE"
        and example.answers.get("agent_acts") is not False
    ]
    assert nobody == []


def example(code: str, number: int = 0) -> tuple[Service, dict[str, Any]]:
    service = next(one for one in shipped.services() if one.code == code)
    return service, dict(service.examples[number].answers)


@pytest.mark.parametrize("code", ["E_CHG_CAP_INC", "E_CHG_CAP_DEC"])
def test_everybody_confirms_what_a_change_of_the_capital_makes_of_their_part(code: str) -> None:
    service, answers = example(code)
    fund = {"full_name": "样例基金有限公司", "is_new": False, "party": "organisation"}
    found = people(answers | {"shareholders": [*answers["shareholders"], fund]}, service)

    assert list(found) == ["林乔", "周若谷", "样例基金有限公司"]
    assert [name for name, one in found.items() if one.is_organisation] == ["样例基金有限公司"]


def test_all_investors_confirm_what_they_promise_for_a_simple_deregistration() -> None:
    service, answers = example("E_DEREG_S")
    before = people(answers, service)
    after = people(answers | {"debts": "settled"}, service)

    assert [one.en for one in before["周若谷"].roles] == ["Investor"]
    text = confirmable(service, before["周若谷"], "en", {}).text
    assert "never arose or are paid: Confirmed" in text
    assert {one.digest for one in before.values()}.isdisjoint(one.digest for one in after.values())


def test_who_sells_confirms_as_well_as_who_joins() -> None:
    service, answers = example("E_CHG_SH")
    sale = {"seller": "卖方科技有限公司", "seller_party": "organisation", "buyer": "买方"}
    found = people(answers | {"transfers": [sale, sale]}, service)

    assert found["卖方科技有限公司"].is_organisation
    assert len(found["卖方科技有限公司"].lines) == 2


def test_a_shareholder_who_takes_more_confirms_it_too() -> None:
    service, answers = example("E_CHG_SH")
    sale = {
        "seller": "卖方甲",
        "seller_party": "person",
        "buyer": "股东乙",
        "buyer_kind": "present",
    }
    joining = answers | {"transfers": [sale, sale | {"buyer": "股东丙", "buyer_kind": "new"}]}
    found = people(joining, service)

    assert list(found) == ["卖方甲", "股东乙"]  # who joins confirms under the new shareholders
    assert [one.en for one in found["股东乙"].roles] == ["Shareholder who takes"]
    assert not found["股东乙"].is_organisation


def test_for_an_organisation_that_takes_more_somebody_confirms() -> None:
    service, answers = example("E_CHG_SH")
    (sale,) = answers["transfers"]
    fund = sale | {"buyer": "样例基金有限公司", "buyer_party": "organisation"}
    found = people(answers | {"transfers": [sale, fund]}, service)

    assert [name for name, one in found.items() if one.is_organisation] == ["样例基金有限公司"]


@pytest.mark.parametrize("code", ["E_DEREG", "E_DEREG_BR", "E_DEREG_S", "E_SUSP"])
def test_an_agent_who_ends_or_rests_an_enterprise_confirms(code: str) -> None:
    service, answers = example(code)
    agent = {
        "agent_acts": True,
        "agent_name": "唐小满",
        "agent_phone": "13800000216",
        "agent_id_number": "110114199505239245",
    }

    assert "唐小满" not in people(answers, service)
    assert [one.en for one in people(answers | agent, service)["唐小满"].roles] == ["Agent"]


def test_the_members_of_a_liquidation_group_confirm() -> None:
    service, answers = example("E_DEREG")
    group = {one["full_name"] for one in answers["liquidators"]}

    assert group
    assert set(people(answers, service)) >= group


def test_the_address_of_a_new_liaison_is_on_the_board() -> None:
    service, answers = example("E_FILE")

    assert people(answers, service)["许南星"].email == "xu.nanxing@example.com"


def test_who_is_named_in_a_filing_or_a_change_of_type_confirms() -> None:
    service, answers = example("E_FILE")
    filed = {
        "filing_kinds": ["people", "liaison"],
        "directors": [{"full_name": "董事甲", "posts": ["director"]}],
        "audit_committee": False, "no_supervisor": False,
        "supervisors": [{"full_name": "监事乙"}], "liaison_name": "联络员丙",
    }  # fmt: skip
    assert list(people(answers | filed, service)) == ["董事甲", "监事乙", "联络员丙"]

    service, answers = example("E_CHG_TYPE")
    changed = {
        "shareholders": [{"full_name": "股东甲", "party": "person"}],
        "organs_change": True, "legal_rep_changes": True, "legal_rep_name": "代表乙",
        "agent_acts": True, "agent_name": "代理丙",
    }  # fmt: skip
    assert list(people(answers | changed, service)) == ["股东甲", "代表乙", "代理丙"]
