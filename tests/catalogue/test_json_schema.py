"""An editor with the printed schema accepts what the desk accepts, and completes its keys."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from servicedesk.catalogue import definitions
from servicedesk.catalogue.blocks import BLOCKS, PARTS
from servicedesk.catalogue.cli import commands
from servicedesk.catalogue.json_schema import json_schema
from servicedesk.catalogue.kinds import KINDS
from tests.catalogue.factories import small, text
from tests.catalogue.shapes import faults

SCHEMA = json_schema()
BLOCK = {"key": "agent", "label": text("Agent", "代理人")}


def written(path: Path) -> Any:  # noqa: ANN401 - any JSON
    """Return what a file says, before anything of it is taken over, unfolded or completed."""
    return definitions._data(path)[0]  # noqa: SLF001 - as the file has it


def with_field(**field: object) -> dict[str, Any]:
    data = small()
    data["pages"][0]["fields"].append(BLOCK | field)
    return data


@pytest.mark.parametrize("path", definitions.files(), ids=lambda path: path.stem)
def test_every_shipped_definition_is_accepted_as_it_is_written(path: Path) -> None:
    assert faults(SCHEMA, written(path)) == []


def test_the_command_prints_this_schema() -> None:
    printed = CliRunner().invoke(commands, ["schema"])

    assert json.loads(printed.output) == SCHEMA


def test_every_kind_is_known_where_a_question_may_stand() -> None:
    on_page = SCHEMA["$defs"]["Page"]["properties"]["fields"]["items"]["discriminator"]["mapping"]
    in_group = SCHEMA["$defs"]["GroupQuestion"]["properties"]["fields"]["items"]
    simple = in_group["discriminator"]["mapping"]

    assert set(on_page) == {*KINDS, *BLOCKS, "group"}
    assert set(simple) == {*KINDS, *BLOCKS} - {"computed", "schedule"}


@pytest.mark.parametrize("kind", BLOCKS)
def test_blocks_are_accepted_with_all_that_the_desk_accepts(kind: str) -> None:
    parts = {"parts": list(PARTS[kind])[:2]} if kind in PARTS else {}
    data = with_field(kind=kind, required=False, help=text(), when={"==": [1, 1]}, **parts)

    assert faults(SCHEMA, data) == []
    definitions.parse(data)


@pytest.mark.parametrize(
    "field",
    [
        {"kind": "person", "earliest_days": 3},
        {"kind": "person", "parts": ["shoe_size"]},
        {"kind": "period", "parts": ["name"]},
        {"kind": "period", "label": None},
        {"kind": "schedule", "currencies": "CNY"},
        {"kind": "files", "max_files": 11},
        {"kind": "nothing"},
    ],
)
def test_what_the_desk_refuses_the_editor_marks(field: dict[str, object]) -> None:
    data = with_field(**field)

    assert faults(SCHEMA, data) != []
    with pytest.raises(definitions.DefinitionInvalid):
        definitions.parse(data)
