"""Every address of the application: who may call it, and how it finds whose object it is."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Flask

STREAM: Final = "events"  # answered before Flask, by servicedesk.asgi
_STATIC: Final = "static"  # files we ship, the same for everybody


@dataclass(frozen=True)
class Route:
    """One rule of the application."""

    rule: str
    methods: list[str]
    endpoint: str
    access: str | None  # "public", or the permission that the view requires
    object_check: str | None  # the queries that find what the address names, as it declares

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
            object_check=_finders(app.view_functions[rule.endpoint]),
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
    names = [f"{one.__module__}.{one.__name__}" for one in getattr(view, "finds", ())]
    return ", ".join(names) or None
