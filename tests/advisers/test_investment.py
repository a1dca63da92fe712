"""What is open to foreign investment, here and elsewhere."""

from typing import Final

import pytest

from servicedesk.advisers import investment
from servicedesk.advisers.investment import State
from servicedesk.enterprises import reference

ALL: Final = list(reference.scope_phrases())


def states(*, is_in_zone: bool, is_wholly: bool) -> dict[str, State]:
    found = investment.judge(ALL, is_in_zone=is_in_zone, is_wholly=is_wholly)
    return {one.code: one.state for one in found}


@pytest.mark.parametrize("code", ["BS007", "BS008"])
def test_stem_cells_and_gene_technology_are_closed_but_in_the_zone(code: str) -> None:
    for is_wholly in (True, False):
        outside = states(is_in_zone=False, is_wholly=is_wholly)
        inside = states(is_in_zone=True, is_wholly=is_wholly)
        assert outside[code] is State.PROHIBITED
        assert inside[code] is State.CONDITIONS


def test_other_cell_technology_is_open_where_it_is_none_of_these() -> None:
    (outside,) = investment.judge(["BS006"], is_in_zone=False, is_wholly=True)
    (inside,) = investment.judge(["BS006"], is_in_zone=True, is_wholly=True)

    assert [one.key for one in outside.grounds] == ["other"]
    assert [one.key for one in inside.grounds] == ["other", "pilot"]


@pytest.mark.parametrize("code", ["BS101", "BS102", "BS103"])
def test_medical_institutions_are_joint_ventures_or_pilots(code: str) -> None:
    (wholly,) = investment.judge([code], is_in_zone=False, is_wholly=True)
    (joint,) = investment.judge([code], is_in_zone=False, is_wholly=False)

    assert [one.key for one in wholly.grounds] == ["pilot"]
    assert [one.key for one in joint.grounds] == ["joint", "pilot"]


def test_what_is_not_barred_is_allowed() -> None:
    found = states(is_in_zone=False, is_wholly=True)

    assert {code for code, state in found.items() if state is not State.OPEN} == set(
        reference.foreign_bars()
    )


def test_a_licence_is_named_besides() -> None:
    (drugs,) = investment.judge(["BS088"], is_in_zone=False, is_wholly=True)

    assert drugs.state is State.OPEN
    assert len(drugs.licences) == 1


def test_what_is_prohibited_comes_first_with_its_sources() -> None:
    found = investment.judge(["BS001", "BS101", "BS007"], is_in_zone=False, is_wholly=True)

    assert [one.code for one in found] == ["BS007", "BS101", "BS001"]
    assert [one.key for one in found[0].sources] == ["L_FIL", "E_CGT"]


def test_every_ground_of_the_register_has_its_words() -> None:
    known = {
        (bar.ground, answer) for bar in reference.foreign_bars().values() for answer in bar.open
    }

    assert known == set(investment.grounds())


def test_unknown_phrases_are_passed_over() -> None:
    assert investment.judge(["BS999", ""], is_in_zone=True, is_wholly=True) == []


@pytest.mark.parametrize(
    ("codes", "is_in_zone", "taken"),
    [
        (["BS001"], False, {"scope": ["BS001"], "main_scope": "BS001"}),
        (["BS007", "BS001"], False, {"scope": ["BS001"], "main_scope": "BS001"}),
        (["BS007", "BS006"], True, {"scope": ["BS006", "BS007"], "cell_ground": "pilot"}),
        (["BS006", "BS001"], True, {"scope": ["BS001", "BS006"]}),
    ],
)
def test_the_set_up_takes_over_what_is_open_and_grounds_without_a_choice(
    codes: list[str],
    is_in_zone: bool,  # noqa: FBT001
    taken: dict[str, object],
) -> None:
    verdicts = investment.judge(codes, is_in_zone=is_in_zone, is_wholly=True)

    assert investment.answers_for(verdicts, is_wholly=True) == {"fie_kind": "wholly", **taken}
