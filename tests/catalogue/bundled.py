"""A small bundle of two parts, in order, to be changed in one place."""

from typing import Any

from tests.catalogue.factories import small, text

Data = dict[str, Any]
PERSON = {"full_name": "Lin Qiao", "kind": "own", "colour": "Red", "payer": "Zhou Ruogu"}


def first_part(**changes: Any) -> Data:  # noqa: ANN401 - any part of a definition
    """Return a part that asks what the whole asks, and is decided in two stages."""
    return small(code="T_FIRST", listed=False, department="market", **changes)


def second_part(**changes: Any) -> Data:  # noqa: ANN401
    """Return a part that asks for a name under another key, decided in one step."""
    question = {"key": "account_name", "kind": "text", "label": text("Account", "账户名")}
    task = {
        "key": "record",
        "name": text("Record", "登记"),
        "department": "tax",
        "duty": "clerk",
        "actions": {"approve": "end.approved", "refuse": "end.refused", "correct": "applicant"},
    }
    data = small(
        code="T_SECOND", listed=False, department="tax", title_from=["account_name"], materials=[]
    )
    data["pages"][0]["fields"] = [question]
    data["stages"] = [{"key": "work", "name": text("Work", "办理"), "tasks": [task]}]
    data["clock"]["starts"] = "receipt"
    data["clock"]["correction"]["working_days"] = None
    data["letters"] = {
        key: {} for key in ("receipt", "withdrawn", "correction", "approved", "refused")
    }
    steps = [["2026-03-03", "record", {"correct": ["account_name"]}]]
    steps += [["2026-03-04", "applicant", {"answers": {"account_name": "B"}}]]
    data["examples"] = [
        _example(
            "mended", [*steps, ["2026-03-04", "record", "approve"]], "approved", corrected=True
        ),
        _example("refused", [["2026-03-03", "record", "refuse"]], "refused"),
    ]
    return {**data, **changes}


def whole(**changes: Any) -> Data:  # noqa: ANN401
    """Return the bundle: the first part, then the second."""
    data = small(code="T_WHOLE", department="market", materials=[small()["materials"][0]])
    ours = ("colour", "payer")
    data["pages"][0]["fields"] = [
        *data["pages"][0]["fields"],
        *({"key": key, "kind": "text", "label": text("Question", "问题")} for key in ours),
    ]
    data["materials"] = small()["materials"]
    data["stages"] = [
        {"key": "parts", "name": text("Parts", "联办"), "tasks": [_first(), _second()]}
    ]
    data["clock"]["starts"] = "receipt"
    data["clock"]["correction"]["working_days"] = None
    data["letters"] = {key: {} for key in ("receipt", "withdrawn", "approved", "refused")}
    data["examples"] = [approved(), _refused()]
    return {**data, **changes}


def approved() -> Data:
    """Return the example in which both parts are done, the first after a correction."""
    return {
        "name": "both are done",
        "at": "2026-03-02T09:00+08:00",
        "answers": PERSON,
        "materials": ["passport"],
        "steps": [
            ["2026-03-02T10:00+08:00", "first.accept", {"correct": ["material:passport"]}],
            ["2026-03-03T10:00+08:00", "first.applicant", {"gives": ["passport"]}],
            ["2026-03-03T11:00+08:00", "first.accept", "accept"],
            ["2026-03-03T12:00+08:00", "first.decide", "approve"],
            ["2026-03-03T14:00+08:00", "second.record", "approve"],
        ],
        "expect": {
            "outcome": "approved",
            "letters": ["receipt", "approved"],
            "parts": {"first": "approved", "second": "approved"},
        },
    }


def _refused() -> Data:
    return {
        "name": "the first part is not accepted",
        "at": "2026-03-02T09:00+08:00",
        "answers": PERSON,
        "materials": ["passport"],
        "steps": [["2026-03-02T10:00+08:00", "first.accept", "refuse_acceptance"]],
        "expect": {
            "outcome": "refused",
            "letters": ["receipt", "refused"],
            "parts": {"first": "not_accepted"},
        },
    }


def _first() -> Data:
    return {
        "key": "first",
        "name": text("First", "第一项"),
        "service": "T_FIRST",
        "department": "market",
        "duty": "part",
        "actions": {"confirm": "next", "object": "end.refused"},
    }


def _second() -> Data:
    return {
        "key": "second",
        "name": text("Second", "第二项"),
        "service": "T_SECOND",
        "department": "tax",
        "duty": "part",
        "after": ["first"],
        "answers": {"account_name": "payer"},
        "actions": {"confirm": "next", "object": "next"},
    }


def _example(name: str, steps: list[Any], outcome: str, *, corrected: bool = False) -> Data:
    more = ["correction", "receipt"] if corrected else []
    return {
        "name": name,
        "at": "2026-03-02T09:00+08:00",
        "answers": {"account_name": "A"},
        "steps": steps,
        "expect": {"outcome": outcome, "letters": ["receipt", *more, outcome]},
    }
