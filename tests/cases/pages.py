"""Answers as a browser would send them."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from servicedesk.cases import examples
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import AnyField, GroupQuestion
from servicedesk.catalogue.fragments import Fragment


def form_data(page: Page | Fragment, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of ``page`` sends when filled in with ``answers``."""
    data: dict[str, Any] = {}
    for field in page.fields:
        if field.key in answers:
            _add(data, f"f_{field.key}", field, answers[field.key])
    return data


def _add(data: dict[str, Any], name: str, field: AnyField, answer: Any) -> None:  # noqa: ANN401
    if isinstance(field, GroupQuestion):
        for number, entry in enumerate(answer):
            data[f"{name}-{number}-card"] = ""
            for inner in field.fields:
                if inner.key in entry:
                    _add(data, f"{name}-{number}-f_{inner.key}", inner, entry[inner.key])
        return
    data |= {} if field.kind == "statement" else _sent(name, field.kind, answer)


def _sent(name: str, kind: str, answer: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    match kind:
        case "money":
            return {f"{name}-currency": answer["currency"], f"{name}-amount": answer["amount"]}
        case "date":
            boxes = (f"{name}-y", f"{name}-m", f"{name}-d")
            return dict(zip(boxes, str(answer).split("-"), strict=True))
        case "yes_no":
            return {name: "yes" if answer else "no"}
        case "declaration":
            return {name: "y"} if answer else {}
        case "files":
            return {
                name: [(BytesIO(examples.paper(one)), f"{at}.png") for at, one in enumerate(answer)]
            }
        case _:
            return {name: answer}
