"""Ways to change one thing in a definition that is in order."""

from collections.abc import Callable
from typing import Any

from tests.catalogue.factories import text

Data = dict[str, Any]
Change = Callable[[Data], object]


def accept(data: Data) -> Data:
    task: Data = data["stages"][0]["tasks"][0]
    return task


def decide(data: Data) -> Data:
    task: Data = data["stages"][1]["tasks"][0]
    return task


def fields(data: Data) -> list[Data]:
    fields: list[Data] = data["pages"][0]["fields"]
    return fields


def example(**changes: Any) -> Data:  # noqa: ANN401
    return {
        "name": "one",
        "at": "2026-03-02T09:00+08:00",
        "answers": {"full_name": "Lin Qiao", "kind": "own"},
        "expect": {"outcome": "open"},
        **changes,
    }


def second_task(data: Data, **changes: Any) -> Data:  # noqa: ANN401
    task = {**decide(data), "key": "second", **changes}
    data["stages"][1]["tasks"].append(task)
    return task


OWN = {"==": [{"var": "kind"}, "own"]}
ACCEPTED = [["2026-03-03", "accept", "accept"], ["2026-03-03", "decide", "approve"]]


def limit(**changes: Any) -> Data:  # noqa: ANN401
    return {"working_days": 3, "source": "L_ALL", **changes}


def setting(value: object, **changes: Any) -> Data:  # noqa: ANN401
    return {"label": text("Days", "天数"), "value": value, "source": "OWN", **changes}


def field(kind: str, **changes: Any) -> Data:  # noqa: ANN401
    return {"key": "more", "kind": kind, "label": text("More", "更多"), **changes}


def money(**changes: Any) -> Data:  # noqa: ANN401
    return field("money", **changes)


def group_with_total(**changes: Any) -> Data:  # noqa: ANN401
    return field(
        "group",
        item=text("owner", "股东"),
        title=["name"],
        total={"label": text("Sum", "合计"), "field": "share", "target": "kind", **changes},
        fields=[field("text", key="name"), money(key="share")],
    )


def review() -> Data:
    task = {
        "key": "look",
        "name": text("Look", "查看"),
        "department": "park",
        "duty": "reviewer",
        "actions": {"recommend": "next", "advise_refusal": "next"},
    }
    return {"key": "review", "name": text("Review", "审查"), "tasks": [task]}
