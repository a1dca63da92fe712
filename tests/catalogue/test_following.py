"""Papers that may follow, for some applicants only (容缺受理)."""

import pytest

from servicedesk.cases import mending
from servicedesk.catalogue import guide
from servicedesk.catalogue.materials import needed
from tests import shipped

FOLLOWING = {
    "WP_NEW_ABROAD": ["translations"],  # its family papers are asked for in the rows of the family
    "WP_NEW_CN": ["family_papers", "translations"],
}


@pytest.mark.parametrize("code", FOLLOWING)
@pytest.mark.parametrize(("category", "may_follow"), [("A", True), ("B", False), ("C", False)])
def test_category_a_alone_may_let_papers_follow(
    code: str, category: str, *, may_follow: bool
) -> None:
    service = next(one for one in shipped.services() if one.code == code)
    answers = {"category": category, "ground": "family", "papers_in_chinese": False}

    found = [one.material.key for one in needed(service, answers) if one.may_follow]

    assert found == (FOLLOWING[code] if may_follow else [])
    days = {one.may_follow.working_days for one in needed(service, answers) if one.may_follow}
    assert days == ({service.settings["follow_days"].value} if may_follow else set())


@pytest.mark.parametrize("code", FOLLOWING)
def test_who_is_put_into_another_category_can_give_what_would_have_followed(code: str) -> None:
    service = next(one for one in shipped.services() if one.code == code)
    opened = mending.open_materials(service, [], frozenset({"category"}))
    assert opened >= set(FOLLOWING[code])


def test_the_guide_says_for_whom_and_within_what_time() -> None:
    service = next(one for one in shipped.services() if one.code == "WP_NEW_CN")

    lines = guide.elements(service)["tolerance"].lines

    assert [line.msgid for line in lines] == [  # type: ignore[union-attr]
        "%(paper)s: within %(time)s of the acceptance %(case)s"
    ] * 2


def test_every_service_with_such_papers_is_known_here() -> None:
    found = {
        one.code: [material.key for material in one.materials if material.may_follow]
        for one in shipped.services()
    }
    assert {code: keys for code, keys in found.items() if keys} == FOLLOWING
