"""From a YAML file to a checked ``Service``, and from there to what is stored.

What is wrong with a file is told with the file, the line and the path inside it, all of
it at once: ``name.yaml:41 pages[person].fields[full_name].max: should be a number``.
"""

import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pydantic import ValidationError

from servicedesk.catalogue import sharing, telling, telling_yaml
from servicedesk.catalogue.composing import composed
from servicedesk.catalogue.definition import Service
from servicedesk.errors import RuleBroken
from servicedesk.resources import of_park
from servicedesk.words import say

SERVICES: Final = Path(__file__).parent / "services"
SHARED_SETTINGS: Final = Path(__file__).parent / "shared_settings.yaml"

Step = str | int
Known = Callable[[str], Service | None]  # finds the definition of another service by its code
_STEP: Final = re.compile(r"\[([^\]]*)\]|([^.\[]+)")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a definition, and where."""

    where: str  # "pages[person].fields[full_name].max"
    fault: str  # in English, for the author of the file
    line: int | None = None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{line} {self.where}: {self.fault}".strip()


class DefinitionInvalid(RuleBroken):
    """A definition cannot be used; ``problems`` says why, one by one."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(
            say(
                "The definition %(name)s has faults (%(count)s). The first: %(first)s",
                name=name,
                count=len(problems),
                first=str(problems[0]),
            )
        )
        self.name = name
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.name}{_gap(one)}{one}" for one in self.problems)


@dataclass(frozen=True)
class Written:
    """A definition as its file has it: the service, and where in the file each part stands."""

    name: str  # of the file
    service: Service
    node: yaml.Node | None

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return ``problems`` with the lines they are about, from top to bottom."""
        found = [replace(one, line=_line(self.node, steps_of(one.where))) for one in problems]
        return sorted(found, key=lambda one: one.line or 0)


def load(path: Path) -> Service:
    """Return the service that the file at ``path`` defines.

    Raises:
        DefinitionInvalid: it is not YAML, or not a definition.
    """
    return read(path).service


def read(path: Path) -> Written:
    """Return the definition that the file at ``path`` holds, whole.

    Raises:
        DefinitionInvalid: it is not YAML, or not a definition.
    """
    data, node = _said(path)
    whole = composed(data, lambda code: _taken(path, code, node))
    return Written(path.name, _checked(whole, path.name, node), node)


def beside(path: Path) -> Known:
    """Return how the services are found whose files lie beside ``path``; each is read once."""

    @cache
    def known(code: str) -> Service | None:
        other = path.with_name(f"{code}.yaml")
        return load(other) if other.exists() else None

    return known


def files(folder: Path | None = None) -> list[Path]:
    """Return the files of ``folder``, by default those of the park, in the order of names."""
    return sorted((folder or of_park("services", SERVICES)).glob("*.yaml"))


def load_all(folder: Path | None = None) -> list[Service]:
    """Return the services of ``folder``, by default those of the park, parts first.

    Raises:
        DefinitionInvalid: one of the files is not a definition.
    """
    return parts_first(load(path) for path in files(folder))


def parts_first(services: Iterable[Service]) -> list[Service]:
    """Return ``services`` in the order in which they are published: parts before bundles."""
    return sorted(services, key=lambda one: any(task.service for _, task in one.all_tasks()))


def parse(data: object, name: str = "definition") -> Service:
    """Return the service that ``data`` defines, as read from JSON or YAML.

    Raises:
        DefinitionInvalid: it is not a definition.
    """
    return _checked(data, name, None)


def dump(service: Service) -> dict[str, Any]:
    """Return ``service`` as JSON data, every default spelt out: what a version stores."""
    return service.model_dump(mode="json", by_alias=True)


def digest(service: Service) -> str:
    """Return the SHA-256 of what the definition says, in hexadecimal.

    Defaults are left out, so that a program that knows more keys than the last one does
    not take every definition for a changed one.
    """
    said = service.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def where(steps: Sequence[Step], data: object) -> str:
    """Return the path ``steps`` into ``data`` as people read it, entries by their key.

    Examples go by their name, as everywhere.

    >>> where(["pages", 0, "title"], {"pages": [{"key": "person"}]})
    'pages[person].title'
    >>> where(["examples", 0, "at"], {"examples": [{"name": "a fund"}]})
    'examples[a fund].at'
    """
    text = ""
    for step in steps:
        data = _inside(data, step)
        if isinstance(step, int):
            called = "name" if text == "examples" else "key"
            key = data.get(called) if isinstance(data, Mapping) else None
            text += f"[{key or step}]"
        else:
            text += f".{step}" if text else step
    return text or "file"


def steps_of(place: str) -> list[Step]:
    """Return the steps that a place is written with; the reverse of ``where``.

    >>> steps_of("pages[person].fields[0].label.zh")
    ['pages', 'person', 'fields', 0, 'label', 'zh']
    """
    found = (entry or key for entry, key in _STEP.findall(place))
    return [int(step) if step.isdecimal() else step for step in found]


def entry(data: object, step: Step) -> Any:  # noqa: ANN401 - any JSON
    """Return the part of ``data`` that ``step`` leads to, entries by key or number; or None."""
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, str):
        named = (one for one in data if isinstance(one, Mapping) and one.get("key") == step)
        return next(named, None)
    return _inside(data, step)


def texts(data: object, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every bilingual text of ``data`` with its place; not those of examples."""
    if isinstance(data, dict):
        if isinstance(data.get("en"), str) and isinstance(data.get("zh"), str):
            yield where, data
            return
        for key, part in data.items():
            if key not in {"when", "examples", "differs"}:
                yield from texts(part, f"{where}.{key}" if where else str(key))
    elif isinstance(data, list):
        for at, part in enumerate(data):
            key = part.get("key", at) if isinstance(part, dict) else at
            yield from texts(part, f"{where}[{key}]")


