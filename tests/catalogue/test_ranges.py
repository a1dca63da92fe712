"""Settings keep between bounds: each publishes at its least and at its most, nothing beyond."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import (
    checking,
    cli,
    definitions,
    forms,
    operations,
    queries,
    ranges,
    settings,
    thresholds,
    timings,
)
from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.registry import Matter
from servicedesk.errors import RuleBroken
from tests import shipped
from tests.catalogue.factories import make_service, publish, text
from tests.factories import MONDAY_MORNING, make_user

POINTS = {"unit": text("points", "分"), "source": "OWN"}
SETTINGS: dict[str, Any] = {
    "points_a": {**POINTS, "value": 85, "most": 120, "label": text("A from", "A 类积分")},
    "points_b": {
        **POINTS, "value": 60, "not_above": "points_a", "label": text("B from", "B 类积分"),
    },
    "window_from_days": {
        "value": 120, "most": 365, "unit": text("days", "日"), "source": "OWN",
        "label": text("At the earliest", "最早"),
    },
}  # fmt: skip
_QUESTIONS = """{% from "components/form.html" import questions %}{{ questions(form) }}"""
RULES = {**thresholds.CHECKS, **timings.CHECKS}


def _ends(service: Service) -> list[tuple[str, int]]:
    """Return every number of ``service`` that is its own, at its least and at its most."""
    numbers = [
        key
        for key, one in service.settings.items()
        if not isinstance(one.value, str) and one.of is None
    ]
    return [(key, end) for key in numbers for end in ranges.allowed(service, key)]


@pytest.mark.parametrize("service", shipped.services(), ids=lambda one: one.code)
def test_each_number_we_ship_publishes_at_its_least_and_most(
    app: Flask, session: Session, service: Service
) -> None:
    known = {one.code: one for one in shipped.services()}
    for key, value in _ends(service):
        changed = settings.with_chosen(service, {key: value})

        assert checking.problems(changed, known.get) == [], (key, value)
        with app.test_request_context():
            _show(session, settings.in_force(changed))


def _show(session: Session, service: Service) -> None:
    """Show every page with the answers of the examples, and judge them."""
    for example in service.examples:
        answers = _without_files(service, asked(service, example.answers).answers)
        matter = Matter(
            session=session, answers=answers, applicant_id=1, case_id=None, now=MONDAY_MORNING,
            service=service.code, settings=service.setting_values,
        )  # fmt: skip
        for page in service.pages:
            form = forms.compiled(page, "en")(answers=answers, data=forms.fill(page, answers))
            assert render_template_string(_QUESTIONS, form=form)
            for name in page.checks:
                if name in RULES:
                    RULES[name](matter)


def _without_files(service: Service, answers: dict[str, Any]) -> dict[str, Any]:
    """Return ``answers`` without the files, of which an example says only what is on them."""
    files = {one.key for _, one in service.all_fields() if one.kind == "files"}
    left = {key: one for key, one in answers.items() if key not in files}
    for key, one in left.items():
        if isinstance(one, list) and all(isinstance(entry, dict) for entry in one):
            left[key] = [{k: v for k, v in entry.items() if k not in files} for entry in one]
    return left


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("days", (1, 3_660)),
        ("working days of the acceptance", (1, 250)),
        ("months", (1, 120)),
        ("years", (1, 100)),
        ("years of age", (10, 100)),
        ("per cent", (0, 100)),
        ("CNY a year", (0, 10**12)),
        ("promoters", (0, 1_000_000)),
    ],
)
def test_what_a_number_counts_bounds_it(unit: str, expected: tuple[int, int]) -> None:
    said = {**POINTS, "value": 20, "label": text(), "unit": text(unit, "个")}
    setting = make_service(settings={"one": said}).settings["one"]
    assert ranges.bounds(setting) == expected


BEYOND = [
    ("window_from_days", "0", "Give a whole number from 1 to 365."),
    ("window_from_days", "366", "Give a whole number from 1 to 365."),
    ("window_from_days", "99,999,999,999", "Give a whole number from 1 to 365."),
    ("window_from_days", "9" * 5_000, "Give a whole number from 1 to 365."),
    ("window_from_days", "-5", "Give a whole number from 1 to 365."),
    ("window_from_days", "1.5", "Enter a whole number."),
    ("points_b", "86", "This may not be more than “A from” (85)."),
    ("points_a", "59", "This may not be less than “B from” (60)."),
    ("points_a", "121", "Give a whole number from 1 to 120."),
]


@pytest.mark.parametrize(("key", "typed", "words"), BEYOND)
def test_a_value_beyond_its_bounds_is_refused_and_one_at_them_is_not(
    app: Flask, session: Session, key: str, typed: str, words: str
) -> None:
    publish(session, settings=SETTINGS, guide=_guide())
    admin = make_user(session, role=Role.ADMIN)
    session.commit()

    with pytest.raises(RuleBroken) as refusal:
        operations.set_setting(
            session, "T_SMALL", key, typed, by=admin, now=MONDAY_MORNING, reason="Notice 7"
        )
    said = ["--by", admin.email, "--reason", "Notice 7"]
    command = app.test_cli_runner().invoke(
        cli.commands, ["set", *said, "--", "T_SMALL", key, typed]
    )

    assert str(refusal.value) == words
    assert (command.exit_code, words in command.output) == (1, True)


def test_a_value_at_the_bound_is_taken(session: Session) -> None:
    publish(session, settings=SETTINGS, guide=_guide())
    admin = make_user(session, role=Role.ADMIN)
    for at, (key, typed) in enumerate([("points_b", "85"), ("window_from_days", "365")], start=1):
        later = MONDAY_MORNING + timedelta(days=at)
        operations.set_setting(
            session, "T_SMALL", key, typed, by=admin, now=later, reason="Notice 7"
        )
    values = queries.get_service(session, "T_SMALL")[1].setting_values
    assert (values["points_b"], values["window_from_days"]) == (85, 365)


@pytest.mark.parametrize(
    ("key", "changes", "fault"),
    [
        (
            "points_b",
            {"value": 86},
            "points_b.value: cannot be 86; write another: This may not be more than",
        ),
        (
            "points_a",
            {"value": 130},
            "points_a.value: cannot be 130; write another: Give a whole number from 1",
        ),
        ("points_a", {"least": 121}, "points_a.least: is more than most: 121 > 120"),
        (
            "points_b",
            {"not_above": "points"},
            "points_b.not_above: names no setting here: 'points'",
        ),
        ("points_a", {"value": "many"}, "points_a.most: bounds a number, this is a text"),
    ],
)
def test_a_file_keeps_to_its_own_bounds(key: str, changes: dict[str, Any], fault: str) -> None:
    said = {**SETTINGS, key: {**SETTINGS[key], **changes}}
    service = make_service(settings=said, guide=_guide())
    assert any(fault in str(one) for one in checking.problems(service))


def test_what_was_chosen_before_there_were_bounds_keeps_nobody_from_publishing() -> None:
    service = make_service(settings=SETTINGS, guide=_guide())
    beyond = settings.with_chosen(service, {"window_from_days": 9_999})
    assert checking.problems(beyond) == []


def _guide() -> dict[str, Any]:
    inserted = text("{points_a} {points_b} {window_from_days}", "积分 {points_a} {points_b}")
    return {**definitions.dump(make_service())["guide"], "objects": inserted}
