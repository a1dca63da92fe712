"""The chain of an enterprise's filings: each carries the hash of the one before.

A filing is hashed with everything it says, as canonical JSON (sorted keys, no blanks,
UTF-8); the hash is SHA-256 over the previous hash and that.  The enterprise keeps number and
hash of its last filing, so that a cut end shows as well, and both under a seal that only a
holder of our keys can write.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

FIRST: Final = b""  # the previous hash of the first filing
SEAL: Final = "filings"  # what the key of ``Enterprise.seal`` is for

Changes = Mapping[str, Sequence[Any]]  # {"name": [before, after]}


@dataclass(frozen=True)
class Entry:
    """What a filing says."""

    credit_code: str
    seq: int
    kind: str
    case_id: int | None
    decided_by_id: int | None
    at: datetime
    effective_on: date
    changes: Changes
    replaces: int | None = None  # the number of the filing in whose place this one stands
    reason: str | None = None  # of the registrar's own filings


@dataclass(frozen=True)
class Link:
    """A filing as it is stored: what it says, and its place in the chain."""

    entry: Entry
    previous_hash: bytes
    hash: bytes


def canonical(entry: Entry) -> bytes:
    """Return the one way to write ``entry`` down.

    Raises:
        TypeError: the changes hold something that is not JSON.
    """
    said: dict[str, Any] = {
        "case": entry.case_id,
        "changes": {key: list(change) for key, change in entry.changes.items()},
        "credit_code": entry.credit_code,
        "decided_by": entry.decided_by_id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "effective_on": entry.effective_on.isoformat(),
        "kind": entry.kind,
        "seq": entry.seq,
    }
    # Written only where there is one, so that the hashes of older filings still fit.
    said |= {"replaces": entry.replaces} if entry.replaces is not None else {}
    said |= {"reason": entry.reason} if entry.reason is not None else {}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def chained(previous_hash: bytes, entry: Entry) -> bytes:
    """Return the hash of ``entry`` when it follows what has ``previous_hash``."""
    return hashlib.sha256(previous_hash + canonical(entry)).digest()


def sealed_end(credit_code: str, last_seq: int, last_hash: bytes) -> bytes:
    """Return what the seal of an enterprise is put under: whose chain, and where it ends."""
    return f"{credit_code} {last_seq} {last_hash.hex()}".encode()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what differs between two states of an enterprise's facts.

    >>> changes({"name": "A"}, {"name": "B", "capital": 1})
    {'capital': [None, 1], 'name': ['A', 'B']}
    """
    keys = sorted({*before, *after})
    return {
        key: [before.get(key), after.get(key)] for key in keys if before.get(key) != after.get(key)
    }


def exported(links: Sequence[Link]) -> list[dict[str, str]]:
    """Return a chain so that anybody can work its hashes out: SHA-256 over previous and said.

    ``said`` is the text that was hashed, to the byte in UTF-8; the hashes are hexadecimal.
    """
    return [
        {
            "said": canonical(link.entry).decode(),
            "previous_hash": link.previous_hash.hex(),
            "hash": link.hash.hex(),
        }
        for link in links
    ]


def problems(links: Sequence[Link], *, last_seq: int, last_hash: bytes) -> Iterator[str]:
    """Yield what is wrong with a chain, in words for the operator.

    Args:
        links: in the order of their numbers.
        last_seq: the number of the last filing, as the enterprise remembers it.
        last_hash: the hash of the last filing, as the enterprise remembers it.
    """
    previous = FIRST
    for number, link in enumerate(links, 1):
        if link.entry.seq != number:
            yield f"filing {number} is missing or out of order"
        if link.previous_hash != previous:
            yield f"filing {link.entry.seq} does not follow the one before it"
        if chained(link.previous_hash, link.entry) != link.hash:
            yield f"filing {link.entry.seq} was altered"
        previous = link.hash
    if len(links) != last_seq or previous != last_hash:
        yield f"the chain ends at filing {len(links)}, the register remembers {last_seq}"
