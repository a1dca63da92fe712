"""No change is told in the code of definitions: not in English, not in Chinese."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask

from servicedesk.catalogue import definitions, revisions, settings
from servicedesk.catalogue.change_names import ASPECTS, ENTRIES, LETTERS, THINGS, WHOLE
from servicedesk.catalogue.change_words import OPAQUE
from servicedesk.catalogue.definition import LetterKind, Service, Setting
from servicedesk.web.words import spoken
from tests import shipped
from tests.catalogue.factories import SMALL, text

CODED = re.compile(
    r"""[a-z]_|_[a-z]|[a-z]\.[a-z]|"|(?<![\w])'|[{}\[\]]|None|True|False|something else"""
)
SERVICES = [pytest.param(one, id=one.code) for one in shipped.services() if one.settings]


def _other(setting: Setting) -> int | str:
    """Return another value that the setting may have."""
    if setting.options:
        return (
            " ".join(setting.options) if len(setting.options) > 1 else next(iter(setting.options))
        )
    if isinstance(setting.value, str):
        return f"{setting.value}+"
    return (setting.value or 0) + 2


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_we_ship_is_told_once_in_words(
    app: Flask, service: Service, language: str
) -> None:
    chosen = {key: _other(one) for key, one in service.settings.items()}
    other = [key for key, one in service.settings.items() if chosen[key] != one.current]

    changed = revisions.changes(service, settings.with_chosen(service, chosen))

    assert sorted(one.place for one in changed) == sorted(f"settings.{key}" for key in other)
    with app.test_request_context(f"/?lang={language}"):
        said = [spoken(one.words) for one in changed]
    assert [line for line in said if CODED.search(line)] == []


def test_a_figure_with_its_unit_reads_as_people_say_it(app: Flask) -> None:
    service = next(one for one in shipped.services() if one.code == "WP_EXT")
    (change,) = revisions.changes(service, settings.with_chosen(service, {"review_days": 5}))

    assert change.matter is revisions.Matter.TIME
    assert str(change.words) == "Time promised for the review: 3 → 5 working days"
    with app.test_request_context("/?lang=zh"):
        assert spoken(change.words) == "承诺审查时限：3 个工作日 → 5 个工作日"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_word_and_list_of_a_definition_is_told_in_words(
    app: Flask, language: str
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        for service in shipped.services()[::20]:
            for place, line in _each_change_said(service):
                assert not CODED.search(line), (place, line)


def test_every_key_that_a_definition_may_have_is_named() -> None:
    schema = Service.model_json_schema(by_alias=True)
    parts = {
        name: set(part.get("properties", ()))
        for name, part in schema["$defs"].items()
        if name not in {"Example", "Expectation", "PagesOf", "Setting", "Text"}
    }
    keys = set().union(*parts.values()) - {"key"}
    things = {place.rpartition(".")[2] for place in THINGS}
    by_themselves = {"working_days", "calendar_days", "amount"}

    assert keys - set(ASPECTS) - set(ENTRIES) - things - by_themselves == set()
    assert set(schema["properties"]) - set(WHOLE) - things == {"schema", "examples"}
    assert set(LETTERS) == set(LetterKind)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda d: d["clock"]["committed"].update(working_days=5),
            "Promised time: 3 working days → 5 working days",
        ),
        (lambda d: d.update(audience="person"), "Who applies: Everybody → People"),
        (
            lambda d: d["stages"][1]["tasks"][0].update(department="park"),
            "Task “Decide”, department: Market regulation → Park",
        ),
        (lambda d: d.update(title_from=["kind"]), "Answers that name the matter: Full name → Kind"),
        (
            lambda d: d["pages"][0]["fields"][2].update(when={"==": [{"var": "kind"}, "own"]}),
            "Question “Landlord”, when it applies: changed",
        ),
        (
            lambda d: d["pages"][0]["fields"][0].update(help=text("As printed", "与护照一致")),
            "Question “Full name”, hint: none → “As printed”",
        ),
        (lambda d: d["letters"].pop("refused"), "Letter “Notice of decision: refused”: no longer"),
        (
            lambda d: d["stages"][0]["tasks"][0].update(limit={"working_days": 1, "source": "OWN"}),
            "Task “Check the papers”, time limit: changed",
        ),
        (lambda d: d["guide"]["conditions"].clear(), "Guide, conditions: “You are of age.” → none"),
    ],
)  # fmt: skip
def test_a_change_names_what_it_is_about(change: Any, words: str) -> None:  # noqa: ANN401
    data = copy.deepcopy(dict(SMALL))
    change(data)
    (found,) = revisions.changes(definitions.parse(dict(SMALL)), definitions.parse(data))

    assert str(found.words) == words


def test_an_address_that_a_question_asks_for_is_called_as_the_question() -> None:
    service = next(one for one in shipped.services() if one.code == "E_FILE")
    after = settings.filled_in(service)
    before = copy.deepcopy(after)
    place = f"confirmation.people[{len(after['confirmation']['people']) - 1}].email"
    settings.put(before, place, None)

    assert "none → E-mail of the liaison" in str(revisions.said(place, before, after))


def test_a_text_that_inserts_a_setting_shows_its_value() -> None:
    data = copy.deepcopy(dict(SMALL))
    data["settings"] = {"years": {"label": text("Years"), "value": 3, "source": "OWN"}}
    data["guide"]["objects"] = text("At most {years} years", "至多 {years} 年")
    before = definitions.parse(data)
    data["guide"]["objects"] = text("Not over {years} years", "不超过 {years} 年")

    (found,) = revisions.changes(before, definitions.parse(data))

    assert str(found.words) == (
        "Guide, service objects: “At most 3 years” reads “Not over 3 years”"
    )


def _each_change_said(service: Service) -> Iterator[tuple[str, str]]:
    """Yield what is said where any one part of ``service`` is otherwise, one of each shape."""
    data = settings.filled_in(service)
    shapes = {re.sub(r"\[[^\]]*\]", "[]", place): place for place in _leaves(data, "")}
    for place in shapes.values():
        before = copy.deepcopy(data)
        settings.put(before, place, _made_up(settings.figure_at(service, place)))
        yield place, spoken(revisions.said(place, before, data))


def _leaves(data: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(data, Mapping):
        for key, part in data.items():
            at = f"{where}.{key}" if where else key
            if key not in {"key", "schema", "examples", "settings", "en", "zh"}:
                yield at
                yield from () if key in OPAQUE else _leaves(part, at)
    elif isinstance(data, list):
        for at, part in enumerate(data):
            if isinstance(part, Mapping):
                yield from _leaves(part, f"{where}[{part.get('key', at)}]")


def _made_up(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return None
