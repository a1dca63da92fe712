"""The checks of a set-up, over whole answers."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

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