def shared_settings() -> Mapping[str, Any]:
    """Return the settings that services of the park share, by name, as the file has them.

    Raises:
        DefinitionInvalid: it is not YAML.
    """
    return _shared(of_park("shared_settings.yaml", SHARED_SETTINGS))


@cache
def _shared(path: Path) -> Mapping[str, Any]:
    data, _node = _data(path)
    return cast("Mapping[str, Any]", data or {})


def _said(path: Path) -> tuple[Any, yaml.Node | None]:
    """Return what the file at ``path`` says, shared settings written out, and where in it."""
    data, node = _data(path)
    shared = shared_settings()
    if faults := list(sharing.faults(data, shared)):
        problems = [Problem(at, fault, _line(node, steps_of(at))) for at, fault in faults]
        raise DefinitionInvalid(path.name, problems)
    return sharing.unfolded(data, shared), node


def _data(path: Path) -> tuple[Any, yaml.Node | None]:
    """Return what the file at ``path`` says, and where in it."""
    text = _text(path)
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = telling_yaml.line_of(error, text)
        problem = Problem("file", telling_yaml.fault(error, text), line)
        raise DefinitionInvalid(path.name, [problem]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = Problem(
            "file", f"has a character no YAML has, #x{error.character:04x}; take it out", line
        )
        raise DefinitionInvalid(path.name, [problem]) from None
    if not isinstance(data, dict):
        problem = Problem("file", telling.no_definition(data), _line(node, []) or 1)
        raise DefinitionInvalid(path.name, [problem])
    return data, node


def _taken(path: Path, code: str, node: yaml.Node | None) -> Mapping[str, Any]:
    """Return what the file of ``code`` beside ``path`` says; ``path`` takes pages of it."""
    other = path.with_name(f"{code}.yaml")
    if other.exists() and other != path:
        said, node_there = _said(other)
        if not _checked(said, other.name, node_there).pages_of:
            return cast("Mapping[str, Any]", said)
    fault = (
        f"names {code!r}, which is no other service here, or takes pages itself;"
        " write the code of a file beside this one that has its own pages"
    )
    problem = Problem("pages_of", fault, _line(node, ["pages_of"]))
    raise DefinitionInvalid(path.name, [problem])


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = f"is not UTF-8: byte {error.object[error.start]:#04x}; save it as UTF-8"
        line = raw.count(b"\n", 0, error.start) + 1
        raise DefinitionInvalid(path.name, [Problem("file", fault, line)]) from None


def _checked(data: object, name: str, node: yaml.Node | None) -> Service:
    try:
        return Service.model_validate(data)
    except ValidationError as error:
        found = [(one, _real_steps(one["loc"], data)) for one in error.errors()]
        told = telling.to_be_told(found, data, _schema())
        problems = [_problem(one, steps, data, node) for one, steps in told]
        problems.sort(key=lambda one: one.line or 0)
        raise DefinitionInvalid(name, problems) from None


def _problem(
    error: Mapping[str, Any], real: Sequence[Step], data: object, node: yaml.Node | None
) -> Problem:
    """Return what an error of pydantic's says to the author."""
    at = real[:-1] if real and real[-1] == "[key]" else real
    return Problem(where(at, data), telling.fault(error, real, data, _schema()), _line(node, real))


@cache
def _schema() -> dict[str, Any]:
    return Service.model_json_schema(by_alias=True)


def _real_steps(steps: Sequence[Step], data: object) -> list[Step]:
    """Return ``steps`` without the names of kinds that pydantic puts between."""
    real: list[Step] = []
    for at, step in enumerate(steps):
        is_last = at == len(steps) - 1
        inner = _inside(data, step)
        if inner is None and not is_last and isinstance(data, Mapping) and step == data.get("kind"):
            continue
        real.append(step)
        data = inner
    return real


def _inside(data: object, step: Step) -> object:
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, Sequence) and not isinstance(data, str) and isinstance(step, int):
        return data[step] if step < len(data) else None
    return None


def _line(node: yaml.Node | None, steps: Sequence[Step]) -> int | None:
    """Return the line of the file, from 1, where ``steps`` lead, or as far as they lead."""
    if node is None:
        return None
    line = node.start_mark.line
    for step in steps:
        at, node = _child(node, step)
        if node is None:
            break
        line = at
    return line + 1


def _child(node: yaml.Node, step: Step) -> tuple[int, yaml.Node | None]:
    """Return on which line ``step`` stands inside ``node``, from 0, and what it leads to."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode):
        for at, entry in enumerate(node.value):
            if step in {at, _name(entry)}:
                return entry.start_mark.line, entry
    return 0, None


def _name(entry: yaml.Node) -> str | None:
    """Return the key of an entry, or of an example the name."""
    parts = entry.value if isinstance(entry, yaml.MappingNode) else ()
    said = {
        key.value: value.value
        for key, value in parts
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
    return said.get("key") or said.get("name")


def _gap(problem: Problem) -> str:
    return "" if problem.line else ": "


class _Loader(yaml.CSafeLoader):
    """YAML without its surprises: ``no`` is a word, a date is a text, no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - as in PyYAML
        """Return the mapping; a key that comes twice is an error."""
        seen: set[object] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands here twice", key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
