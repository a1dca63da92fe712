"""What a definition says of who confirms is looked at before it is published."""

from typing import Any

import pytest
from pydantic import ValidationError

from servicedesk.catalogue import checking_confirmation
from servicedesk.catalogue.joint_confirmation import JointConfirmation, NamedPeople
from tests import shipped

LLC = next(one for one in shipped.services() if one.code == "E_SET_LLC")
TEXT = {"en": "Somebody", "zh": "某人"}
OWNERS: dict[str, Any] = {"group": "shareholders", "role": TEXT, "name": "full_name"}
LIAISON: dict[str, Any] = {"fields": ["liaison_name"], "role": TEXT, "name": "liaison_name"}


def faults(people: dict[str, Any], **said: Any) -> list[str]:  # noqa: ANN401 - as in YAML
    plan = {"basis": TEXT, "people": [people], **said}
    service = LLC.model_copy(update={"confirmation": JointConfirmation.model_validate(plan)})
    return [str(one) for rule in checking_confirmation.RULES for one in rule(service)]


def test_what_names_questions_of_the_form_is_in_order() -> None:
    assert faults(OWNERS, essentials=["capital"]) == []
    assert faults(LIAISON) == []
    assert [one for rule in checking_confirmation.RULES for one in rule(LLC)] == []


@pytest.mark.parametrize(
    ("people", "said", "found"),
    [
        (OWNERS, {"essentials": ["capitol"]}, "confirmation.essentials: names no question"),
        (OWNERS | {"group": "capital"}, {}, "people[0].group: names no group: 'capital'"),
        (OWNERS | {"name": "name"}, {}, "people[0].name: names no question: 'name'"),
        (OWNERS | {"number": ["passport"]}, {}, "people[0].number: names no question"),
        (OWNERS | {"posts": "country"}, {}, "people[0].posts: is no choice of posts"),
        (
            OWNERS | {"organisation": {"==": [{"var": "kind"}, "organisation"]}},
            {},
            "people[0].organisation: names no question: 'kind'",
        ),
        (
            OWNERS | {"when": {"==": [{"var": "is_new"}, True]}},
            {},
            "people[0].when: names no question: 'is_new'",
        ),
        (LIAISON | {"fields": ["liaison_name", "capital"]}, {}, "stand on several pages"),
        (LIAISON | {"fields": ["liaison_phone"]}, {}, "people[0].name: names no question"),
        (LIAISON | {"fields": ["liaison_nme"]}, {}, "people[0].fields: names no question"),
    ],
)
def test_what_names_nothing_is_told(
    people: dict[str, Any], said: dict[str, Any], found: str
) -> None:
    assert any(found in one for one in faults(people, **said))


def test_people_are_on_cards_or_on_a_page_and_not_both() -> None:
    for people in (OWNERS | {"fields": ["liaison_name"]}, {"role": TEXT, "name": "full_name"}):
        with pytest.raises(ValidationError, match="either the group"):
            NamedPeople.model_validate(people)


def test_a_bundle_takes_over_who_confirms_with_the_pages() -> None:
    bundle = next(one for one in shipped.services() if one.code == "E_ONE_START")

    assert bundle.confirmation == LLC.confirmation
