"""The limits of the house: small files, small functions, flat code, no cycles, all explained."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    [*(ROOT / "servicedesk").rglob("*.py"), ROOT / "config.py", ROOT / "hatch_build.py"]
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES = 400  # a file
LONGEST = 60  # lines, a function
USUAL = 30  # lines; nineteen functions of twenty keep to it
DEEPEST = 3  # blocks within blocks
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib", "base"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Try, ast.Match)


@dataclass(frozen=True)
class Found:
    """A function and where it stands."""

    where: str
    node: Function
    is_public: bool


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Found]:
    yield from _functions(parsed(path), named(path), in_public=True)


def _functions(tree: ast.AST, where: str, *, in_public: bool) -> Iterator[Found]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            is_public = in_public and not node.name.startswith("_")
            yield Found(f"{where}:{node.lineno} {node.name}", node, is_public)
            yield from _functions(node, where, in_public=False)
        elif isinstance(node, ast.ClassDef):
            yield from _functions(
                node, where, in_public=in_public and not node.name.startswith("_")
            )
        else:
            yield from _functions(node, where, in_public=in_public)


def length(node: Function) -> int:
    """Return how many lines a function has, without its docstring."""
    assert node.end_lineno is not None
    whole = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is None or first.end_lineno is None:
        return whole
    return whole - (first.end_lineno - first.lineno + 1)


def depth(node: ast.AST) -> int:
    """Return how deep blocks stand within blocks below ``node``."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue  # counted by itself
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and [child] == node.orelse
        step = 1 if isinstance(child, _BLOCKS) and not is_elif else 0
        deepest = max(deepest, step + depth(child))
    return deepest


def is_self_evident(node: Function) -> bool:
    """Return whether it needs no words: a double-underscore method, a setter, a mere shape."""
    is_setter = any(
        isinstance(word, ast.Attribute) and word.attr == "setter" for word in node.decorator_list
    )
    return node.name.startswith("__") or is_setter or ast.unparse(node.body[0]) == "..."


EVERY_FUNCTION = [found for path in SOURCES for found in functions(path)]


@pytest.mark.parametrize("path", [*SOURCES, *TESTS, ROOT / "dev"], ids=named)
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_no_function_is_long() -> None:
    assert [found.where for found in EVERY_FUNCTION if length(found.node) > LONGEST] == []


def test_nineteen_functions_of_twenty_are_short() -> None:
    lengths = [length(found.node) for found in EVERY_FUNCTION]

    assert quantiles(lengths, n=20)[-1] <= USUAL


def test_no_code_is_deeply_nested() -> None:
    assert [found.where for found in EVERY_FUNCTION if depth(found.node) > DEEPEST] == []


def test_imports_stand_at_the_top() -> None:
    inside = [
        found.where
        for found in EVERY_FUNCTION
        for node in ast.walk(found.node)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_every_public_function_is_typed_and_explained() -> None:
    silent = [
        found.where
        for found in EVERY_FUNCTION
        if found.is_public
        and not is_self_evident(found.node)
        and (found.node.returns is None or ast.get_docstring(found.node) is None)
    ]

    assert silent == []


def test_every_module_says_what_it_is() -> None:
    silent = [named(path) for path in SOURCES if ast.get_docstring(parsed(path)) is None]

    assert silent == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [named(path) for path in [*SOURCES, *TESTS] if path.stem in VAGUE] == []


def test_nobody_reads_the_clock_but_the_clock() -> None:
    allowed = {"servicedesk/clock.py"}
    reading = [
        f"{named(path)}:{node.lineno}"
        for path in SOURCES
        if named(path) not in allowed
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]

    assert reading == []


def test_only_views_and_commands_commit() -> None:
    layers = ("operations", "queries", "policy", "models", "rules")
    committing = [
        f"{named(path)}:{node.lineno}"
        for path in SOURCES
        if path.stem in layers or path.parent.name in layers
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]

    assert committing == []


def rules() -> list[Path]:
    """Return the modules of rules: the lowest layer inside a feature."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one["name"].endswith("-> rules"))
    features = {ROOT / feature.replace(".", "/") for feature in contract["containers"]}
    names = re.findall(r"\w+", contract["layers"][-1])
    return [path for path in SOURCES if path.parent in features and path.stem in names]


def imported(path: Path) -> set[str]:
    """Return what a module imports, each thing with the packages it lies in."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names | {name.partition(".")[0] for name in names}


def test_rules_know_no_database_and_no_web() -> None:
    outside = {"sqlalchemy", "flask", "werkzeug", "wtforms", "servicedesk.web.models"}
    outside |= {"flask_babel", "flask_login", "flask_wtf"}
    outside |= {"servicedesk.database", "servicedesk.extensions"}

    knowing = {named(path): found for path in rules() if (found := imported(path) & outside)}

    assert len(rules()) > 50
    assert knowing == {}


def test_python_knows_no_service() -> None:
    """Which services there are is data: another park has others.  Sources have codes too."""
    services = {path.stem for path in (ROOT / "servicedesk/catalogue/services").glob("*.yaml")}
    sources = set(yaml.safe_load((ROOT / "servicedesk/catalogue/sources.yaml").read_text("utf-8")))
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(services - sources))})\b")
    naming = {
        f"{named(path)}:{line}: {said}"
        for path in SOURCES
        for line, said in _texts(path)
        if pattern.search(said)
    }
    assert len(services) > 60
    assert naming == set()


def test_python_knows_no_place() -> None:
    """Law and names of a place are data too; invented names fill the park of the benchmark."""
    place = re.compile("Beijing|Changping|Zhongguancun|北京|昌平|中关村")
    naming = {
        f"{named(path)}:{line}: {said}"
        for path in SOURCES
        for line, said in _texts(path)
        if path.name != "seeding_bench.py" and place.search(said)
    }
    assert naming == set()


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts that a module says or compares; not what explains it to readers."""
    tree = parsed(path)
    explaining = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | Function)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in explaining:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value
