"""Questions of several boxes, problems in the order of the page, cards of a group."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField, StringField
from wtforms.validators import DataRequired, Optional

from servicedesk.web.fields import (
    ChoiceField,
    DateBoxesField,
    GroupField,
    ManyField,
    MoneyField,
    Option,
    PickField,
    YesNoField,
    face_of,
)
from servicedesk.web.forms import DeskForm
from servicedesk.web.groups import edited

OPTIONS = (Option("a", "A"), Option("b", "B", is_taken=True), Option("c", "C", group="More"))


class Card(Form):
    """One of several."""

    f_name = StringField("Name", [DataRequired("Enter the name.")])
    f_paid = MoneyField("Paid", [DataRequired("Enter the amount.")])


class Questions(DeskForm):
    """One question of each kind."""

    f_day = DateBoxesField("Day", [DataRequired("Enter the day.")])
    f_capital = MoneyField("Capital", [DataRequired("Enter it.")], currencies=("CNY", "USD"))
    f_choice = ChoiceField("Choice", [Optional()], options=OPTIONS)
    f_pick = PickField("Pick", [Optional()], options=OPTIONS)
    f_many = ManyField("Many", [Optional()], options=OPTIONS)
    f_agent = YesNoField("Agent", [Optional()])
    f_cards = GroupField(FormField(Card), "Cards", item="card", max_entries=3)


RIGHT = {
    "f_day-y": "２０２６",
    "f_day-m": "2",
    "f_day-d": "28",
    "f_capital-currency": "USD",
    "f_capital-amount": "1,000.5",
}


def _form(app: Flask, typed: Mapping[str, object]) -> Questions:
    with app.test_request_context():
        form = Questions(formdata=MultiDict(typed), meta={"csrf": False})
        form.validate()
        return form


def _messages(app: Flask, **typed: object) -> dict[str | None, str]:
    with app.test_request_context():
        form = Questions(
            formdata=MultiDict(
                {**RIGHT, **{name.replace("__", "-"): v for name, v in typed.items()}}
            ),
            meta={"csrf": False},
        )
        form.validate()
        return {problem.anchor: problem.message for problem in form.problems()}


def test_what_was_typed_becomes_data(app: Flask) -> None:
    form = _form(app, RIGHT)

    assert form.f_day.data == date(2026, 2, 28)
    assert form.f_capital.data == {"currency": "USD", "amount": "1000.50"}
    assert form.f_agent.data is None
    assert not form.errors


@pytest.mark.parametrize(
    ("typed", "anchor", "message"),
    [
        (
            {"f_day__d": "30"},
            "f_day-y",
            "There is no such day. Enter it in figures, like 2026 11 20.",
        ),
        ({"f_day__m": ""}, "f_day-y", "Enter the month as well."),
        ({"f_day__y": "", "f_day__m": "", "f_day__d": ""}, "f_day-y", "Enter the day."),
        (
            {"f_day__y": "9" * 30},
            "f_day-y",
            "There is no such day. Enter it in figures, like 2026 11 20.",
        ),
        ({"f_capital__amount": ""}, "f_capital-amount", "Enter it."),
        (
            {"f_capital__currency": "XXX"},
            "f_capital-amount",
            "Choose one of the currencies offered.",
        ),
        ({"f_choice": "b"}, "f_choice-0", "Choose one of the answers offered."),
        ({"f_pick": "z"}, "f_pick-0", "Choose one of the answers offered."),
        ({"f_many": ["a", "z"]}, "f_many-0", "Choose only from the answers offered."),
        ({"f_cards__0__card": ""}, "f_cards-0-f_name", "Enter the name."),
    ],
)
def test_each_mistake_has_its_words_and_its_place(
    app: Flask, typed: dict[str, object], anchor: str, message: str
) -> None:
    assert _messages(app, **typed)[anchor] == message


def test_an_error_loses_no_typed_word(app: Flask) -> None:
    form = _form(app, {**RIGHT, "f_day-d": "thirty", "f_capital-amount": "a lot"})

    assert form.f_day.typed == {"y": "２０２６", "m": "2", "d": "thirty"}
    assert form.f_capital.typed["amount"] == "a lot"


def test_problems_come_in_the_order_of_the_page(app: Flask) -> None:
    form = _form(app, {"f_cards-0-card": "", "f_cards-1-f_name": "Lin"})

    assert [problem.anchor for problem in form.problems()] == [
        "f_day-y",
        "f_capital-amount",
        "f_cards-0-f_name",
        "f_cards-0-f_paid-amount",
        "f_cards-1-f_paid-amount",
    ]


def test_a_problem_found_elsewhere_can_be_added(app: Flask) -> None:
    form = _form(app, RIGHT)

    form.complain("The sum is wrong.", form.f_capital)
    form.complain("Come back tomorrow.")

    assert [(one.anchor, one.message) for one in form.problems()] == [
        (None, "Come back tomorrow."),
        ("f_capital-amount", "The sum is wrong."),
    ]


@pytest.mark.parametrize(("sent", "answer"), [("yes", True), ("no", False), ("maybe", None)])
def test_yes_and_no_are_booleans(app: Flask, *, sent: str, answer: bool | None) -> None:
    form = _form(app, {**RIGHT, "f_agent": sent})

    assert form.f_agent.data is answer
    assert bool(form.f_agent.errors) == (answer is None)


def test_stored_answers_are_shown_as_typed(app: Flask) -> None:
    with app.test_request_context():
        data = {"f_day": date(2026, 2, 28), "f_capital": {"currency": "USD", "amount": "1000.50"}}
        form = Questions(formdata=None, data=data, meta={"csrf": False})

    assert form.f_day.typed == {"y": "2026", "m": "2", "d": "28"}
    assert form.f_capital.typed == {"currency": "USD", "amount": "1,000.50"}


def test_cards_are_added_and_removed_without_touching_the_others() -> None:
    typed = MultiDict(
        [
            ("f_a-0-f_x", "1"),
            ("f_a-1-f_x", "2"),
            ("f_a-1-f_x", "3"),
            ("f_ab-0-f_x", "4"),
            ("b", "5"),
        ]
    )

    removed = edited(typed, "remove:a:0")
    assert list(removed.items(multi=True)) == [
        ("f_a-0-f_x", "2"),
        ("f_a-0-f_x", "3"),
        ("f_ab-0-f_x", "4"),
        ("b", "5"),
    ]
    assert edited(removed, "add:a")["f_a-1-card"] == ""
    assert edited(MultiDict(), "add:a").to_dict() == {"f_a-0-card": ""}


@pytest.mark.parametrize("edit", ["", "drop:a", "remove:a", "remove:a:9", "remove:a:-1", "add:A b"])
def test_an_edit_that_makes_no_sense_changes_nothing(edit: str) -> None:
    typed = MultiDict({"f_a-0-f_x": "1"})

    assert edited(typed, edit).to_dict() == {"f_a-0-f_x": "1"}


def test_every_form_has_a_key_of_its_own_and_keeps_the_one_sent(app: Flask) -> None:
    with app.test_request_context():
        first, second = Questions(formdata=None), Questions(formdata=None)
        sent = Questions(formdata=MultiDict({"request_key": "kept"}))

    assert first.request_key is not None
    assert second.request_key is not None
    assert sent.request_key is not None
    assert first.request_key.data != second.request_key.data
    assert sent.request_key.data == "kept"


def test_fields_say_how_they_are_asked(app: Flask) -> None:
    form = _form(app, RIGHT)

    assert [face_of(field) for field in (form.f_day, form.f_capital, form.f_pick)] == [
        "date",
        "money",
        "pick",
    ]
