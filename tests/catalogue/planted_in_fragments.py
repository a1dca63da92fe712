"""Faults of what officers fill in, each with words of what is found."""

from typing import Any

from tests.catalogue.changes import Change, Data, accept, decide, example, field
from tests.catalogue.factories import text


def asks(data: Data, *more: Data, **changes: Any) -> Data:  # noqa: ANN401
    """Let the decision ask for a point, and for ``more``; return the decision."""
    point = {"key": "seen", "label": text("It was seen.", "已查看。")}
    task = decide(data)
    task.update({"checks": [point], "fields": list(more), **changes})
    return task


def kinds(**changes: Any) -> Data:  # noqa: ANN401
    """Return the question that the form has as ``kind``, under another key."""
    options = [{"key": key, "label": text(key.title(), "类型")} for key in ("own", "rented")]
    return field("choice", options=options, prefill="kind", **changes)


def bounded(data: Data, *more: Data, **changes: Any) -> Data:  # noqa: ANN401
    """Let the decision ask for ``more``, and bound it by one rule."""
    rule = {"key": "one", "found": "more", "rule": text("So.", "如此。"), **changes}
    return asks(data, *more, bounds=[rule])


def finds(data: Data, what: object) -> Data:
    """Add an example that decides as ``what`` says; return it."""
    steps = [["2026-03-03", "accept", "accept"], ["2026-03-03", "decide", what]]
    letters = ["receipt", "accepted", "approved"]
    expect = {"outcome": "approved", "letters": letters}
    added = example(materials=["passport"], steps=steps, expect=expect)
    data["examples"].append(added)
    return added


