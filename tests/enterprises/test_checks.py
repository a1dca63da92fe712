"""The checks of a set-up, over whole answers."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.numbers import id_check
from servicedesk.catalogue.registry import Choice
from servicedesk.enterprises import pick_lists
from tests.enterprises.matters import example, make_matter, wrong_places


def _phrase(session: Session, service: str, code: str) -> Choice:
    offered = pick_lists.business_scope(make_matter(session, service, {}))
    return next(one for one in offered if one.key == code)


def test_bars_are_told_beside_the_phrase_to_foreign_investment_only(session: Session) -> None:
    barred = _phrase(session, "E_SET_FIE", "BS101").note
    assert barred
    assert "Needs a licence" in barred.en
    assert "joint venture" in barred.en

    plain = _phrase(session, "E_SET_LLC", "BS101").note
    assert plain
    assert "joint venture" not in plain.en


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"scope": ["BS007"], "cell_ground": "none"}, "cell_ground"),
        ({"scope": ["BS101"], "medical_ground": "joint"}, "medical_ground"),
        ({"scope": ["BS101"], "medical_ground": "pilot"}, None),
    ],
)
def test_a_wholly_foreign_company_may_not_do_what_is_barred(
    session: Session, answers: dict[str, Any], place: str | None
) -> None:
    given = {**example("E_SET_FIE"), **answers, "main_scope": answers["scope"][0]}

    found = wrong_places("business_scope", make_matter(session, "E_SET_FIE", given))

    assert found == ({place} if place else set())


LIN = "110114198803121021"  # a card of 1988; all numbers are invented
CHILD = "11011420200312102"  # the first 17 of one of 2020


def _with_card(group: str, **changes: str) -> dict[str, Any]:
    """Return the second example of a domestic set-up, its first person of ``group`` changed."""
    given = example("E_SET_LLC", 1)
    cards = [dict(card) for card in given[group]]
    person = next(card for card in cards if card.get("party") != "organisation")
    person.update(changes)
    return {**given, group: cards}


@pytest.mark.parametrize(
    ("group", "check", "number"),
    [
        ("shareholders", "owners", 1),
        ("directors", "organs", 0),
        ("supervisors", "organs", 0),
        ("beneficial_owners", "beneficial_owners", 0),
    ],
)
def test_the_number_of_an_identity_card_is_one(
    session: Session, group: str, check: str, number: int
) -> None:
    place = f"{group}[{number}].id_number"
    for wrong in ("abcde", LIN[:17] + "2", LIN.replace("1988", "2030")):
        given = _with_card(group, id_number=wrong)
        assert place in wrong_places(check, make_matter(session, "E_SET_LLC", given)), wrong

    passport = _with_card(group, id_number="C01X00E11", id_kind="passport", country="DE")
    assert place not in wrong_places(check, make_matter(session, "E_SET_LLC", passport))


@pytest.mark.parametrize(
    ("group", "check", "is_refused"),
    [
        ("directors", "organs", True),
        ("supervisors", "organs", True),
        ("shareholders", "owners", False),
    ],
)
def test_a_child_holds_shares_but_no_post(
    session: Session, group: str, check: str, *, is_refused: bool
) -> None:
    given = _with_card(group, id_number=CHILD + id_check(CHILD))

    found = wrong_places(check, make_matter(session, "E_SET_LLC", given))

    assert any(place and place.endswith(".id_number") for place in found) is is_refused


@pytest.mark.parametrize(
    ("kind", "country", "fits"),
    [
        ("residence_card", "CN", False),
        ("residence_card", "DE", True),
        ("residence_card", "HK", False),
        ("id_card", "CN", True),
        ("id_card", "DE", False),
        ("hk_macao_permit", "MO", True),
        ("hk_macao_permit", "TW", False),
        ("taiwan_permit", "TW", True),
        ("passport", "CN", True),
    ],
)
def test_the_paper_is_one_that_people_from_there_have(
    session: Session, kind: str, country: str, *, fits: bool
) -> None:
    given = _with_card("directors", id_kind=kind, country=country)

    found = wrong_places("organs", make_matter(session, "E_SET_LLC", given))

    assert ("directors[0].id_kind" not in found) is fits


def test_the_date_of_birth_is_that_of_the_card(session: Session) -> None:
    given = _with_card("beneficial_owners", birth_date="1979-01-19")

    found = wrong_places("beneficial_owners", make_matter(session, "E_SET_LLC", given))

    assert found == {"beneficial_owners[0].birth_date"}


def test_nobody_is_two_people_by_typing_a_number_in_another_way(session: Session) -> None:
    given = example("E_SET_LLC")
    first = given["shareholders"][0]
    twin = {**first, "id_number": "１１０１１４-19880312-1021", "full_name": "林  乔"}
    supervisor = {**given["supervisors"][0], "id_number": twin["id_number"]}
    matter = make_matter(
        session,
        "E_SET_LLC",
        {**given, "shareholders": [first, twin], "supervisors": [supervisor]},
    )

    assert wrong_places("owners", matter) == {"shareholders[1].full_name"}
    assert wrong_places("organs", matter) == {"supervisors[0].full_name"}


def test_the_head_of_finance_is_no_supervisor(session: Session) -> None:
    given = example("E_SET_LLC")
    supervisor = given["supervisors"][0]
    same = {
        **given,
        "finance_contact_name": supervisor["full_name"],
        "finance_contact_id_number": supervisor["id_number"].lower() + " ",
    }

    assert wrong_places("finance_head", make_matter(session, "E_SET_LLC", given)) == set()
    assert wrong_places("finance_head", make_matter(session, "E_SET_LLC", same)) == {
        "finance_contact_name"
    }
