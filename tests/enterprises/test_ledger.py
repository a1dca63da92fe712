"""The chain of filings finds whatever is done to it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from servicedesk.enterprises import chronology, ledger
from servicedesk.enterprises.ledger import Entry, Link

NOW = datetime(2026, 5, 6, 7, 0, tzinfo=UTC)


def make_chain(count: int = 4) -> list[Link]:
    links: list[Link] = []
    previous = ledger.FIRST
    for number in range(1, count + 1):
        entry = Entry(
            credit_code="91110114MAY000017G",
            seq=number,
            kind="set_up",
            case_id=number,
            decided_by_id=None,
            at=NOW,
            effective_on=date(2026, 5, 6),
            changes={"name": [None, f"名称{number}"]},
        )
        link = Link(entry, previous, ledger.chained(previous, entry))
        links.append(link)
        previous = link.hash
    return links


def problems(links: list[Link], of: list[Link]) -> list[str]:
    return list(ledger.problems(links, last_seq=len(of), last_hash=of[-1].hash))


def test_an_untouched_chain_has_no_problem() -> None:
    chain = make_chain()

    assert problems(chain, chain) == []
    assert chronology.facts(chain) == {"name": "名称4"}


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "change"},
        {"case_id": 99},
        {"decided_by_id": 7},
        {"at": datetime(2026, 5, 6, 7, 1, tzinfo=UTC)},
        {"effective_on": date(2026, 5, 7)},
        {"changes": {"name": [None, "别名"]}},
        {"credit_code": "91110114MAY000025B"},
    ],
)
def test_any_edit_is_found(edit: dict[str, Any]) -> None:
    chain = make_chain()
    altered = [*chain]
    altered[1] = replace(chain[1], entry=replace(chain[1].entry, **edit))

    assert problems(altered, chain) == ["filing 2 was altered"]


def test_an_edit_with_a_new_hash_breaks_the_next_link() -> None:
    chain = make_chain()
    entry = replace(chain[1].entry, kind="change")
    forged = Link(entry, chain[1].previous_hash, ledger.chained(chain[1].previous_hash, entry))

    assert problems([chain[0], forged, *chain[2:]], chain)


@pytest.mark.parametrize("gone", range(4))
def test_a_deleted_filing_is_found_wherever_it_was(gone: int) -> None:
    chain = make_chain()

    assert problems(chain[:gone] + chain[gone + 1 :], chain)


def test_a_reordering_is_found() -> None:
    chain = make_chain()

    assert problems([chain[0], chain[2], chain[1], chain[3]], chain)


def test_a_cut_end_is_found_by_what_the_enterprise_remembers() -> None:
    chain = make_chain()

    assert problems(chain[:2], chain) == ["the chain ends at filing 2, the register remembers 4"]


def test_a_filing_is_hashed_the_same_whatever_order_its_facts_came_in() -> None:
    (link,) = make_chain(1)
    one = replace(link.entry, changes={"a": [None, {"x": 1, "y": 2}], "b": [None, 1]})
    other = replace(link.entry, changes={"b": [None, 1], "a": [None, {"y": 2, "x": 1}]})

    assert ledger.chained(b"", one) == ledger.chained(b"", other)
