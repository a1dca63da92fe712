"""Answers as a browser would send them."""

from collections.abc import Mapping
from typing import Any

from servicedesk.catalogue.definition import Page


def form_data(page: Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of ``page`` sends when filled in with ``answers``."""
    data: dict[str, Any] = {}
    for field in page.fields:
        if field.key in answers:
            _add(data, f"f_{field.key}", field, answers[field.key])
    return data


def _add(data: dict[str, Any], name: str, field: Any, answer: Any) -> None:
    match field.kind:
        case "group":
            for number, entry in enumerate(answer):
                data[f"{name}-{number}-card"] = ""
                for inner in field.fields:
                    if inner.key in entry:
                        _add(data, f"{name}-{number}-f_{inner.key}", inner, entry[inner.key])
        case "money":
            data |= {f"{name}-currency": answer["currency"], f"{name}-amount": answer["amount"]}
        case "date":
            data |= dict(
                zip((f"{name}-y", f"{name}-m", f"{name}-d"), str(answer).split("-"), strict=True)
            )
        case "yes_no":
            data[name] = "yes" if answer else "no"
        case "declaration":
            data |= {name: "y"} if answer else {}
        case "statement":
            pass
        case _:
            data[name] = answer
