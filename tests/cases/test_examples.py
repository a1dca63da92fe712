"""Every example of every definition, worked through the operations that people use."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.cases import example_walk, part_queries, queries
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.operations import clock_ledger
from servicedesk.catalogue.definition import Example
from servicedesk.park import park
from tests import shipped
from tests.cases.factories import play_example

EXAMPLES = [
    pytest.param(service.code, example, id=f"{service.code}-{example.name}")
    for service in shipped.services()
    for example in service.examples
]


@pytest.mark.parametrize(("code", "example"), EXAMPLES)
def test_an_example_comes_to_what_it_expects(
    app: Flask, session: Session, code: str, example: Example
) -> None:
    with app.app_context():
        case = play_example(session, code, example)

    by_code = {one.code: one for one in shipped.services()}
    expect, zone = example.expect, park().time_zone
    assert case.status == expect.outcome or (
        expect.outcome == "open" and case.status not in FINAL_STATUSES
    )
    letters = [letter.kind for letter in reversed(queries.letters_of(session, case))]
    assert letters == list(expect.letters)
    parts = {part.task.key: part.child.status for part in part_queries.parts_of(session, case)}
    for key, outcome in expect.parts.items():
        assert parts[key] == outcome or (outcome == "open" and parts[key] not in FINAL_STATUSES)
    if expect.accepted_on:
        assert case.accepted_at is not None
        assert case.accepted_at.astimezone(zone).date() == expect.accepted_on
    dues = clock_ledger.last_dues(session, case)
    found = [due.astimezone(zone).date() if due else None for due in dues]
    if expect.legal_due:
        assert found[0] == expect.legal_due
    if expect.committed_due:
        assert found[1] == expect.committed_due
    # What ``catalogue check`` says without a database is what people will see.
    days = {"legal_due": found[0], "committed_due": found[1]}
    if case.accepted_at is not None:
        days["accepted_on"] = case.accepted_at.astimezone(zone).date()
    told = example.model_copy(update={"expect": expect.model_copy(update=days)})
    service = by_code[code].model_copy(update={"examples": (told,)})
    assert list(example_walk.faults(service, by_code.get)) == []
