"""What officers are taught is true: the worked example works, and no complaint is unexplained."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue import checking, cli, definitions, operations
from servicedesk.catalogue.definition import Example
from tests.cases.factories import play_example
from tests.factories import MONDAY_MORNING

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "catalogue"
WORKED = FOLDER / "PARK_BIKE.yaml"
EXAMPLES = definitions.load(WORKED).examples
FAULTS = sorted((ROOT / "servicedesk" / "catalogue").glob("checking*.py"))


def test_the_worked_example_is_in_order() -> None:
    assert checking.problems(definitions.load(WORKED)) == []


def test_a_wrong_day_in_the_worked_example_is_told_with_its_line_and_the_right_one(
    tmp_path: Path,
) -> None:
    text = WORKED.read_text("utf-8")
    assert text.count("committed_due: 2026-03-04") == 1
    path = tmp_path / WORKED.name
    path.write_text(text.replace("committed_due: 2026-03-04", "committed_due: 2026-03-07"), "utf-8")
    line = text[: text.index("committed_due: 2026-03-04")].count("\n") + 1

    result = CliRunner().invoke(cli.commands, ["check", str(path)])

    assert result.exit_code == 1
    told = result.output.splitlines()[0]
    assert told.startswith(f"PARK_BIKE.yaml:{line} examples[somebody who works in the park")
    assert told.endswith(".expect.committed_due: says 2026-03-07, by the calendar it is 2026-03-04")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_the_worked_example_works(app: Flask, session: Session, example: Example) -> None:
    operations.publish(session, definitions.load(WORKED), MONDAY_MORNING)
    with app.app_context():
        case = play_example(session, "PARK_BIKE", example)
    assert case.status == example.expect.outcome


def test_the_half_hour_shows_what_the_worked_example_has() -> None:
    whole = {line.strip() for line in WORKED.read_text("utf-8").splitlines()}
    shown = re.findall(r"```yaml\n(.*?)```", (FOLDER / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.strip() for part in shown for line in part.splitlines() if line.strip()]
    assert len(lines) > 60
    assert [line for line in lines if line not in whole] == []


def test_every_complaint_is_explained() -> None:
    explained = (FOLDER / "errors.md").read_text("utf-8")
    complaints = {words for path in FAULTS for words in _complaints(path)}
    assert len(complaints) > 60
    assert sorted(words for words in complaints if not _is_in(words, explained)) == []


def _complaints(path: Path) -> Iterator[str]:
    """Yield the fixed words of each fault that a module finds, the longest piece of each."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Problem":
            continue
        if len(node.args) > 1:
            pieces = [
                one.value
                for one in ast.walk(node.args[1])
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if longest := max((piece.strip(" :;") for piece in pieces), key=len, default=""):
                yield longest


def _is_in(words: str, explained: str) -> bool:
    """Whether ``explained`` has these words, or they go on from a part that it has."""
    told = re.findall(r"`([^`]+)`", explained)
    parts = [part for one in told for part in re.split(r"…|\d+", one) if len(part.strip()) > 6]
    return any(part.strip(" :?;") in words or words in part for part in parts)
