"""What is asked in the end, what counts, and how it reads."""

from typing import Any

from servicedesk.catalogue import asking, materials, showing
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.registry import Choice
from servicedesk.words import Text
from tests.catalogue.factories import make_service, small, text
from tests.catalogue.test_forms import CHOICES, OWNERS, PERSON


def _with_owners(**changes: Any) -> Service:  # noqa: ANN401
    data = small()
    data["pages"].append(
        {
            "key": "owners",
            "section": "you",
            "title": text("Owners", "股东"),
            "when": {"==": [{"var": "kind"}, "own"]},
            "fields": [{**OWNERS, "label": text("Owners", "股东"), **changes}],
        }
    )
    return make_service(pages=data["pages"])


OWN = {"full_name": "Lin Qiao", "kind": "own"}


def test_a_page_that_does_not_apply_is_not_asked_and_its_answers_do_not_count() -> None:
    service = _with_owners()

    rented = asking.asked(service, {**OWN, "kind": "rented", "owners": [PERSON]})
    own = asking.asked(service, {**OWN, "owners": [PERSON], "landlord": "Nobody"})

    assert [one.page.key for one in rented.pages] == ["person"]
    assert "owners" not in rented.answers
    assert own.answers == {**OWN, "owners": [PERSON]}
    assert own.is_complete


def test_what_is_missing_is_told_by_place() -> None:
    service = _with_owners()

    asked = asking.asked(service, {"kind": "own", "owners": [{"party": "firm", "country": "CN"}]})

    assert [one.missing for one in asked.pages] == [
        ("full_name",),
        ("owners[0].full_name", "owners[0].code"),
    ]
    assert not asked.is_complete


def test_too_few_entries_are_missing() -> None:
    page = asking.asked(_with_owners(min=2), {**OWN, "owners": [PERSON]}).page("owners")

    assert page is not None
    assert page.missing == ("owners",)


def test_answers_of_an_entry_that_do_not_apply_do_not_count() -> None:
    entry = {**PERSON, "code": "91110114MA7XCP003J"}

    asked = asking.asked(_with_owners(), {**OWN, "owners": [entry]})

    assert asked.answers["owners"] == [PERSON]


def test_what_no_question_asks_for_is_left_alone() -> None:
    assert asking.asked(make_service(), {**OWN, "_promises": ["degree"]}).answers == {
        **OWN,
        "_promises": ["degree"],
    }


def test_a_question_asked_only_without_another_comes_back() -> None:
    pages = small()["pages"]
    pages[0]["fields"] += [
        {"key": "reason", "kind": "text", "label": text(), "when": {"!": [{"var": "landlord"}]}}
    ]
    service = make_service(pages=pages)

    asked = asking.asked(service, {**OWN, "landlord": "hidden", "reason": "mine"})

    assert asked.answers == {**OWN, "reason": "mine"}


def test_answers_read_by_section_page_and_row() -> None:
    sections = showing.rows(_with_owners(), {**OWN, "owners": [PERSON]}, "zh", CHOICES)

    assert [one.title for one in sections] == ["申请人"]
    person, owners = sections[0].pages
    assert [(row.place, row.label, row.value) for row in person.rows] == [
        ("full_name", "姓名", "Lin Qiao"),
        ("kind", "类型", "自有"),
    ]
    entry = owners.rows[0].entries[0]
    assert (entry.title, entry.place) == ("Lin Qiao", "owners[0]")
    assert [(row.place, row.value) for row in entry.rows] == [
        ("owners[0].party", "自然人"),
        ("owners[0].full_name", "Lin Qiao"),
        ("owners[0].country", "中国"),
    ]


def test_a_key_that_is_no_longer_in_its_list_is_shown_as_it_is() -> None:
    sections = showing.rows(_with_owners(), {**OWN, "owners": [PERSON]}, "en", {})

    assert sections[0].pages[1].rows[0].entries[0].rows[2].value == "CN"


def test_sensitive_answers_are_masked_for_those_who_need_not_see_them() -> None:
    pages = small()["pages"]
    pages[0]["fields"][0] |= {"kind": "passport", "sensitive": True}
    service = make_service(pages=pages)

    row = (
        showing.rows(service, {"full_name": "E12345678"}, "en", {}, masked=True)[0].pages[0].rows[0]
    )

    assert (row.value, row.is_sensitive) == ("•••• 5678", True)


def test_differences_tell_what_changed_where() -> None:
    service = _with_owners()
    before = {**OWN, "owners": [PERSON, {**PERSON, "full_name": "Zhou"}]}
    after = {
        "full_name": "Lin Qiao",
        "kind": "own",
        "owners": [{**PERSON, "country": "DE"}, {**PERSON, "full_name": "Chen"}, PERSON],
    }

    found = showing.differences(service, before, after, "en", CHOICES)

    assert [(one.place, one.before, one.after) for one in found] == [
        ("owners[0].country", "China", "Germany"),
        ("owners[1].full_name", "Zhou", "Chen"),
        ("owners[2]", "", "Lin Qiao"),
    ]


def test_nothing_changed_is_no_difference() -> None:
    assert showing.differences(make_service(), OWN, dict(OWN), "en", {}) == []


def test_an_answer_that_no_longer_counts_is_a_difference() -> None:
    before = {**OWN, "kind": "rented", "landlord": "Somebody"}

    found = showing.differences(make_service(), before, OWN, "en", {})

    assert [(one.place, one.before, one.after) for one in found] == [
        ("kind", "Rented", "Own"),
        ("landlord", "Somebody", ""),
    ]


def test_the_title_is_made_of_words_not_of_keys() -> None:
    pages = small()["pages"]
    pages[0]["fields"][0] |= {"kind": "pick", "source": "my_names"}
    service = make_service(pages=pages, title_from=["full_name"])
    choices = {"my_names": (Choice("17", Text("北京青棱有限公司", "北京青棱有限公司")),)}

    assert showing.title(service, {"full_name": "17"}, "en", choices) == "北京青棱有限公司"


def test_materials_depend_on_the_answers() -> None:
    materials_ = [
        *small()["materials"],
        {
            "key": "degree",
            "name": text("Degree", "学位证书"),
            "need": "by_promise",
            "when": {"==": [{"var": "kind"}, "own"]},
            "may_follow": {"working_days": 5, "source": "G_BJWP"},
        },
    ]
    service = make_service(materials=materials_)

    own = materials.needed(service, {"kind": "own"})
    rented = materials.needed(service, {"kind": "rented"})

    assert [(one.material.key, one.may_promise) for one in own] == [
        ("passport", False),
        ("degree", True),
    ]
    assert [(one.material.key, one.may_promise) for one in rented] == [
        ("passport", False),
        ("lease", False),
        ("degree", False),
    ]
    assert own[1].may_follow is not None
    assert own[1].may_follow.working_days == 5
