"""Pages compiled from definitions: conditions, groups, and what cannot be tampered with."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from servicedesk.catalogue import forms
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.registry import Choice
from servicedesk.words import Text
from tests.catalogue.factories import page_of, service_of_page, text

RENTED = {"==": [{"var": "kind"}, "rented"]}
KIND = {
    "key": "kind",
    "kind": "choice",
    "options": [
        {"key": "own", "label": text("Own", "自有")},
        {"key": "rented", "label": text("Rented", "租赁")},
    ],
}
LANDLORD = {"key": "landlord", "kind": "text", "when": RENTED}
OWNERS = {
    "key": "owners",
    "kind": "group",
    "min": 1,
    "max": 3,
    "item": text("owner", "股东"),
    "title": ["full_name"],
    "line": ["party", "country"],
    "fields": [
        {
            "key": "party",
            "kind": "choice",
            "label": text("Party", "类型"),
            "options": [
                {"key": "person", "label": text("Person", "自然人")},
                {"key": "firm", "label": text("Firm", "机构")},
            ],
        },
        {"key": "full_name", "kind": "text", "label": text("Full name", "姓名")},
        {"key": "country", "kind": "pick", "source": "countries", "label": text()},
        {
            "key": "code",
            "kind": "credit_code",
            "label": text("Code", "代码"),
            "when": {"==": [{"var": "party"}, "firm"]},
        },
        {"key": "pay_by", "kind": "date", "required": False, "label": text("Pay by", "缴足日期")},
    ],
}
CHOICES = {
    "countries": (Choice("CN", Text("China", "中国")), Choice("DE", Text("Germany", "德国")))
}


pytestmark = pytest.mark.usefixtures("in_english")


def _send(page: Page, sent: dict[str, Any], **answers: Any) -> PageForm:  # noqa: ANN401
    form_class = forms.page_form(1, service_of_page(page), page, "en", CHOICES)
    form = form_class(MultiDict(sent), answers=answers, meta={"csrf": False})
    form.validate()
    return form


def _card(number: int, **answers: str) -> dict[str, str]:
    names = {key.replace("__", "-"): value for key, value in answers.items()}
    return {f"f_owners-{number}-f_{key}": value for key, value in names.items()} | {
        f"f_owners-{number}-card": ""
    }


PERSON = {"party": "person", "full_name": "Lin Qiao", "country": "CN"}


def test_a_question_that_applies_must_be_answered() -> None:
    form = _send(page_of(KIND, LANDLORD), {"f_kind": "rented"})

    assert list(form.errors) == ["f_landlord"]


def test_a_question_that_does_not_apply_is_neither_required_nor_read() -> None:
    page = page_of(KIND, LANDLORD)

    form = _send(page, {"f_kind": "own", "f_landlord": "Somebody"})

    assert form.errors == {}
    assert forms.read(form, page) == {"kind": "own", "landlord": None}


def test_what_does_not_apply_may_be_wrong_without_harm() -> None:
    page = page_of(KIND, {"key": "since", "kind": "date", "when": RENTED})

    form = _send(page, {"f_kind": "own", "f_since-y": "x"})

    assert form.errors == {}


def test_a_group_that_does_not_apply_may_be_wrong_without_harm() -> None:
    page = page_of(KIND, {**OWNERS, "when": RENTED})

    form = _send(page, {"f_kind": "own", **_card(0, party="firm", code="x", pay_by__y="x")})
    asked = _send(page, {"f_kind": "rented", **_card(0, party="firm", code="x")})

    assert (form.errors, form.problems()) == ({}, [])
    assert len(asked.problems()) == 3


def test_conditions_see_answers_of_earlier_pages() -> None:
    page = page_of(LANDLORD)

    assert list(_send(page, {}, kind="rented").errors) == ["f_landlord"]
    assert _send(page, {}, kind="own").errors == {}


def test_an_answer_on_this_page_counts_and_not_the_one_from_before() -> None:
    page = page_of(KIND, LANDLORD)

    form = _send(page, {"f_kind": "own"}, kind="rented", landlord="Somebody")

    assert forms.read(form, page) == {"kind": "own", "landlord": None}


def test_what_hangs_on_a_question_that_does_not_apply_does_not_apply_either() -> None:
    page = page_of(
        KIND,
        {"key": "paid", "kind": "yes_no", "when": RENTED},
        {"key": "rent", "kind": "number", "when": {"==": [{"var": "paid"}, True]}},
    )

    form = _send(page, {"f_kind": "own", "f_paid": "yes"})

    assert form.errors == {}


def test_extra_fields_change_nothing() -> None:
    page = page_of(KIND)

    form = _send(page, {"f_kind": "own", "f_status": "approved", "kind": "x", "validate": "1"})

    assert forms.read(form, page) == {"kind": "own"}


def test_when_a_page_was_sent_only_what_was_sent_counts() -> None:
    page = page_of(KIND)
    form_class = forms.page_form(1, service_of_page(page), page, "en", {})

    form = form_class(MultiDict(), answers={}, data={"f_kind": "own"}, meta={"csrf": False})

    assert not form.validate()


@pytest.mark.parametrize(
    "key", ["validate", "data", "errors", "populate_obj", "process", "meta", "csrf_token", "fields"]
)
def test_a_key_cannot_shadow_what_a_form_needs_for_itself(key: str) -> None:
    page = page_of({"key": key, "kind": "text"}, {"key": "other", "kind": "text"})

    refused = _send(page, {f"f_{key}": "x"})
    fine = _send(page, {f"f_{key}": "x", "f_other": "y"})

    assert list(refused.errors) == ["f_other"]
    assert forms.read(fine, page) == {key: "x", "other": "y"}


def test_csrf_is_checked_like_in_every_form() -> None:
    page = page_of(KIND)
    form_class = forms.page_form(1, service_of_page(page), page, "en", {})

    form = form_class(MultiDict({"f_kind": "own"}), answers={})

    assert not form.validate()
    assert "csrf_token" in form.errors


def test_a_group_is_read_card_by_card() -> None:
    page = page_of(OWNERS)
    firm = {"party": "firm", "full_name": "Foo", "country": "DE", "code": "91110114MA7XCP003J"}

    form = _send(page, _card(0, **PERSON) | _card(1, **firm))

    assert form.errors == {}
    assert forms.read(form, page) == {"owners": [PERSON, firm]}


def test_conditions_in_a_card_look_at_that_card() -> None:
    page = page_of(OWNERS)

    form = _send(
        page,
        _card(0, **PERSON, code="nonsense") | _card(1, **{**PERSON, "party": "firm"}),
    )

    assert form.errors["f_owners"][1] == {"f_code": ["Fill in “Code”."]}
    assert not form.errors["f_owners"][0]
    assert [one.anchor for one in form.problems()] == ["f_owners-1-f_code"]


def test_a_group_has_neither_too_few_nor_too_many_cards() -> None:
    page = page_of(OWNERS)
    four = _card(0, **PERSON) | _card(1, **PERSON) | _card(2, **PERSON) | _card(3, **PERSON)

    none = _send(page_of({**OWNERS, "min": 2}), _card(0, **PERSON))
    many = _send(page, four)

    assert none.errors["f_owners"] == ["Add at least 2: owner."]
    assert many.errors["f_owners"] == ["Remove some: at most 3 are possible."]


def test_cards_may_have_any_numbers() -> None:
    page = page_of(OWNERS)

    form = _send(page, _card(7, **PERSON) | _card(99999, **{**PERSON, "full_name": "Zhou"}))

    owners = forms.read(form, page)["owners"]
    assert [one["full_name"] for one in owners] == ["Lin Qiao", "Zhou"]


def test_a_card_is_added_and_removed_without_losing_a_word() -> None:
    page = page_of(OWNERS)
    sent = MultiDict(_card(0, **PERSON) | _card(1, full_name="Zhou", pay_by__y="20"))

    added = _send(page, forms.edited(sent, "add:f_owners"))
    removed = _send(page, forms.edited(sent, "remove:f_owners:0"))

    assert len(added["f_owners"].entries) == 3
    assert len(removed["f_owners"].entries) == 1
    assert removed["f_owners"].entries[0].form["f_full_name"].data == "Zhou"
    assert removed["f_owners"].entries[0].form["f_pay_by"].typed["y"] == "20"


def test_a_closed_card_says_what_is_in_it() -> None:
    page = page_of(OWNERS)
    form_class = forms.page_form(1, service_of_page(page), page, "en", CHOICES)

    form = form_class(data=forms.fill(page, {"owners": [PERSON]}), answers={})

    owners = form["f_owners"]
    assert owners.heading(owners.entries[0]) == "Lin Qiao"
    assert owners.line(owners.entries[0]) == "Person · China"


def test_places_lead_to_fields() -> None:
    page = page_of(KIND, OWNERS)
    form = _send(page, {"f_kind": "own", **_card(0, **PERSON)})

    def name(place: str) -> str | None:
        field = forms.field_at(form, place)
        return field.name if field else None

    assert name("kind") == "f_kind"
    assert name("owners[0].full_name") == "f_owners-0-f_full_name"
    assert name("owners[9].full_name") == "f_owners"
    assert name("owners") == "f_owners"
    assert name("nobody") is None
    assert name("not a place!") is None


def test_a_form_is_compiled_once_for_a_version_page_and_language() -> None:
    page = page_of(KIND)
    service = service_of_page(page)

    one = forms.page_form(7, service, page, "en", {})
    same = forms.page_form(7, service, page, "en", {})
    chinese = forms.page_form(7, service, page, "zh", {})
    other = forms.page_form(7, service_of_page(page), page, "en", {})  # of another database

    assert one is same
    assert one is not chinese
    assert one is not other
    assert chinese(answers={})["f_kind"].label.text == "问题"


def test_a_page_with_some_questions_left_out_is_another_form() -> None:
    page = page_of(KIND, LANDLORD)
    service = service_of_page(page)
    narrowed = page.model_copy(update={"fields": page.fields[:1]})

    whole = forms.page_form(7, service, page, "en", {})(answers={})
    part = forms.page_form(7, service, narrowed, "en", {})(answers={})

    assert "f_landlord" in whole
    assert "f_landlord" not in part


def test_the_browser_learns_what_conditions_look_at_and_no_more() -> None:
    page = page_of(LANDLORD)
    form_class = forms.page_form(1, service_of_page(page), page, "en", {})

    form = form_class(answers={"kind": "own", "passport": "E12345678"})

    assert form.answers_looked_at() == {"kind": "own"}
    assert form["f_landlord"].render_kw["data-when"] == '{"==": [{"var": "kind"}, "rented"]}'


def test_all_cards_offer_one_list_made_once() -> None:
    page = page_of(OWNERS)
    form_class = forms.page_form(7, service_of_page(page), page, "en", CHOICES)
    entries = [{"full_name": "Lin Qiao", "country": one} for one in ("CN", "DE", "CN")]

    form = form_class(None, data=forms.fill(page, {"owners": entries}))

    lists = [card.form["f_country"].options for card in form["f_owners"].entries]
    assert len(lists) == 3
    assert all(one is lists[0] for one in lists)
    assert [one.label for one in lists[0]] == ["China", "Germany"]
