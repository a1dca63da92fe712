"""Every address of the application: who may call it, and how it finds whose object it is."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Flask

STREAM: Final = "events"  # answered before Flask, by servicedesk.asgi
_STATIC: Final = "static"  # files we ship, the same for everybody
_FINDERS: Final = ("get_", "find_")


@dataclass(frozen=True)
class Route:
    """One rule of the application."""

    rule: str
    methods: list[str]
    endpoint: str
    access: str | None  # "public", or the permission that the view requires
    object_check: str | None  # what finds the object that the address names, if it names one

    def as_json(self) -> dict[str, Any]:
        """Return the route as JSON shows it."""
        return asdict(self)


def routes(app: Flask) -> list[Route]:
    """Return all routes in the order of their addresses."""
    found = [
        Route(
            rule=rule.rule,
            methods=sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            endpoint=rule.endpoint,
            access=_access(app.view_functions[rule.endpoint], rule.endpoint),
            object_check=_finders(app.view_functions[rule.endpoint]) if rule.arguments else None,
        )
        for rule in app.url_map.iter_rules()
    ]
    stream = Route("/events", ["GET"], STREAM, "public", "servicedesk.live.topics_of")
    return sorted([*found, stream], key=lambda route: (route.rule, route.endpoint))


def _access(view: Callable[..., Any], endpoint: str) -> str | None:
    if endpoint == _STATIC:
        return "public"
    access = getattr(view, "access", None)
    return None if access is None else str(access)


def _finders(view: Callable[..., Any]) -> str | None:
    """Return what the view calls to find its object, read from its source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view))))
    except (OSError, TypeError, SyntaxError):
        return None
    return ", ".join(dict.fromkeys(_calls(tree, inspect.unwrap(view).__globals__))) or None


def _calls(tree: ast.AST, known: dict[str, Any]) -> Iterator[str]:
    """Yield the finders that are called here, or in a private function that is called here."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name.rpartition(".")[2].startswith(_FINDERS):
            yield name
        elif name.startswith("_") and inspect.isfunction(known.get(name)):
            source = textwrap.dedent(inspect.getsource(known[name]))
            yield from _calls(ast.parse(source), known={})
