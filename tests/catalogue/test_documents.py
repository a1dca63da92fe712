"""What officers are taught is true: the worked example works, and no complaint is unexplained."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue import checking, cli, definitions, operations
from servicedesk.catalogue.definition import Example, Service
from servicedesk.catalogue.limits import Limit
from tests import shipped
from tests.cases.factories import play_example
from tests.factories import MONDAY_MORNING

SHAPES = ("blocks", "definition", "definitions", "fields", "limits")
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "catalogue"
WORKED = FOLDER / "PARK_BIKE.yaml"
EXAMPLES = definitions.load(WORKED).examples
PACKAGE = ROOT / "servicedesk"
FAULTS = [
    *sorted((PACKAGE / "catalogue").glob("checking*.py")),
    *(PACKAGE / "catalogue" / f"{name}.py" for name in SHAPES),
    *(PACKAGE / "cases" / f"example_{name}.py" for name in ("sending", "walk")),
]
_CHOICE = "⟨what there is⟩"  # where ``suggesting`` ends a complaint


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
    assert ".expect.committed_due: says 2026-03-07, by the calendar it is 2026-03-04; write" in told


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


def test_the_readme_counts_the_services_that_there_are() -> None:
    listed = [one for one in shipped.services() if one.listed]
    applied_for = [one for one in listed if one.pages]

    said = (ROOT / "README.md").read_text("utf-8")

    assert f"{len(listed)} are there" in said
    assert f"{len(applied_for)} are applied for here" in said


def test_the_table_of_services_says_what_the_definitions_say() -> None:
    said = (ROOT / "docs" / "services.md").read_text("utf-8")
    for service in shipped.services():
        row = f"| `{service.code}` | {service.name.en}, {service.name.zh} |"
        line = next((one for one in said.splitlines() if one.startswith(row)), "")
        end = f"| {_days(service)} | {service.result.name.zh} | {len(service.examples)} |"
        assert line.endswith(end), row


def _days(service: Service) -> str:
    if service.clock is None:
        return "–"
    limits = service.clock.legal, service.clock.committed
    return f"{' / '.join(map(_limit, limits))}, from {service.clock.starts}"


def _limit(limit: Limit | None) -> str:
    if limit is None:
        return "–"
    days = f"{limit.calendar_days} calendar" if limit.calendar_days else str(limit.working_days)
    return f"{days} (+{limit.extend})" if limit.extend else days


def test_every_complaint_is_explained() -> None:
    explained = (FOLDER / "errors.md").read_text("utf-8")
    complaints = {_fixed(words) for path in FAULTS for words in _complaints(path)}
    assert len(complaints) > 120
    assert sorted(words for words in complaints if not _is_in(words, explained)) == []


def test_every_complaint_says_what_to_write_instead() -> None:
    silent = [words for path in FAULTS for words in _complaints(path) if not _helps(words)]
    assert silent == []


def _helps(complaint: str) -> bool:
    """Whether something follows the fault: what to do, or what there is to choose from."""
    return "; " in complaint or _CHOICE in complaint


def _fixed(complaint: str) -> str:
    """Return the longest piece of what is said to be wrong that is the same each time."""
    fault = complaint.partition("; ")[0].replace(_CHOICE, "…")
    return max((piece.strip(" :;?") for piece in fault.split("…")), key=len)


def _complaints(path: Path) -> Iterator[str]:
    """Yield each fault that a module finds, ``…`` for what differs each time."""
    tree = ast.parse(path.read_text("utf-8"))
    fixed = _assigned(tree.body)
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        words = fixed | _assigned(ast.walk(function))
        for node in ast.walk(function):
            for told in _told(node):
                if (said := _said(told, words)).strip("…"):
                    yield said


def _told(node: ast.AST) -> list[ast.expr]:
    """Return what ``node`` tells an author, if it does."""
    if isinstance(node, ast.Call):
        at = {"Problem": 1, "_CannotHappenError": 0, "ValueError": 0}.get(_name(node.func))
        return node.args[at : at + 1] if at is not None else []
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
        return node.value.elts[1:]
    return []


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            found.setdefault(_name(target), []).append(node.value)
    return {name: sorted(values, key=lambda one: one.lineno) for name, values in found.items()}


def _said(node: ast.expr, words: Mapping[str, Sequence[ast.expr]]) -> str:
    """Return what ``node`` says; a name says what it was given last before it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else "…"
    if isinstance(node, ast.FormattedValue):
        return _said(node.value, words)
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(one, words) for one in node.values)
    if isinstance(node, ast.Name):
        before = [one for one in words.get(node.id, ()) if one.lineno < node.lineno]
        return _said(before[-1], words) if before else "…"
    is_choice = isinstance(node, ast.Call) and _name(node.func) in {"instead", "how_many"}
    return _CHOICE if is_choice else "…"


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_in(words: str, explained: str) -> bool:
    """Whether ``explained`` has these words, or they go on from a part that it has."""
    told = re.findall(r"`([^`]+)`", explained)
    parts = [part for one in told for part in re.split(r"…|\d+", one) if len(part.strip()) > 6]
    return any(part.strip(" :?;") in words or words in part for part in parts)