FAULTS: dict[str, tuple[Change, str]] = {
    "a machine that is asked": (
        lambda d: (
            asks(d),
            decide(d).update(duty="machine", actions={"approve": "end.approved"}, not_who_did=[]),
        ),
        "stages[decision].tasks[decide].checks: ask nobody: the duty is machine",
    ),
    "findings that nothing needs": (
        lambda d: (asks(d, field("text")), decide(d).update(actions={"refuse": "end.refused"})),
        "fields: are needed for nothing: the task has no action in favour",
    ),
    "a field and a point of one key": (
        lambda d: asks(d, field("text", key="seen")),
        "have the key 'seen' 2 times; fields and checks share their keys",
    ),
    "the key of a question to the applicant": (
        lambda d: asks(d, field("text", key="kind")),
        "fields[kind]: has the key of a question to the applicant; take another: found_kind",
    ),
    "a prefill from nowhere": (
        lambda d: asks(d, field("text", prefill="person.name")),
        "fields[more].prefill: names 'person.name', which no page asks",
    ),
    "a prefill of another kind": (
        lambda d: asks(d, field("number", prefill="full_name")),
        "names 'full_name', which asks for a text; this one asks for a number",
    ),
    "a prefill that brings no option": (
        lambda d: asks(
            d, kinds() | {"options": [*kinds()["options"][:1], {"key": "x", "label": text()}]}
        ),
        "may bring 'rented', which is none of the options here",
    ),
    "a point that looks at nothing": (
        lambda d: asks(d, checks=[{"key": "seen", "label": text(), "looks_at": "nothing"}]),
        "checks[seen].looks_at: names neither a question nor a material: 'nothing'",
    ),
    "a point under a condition of nowhere": (
        lambda d: asks(
            d,
            checks=[{"key": "seen", "label": text(), "when": {"==": [{"var": "nowhere"}, 1]}}],
        ),
        "checks[seen].when: looks at 'nowhere', which is not asked by then",
    ),
    "a finding that waits for itself": (
        lambda d: asks(d, field("yes_no", when={"==": [{"var": "more"}, True]})),
        "tasks[decide].fields[more].when: waits for its own answer",
    ),
    "a finding compared with no answer to it": (
        lambda d: asks(
            d, kinds(), field("text", key="why", when={"==": [{"var": "more"}, "lent"]})
        ),
        "compares 'more' with 'lent', no answer to it",
    ),
    "a finding whose least is more than its most": (
        lambda d: asks(d, field("number", min=5, max=1)),
        "tasks[decide].fields[more].min: is more than max",
    ),
    "a finding from a list of nowhere": (
        lambda d: asks(d, field("pick", source="nowhere")),
        "tasks[decide].fields[more].source: names the unknown list",
    ),
    "a finding worked out from nothing": (
        lambda d: asks(d, field("computed", value={"+": [{"var": "nothing"}, 1]})),
        "tasks[decide].fields[more].value: looks at 'nothing'",
    ),
    "another task that looks at what was found here": (
        lambda d: (
            asks(d, field("yes_no")),
            accept(d).update(
                checks=[{"key": "late", "label": text(), "when": {"==": [{"var": "more"}, True]}}]
            ),
        ),
        "tasks[accept].checks[late].when: looks at 'more', which is not asked by then",
    ),
    "a rule for what nobody finds": (
        lambda d: bounded(d, field("number"), found="points", least=1),
        "bounds[one].found: names nothing that the officer finds here: 'points'",
    ),
    "a rule by a day of nowhere": (
        lambda d: bounded(d, field("date"), not_after="contract_to"),
        "bounds[one].not_after: names no day: 'contract_to'",
    ),
    "a rule counted from what is no day": (
        lambda d: bounded(d, field("date"), most_years=2, since=["today", "full_name"]),
        "bounds[one].since: names no day: 'full_name'",
    ),
    "a rule counted from nowhere": (
        lambda d: bounded(d, field("date"), most_years=2),
        "bounds[one].since: goes with least_days, within_days or most_years",
    ),
    "a rule that allows everything": (
        lambda d: bounded(d, field("date")),
        "bounds[one].found: bounds neither a number nor a day, or both",
    ),
    "a rule of days for a number": (
        lambda d: bounded(d, field("number"), over_days=3),
        "bounds[one].found: names a number",
    ),
    "a rule under a condition of nowhere": (
        lambda d: bounded(d, field("number"), least=1, when={"==": [{"var": "nowhere"}, 1]}),
        "bounds[one].when: looks at 'nowhere', which is not asked by then",
    ),
    "two rules of one key": (
        lambda d: asks(
            d,
            field("number"),
            bounds=[{"key": "one", "found": "more", "rule": text(), "least": 1}] * 2,
        ),
        "bounds: have the key 'one' 2 times",
    ),
    "an example that finds what a rule does not allow": (
        lambda d: (
            bounded(d, field("number"), least=5),
            finds(d, {"do": "approve", "finds": {"more": 4}}),
        ),
        "finds what cannot be: more: So. Enter 5 or more.",
    ),
    "telling what nobody finds": (
        lambda d: asks(d, tells=["seen"]),
        "tells: names nothing that the officer finds here: 'seen'",
    ),
    "an example that finds what is not asked": (
        lambda d: (asks(d), finds(d, {"do": "approve", "finds": {"strange": 1}})),
        "finds 'strange', which 'decide' does not ask",
    ),
    "an example with a strange word": (
        lambda d: (asks(d), finds(d, {"do": "approve", "found": {}})),
        "knows do and finds, not 'found'",
    ),
    "an example that finds too little": (
        lambda d: (asks(d, field("number")), finds(d, "approve")),
        "lacks what the officer finds: 'more'; write {do: approve, finds: {more: ...}}",
    ),
    "an example that finds what cannot be": (
        lambda d: (
            asks(d, field("number", max=5)),
            finds(d, {"do": "approve", "finds": {"more": 9}}),
        ),
        "finds what cannot be: more",
    ),
    "an example that does what is not offered": (
        lambda d: (asks(d), finds(d, {"do": "confirm"})),
        "'decide' offers no action 'confirm'",
    ),
}
