"""Settings: an administrator changes a figure, and everything that reads it follows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import change_words, checking, cli, operations, queries, settings
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.sources import sources
from servicedesk.errors import NotFound, NotPermitted, RuleBroken
from tests import shipped
from tests.catalogue.factories import make_service, publish, small, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

SETTINGS: Mapping[str, Any] = {
    "promised": {
        "label": text("Promised within", "承诺时限"),
        "value": 3,
        "unit": text("working days", "个工作日"),
        "sets": ["clock.committed.working_days"],
        "source": "OWN",
        "differs": {"L_ALL": 5},
    },
    "unit_kinds": {
        "label": text("Kinds of places", "地址类型"),
        "value": "hosted",
        "options": {"room": text("Rooms", "房间"), "hosted": text("Hosted", "集中登记地")},
        "source": "OWN",
    },
}
GUIDE = {
    **small()["guide"],
    "objects": text("Answered in {promised} days", "{promised} 日内答复"),
}


def _published(session: Session) -> ServiceVersion:
    return publish(session, settings=SETTINGS, guide=GUIDE)


def _set(session: Session, key: str, value: str, *, role: Role = Role.ADMIN) -> bool:
    admin = make_user(session, role=role)
    made = operations.set_setting(
        session, "T_SMALL", key, value, by=admin, now=MONDAY_MORNING + timedelta(days=1),
        reason="Notice 7",
    )  # fmt: skip
    session.commit()
    return bool(made)


def _now(session: Session) -> Service:
    return queries.get_service(session, "T_SMALL")[1]


def test_a_figure_that_is_set_holds_in_clock_texts_lists_and_rules(
    session: Session, browser: Browser
) -> None:
    _published(session)

    assert _set(session, "promised", "2")

    service = _now(session)
    assert service.clock is not None
    assert service.clock.committed is not None
    assert service.clock.committed.working_days == 2
    assert service.guide.objects.zh == "2 日内答复"
    assert service.setting_values["promised"] == 2
    assert "Promised: 2 working days" in browser.get("/services").text
    assert "Answered in 2 days" in browser.get("/services/T_SMALL").text


def test_an_application_keeps_the_figures_it_was_begun_with(session: Session) -> None:
    before = _published(session)

    _set(session, "promised", "2")

    assert queries.service_of(before).setting_values["promised"] == 3
    assert queries.service_of(before).guide.objects.en == "Answered in 3 days"


def test_setting_the_same_again_changes_nothing(session: Session) -> None:
    _published(session)

    assert not _set(session, "promised", "3")
    assert _set(session, "promised", "2")
    assert not _set(session, "promised", "2")
    assert session.scalar(sa.select(sa.func.max(ServiceVersion.number))) is not None
    assert queries.get_service(session, "T_SMALL")[0].current.number == 2


def test_publishing_the_file_again_keeps_what_was_set(session: Session) -> None:
    _published(session)
    _set(session, "promised", "2")

    again = operations.publish(
        session, make_service(settings=SETTINGS, guide=GUIDE), MONDAY_MORNING
    )

    assert again.number == 2
    assert _now(session).setting_values["promised"] == 2


def test_it_may_be_set_back(session: Session) -> None:
    _published(session)
    _set(session, "promised", "2")
    _set(session, "promised", "3")

    assert _now(session).guide.objects.en == "Answered in 3 days"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("promised", "soon", "whole number"),
        ("promised", "-1", "whole number"),
        ("promised", "21", "may not be longer than the legal limit of 20 working days"),
        ("unit_kinds", "cellar", "There are: room, hosted"),
        ("unit_kinds", "", "1 to 200 characters"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    session: Session, key: str, value: str, words: str
) -> None:
    _published(session)

    with pytest.raises(RuleBroken, match=words):
        _set(session, key, value)


def test_only_an_administrator_sets(session: Session) -> None:
    _published(session)

    with pytest.raises(NotPermitted):
        _set(session, "promised", "2", role=Role.SUPERVISOR)


def test_an_unknown_setting_is_not_there(session: Session) -> None:
    _published(session)

    with pytest.raises(NotFound):
        _set(session, "no_such", "2")


def test_the_commands_list_and_set(app: Flask, session: Session) -> None:
    _published(session)
    admin = make_user(session, role=Role.ADMIN)
    runner = app.test_cli_runner()
    said = ["--by", admin.email, "--reason", "Notice 7"]

    first = runner.invoke(cli.commands, ["settings", "T_SMALL"])
    done = runner.invoke(cli.commands, ["set", "T_SMALL", "promised", "2", *said])
    again = runner.invoke(cli.commands, ["set", "T_SMALL", "promised", "2", *said])
    wrong = runner.invoke(cli.commands, ["set", "T_SMALL", "promised", "x", *said])
    then = runner.invoke(cli.commands, ["settings"])
    less = runner.invoke(cli.commands, ["set", "T_SMALL", "promised", "1", "--preview", *said])

    assert "T_SMALL promised: 3 working days" in first.output
    assert "source OWN" in first.output
    assert "differs: L_ALL: 5" in first.output
    assert done.output == (
        "T_SMALL: version 2 published\n    Promised within: 3 → 2 working days\n"
    )
    assert again.output == "T_SMALL promised: 2 already\n"
    assert less.output == (
        "T_SMALL: version 3 would be published\n    Promised within: 2 → 1 working day\n"
        "nothing was published: this was a preview\n"
    )
    assert (wrong.exit_code, "whole number" in wrong.output) == (1, True)
    assert "set here; the file says 3" in then.output


@pytest.mark.parametrize(
    ("value", "unit", "en"),
    [
        (2, "working days", "2 working days"),
        (1, "working days", "1 working day"),
        (1, "working days of the change", "1 working day of the change"),
        (1, "CNY a year", "1 CNY a year"),
    ],
)
def test_one_is_said_in_the_singular(value: int, unit: str, en: str) -> None:
    setting = {**SETTINGS["promised"], "value": value, "unit": text(unit, "个"), "sets": []}
    service = make_service(settings={"promised": setting})

    assert str(change_words.setting_value(service.settings["promised"])) == en


def test_every_setting_we_ship_has_a_known_source() -> None:
    assert {"OWN", "L_ALL", "G_BJWP"} <= set(sources())


@pytest.mark.parametrize(
    ("code", "chosen"),
    [
        ("WP_EXT", {"legal_days": 15}),
        ("WP_CAN", {"legal_days": 15}),
        ("WP_EXT", {"review_days": 4}),
    ],
)
def test_examples_with_their_days_do_not_hold_a_limit_where_it_is(
    code: str, chosen: dict[str, int | str]
) -> None:
    service = next(one for one in shipped.services() if one.code == code)
    assert set(chosen) <= set(service.settings)

    assert checking.problems(settings.with_chosen(service, chosen)) == []
