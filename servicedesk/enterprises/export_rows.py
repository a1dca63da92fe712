"""What an export of the register holds: which files, which rows.  Pure.

``TABLES`` say what was so, from when until when, with the filing that brought it; the columns
after ``subject`` are what the register says of it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.enterprises import chronology, ledger
from servicedesk.enterprises.chronology import Span
from servicedesk.enterprises.ledger import Link

ENTERPRISES: Final = "enterprises-{part}.csv"  # those that stand; can be imported
ENDED: Final = "ended.csv"  # the same columns for those that are deregistered or revoked
FILINGS: Final = "filings.jsonl"
CHAINS: Final = "chains.csv"
CHAIN_COLUMNS: Final = ("credit_code", "state", "last_seq", "last_hash")
_SPAN: Final = ("credit_code", "topic", "subject")
_TIME: Final = ("since", "until", "filing")

Tell = Callable[[Any], Sequence[str]]


@dataclass(frozen=True)
class Table:
    """A file of dated rows: which topics, and which columns their values fill."""

    file: str
    topics: frozenset[str]
    columns: tuple[str, ...]
    tell: Tell

    @property
    def headings(self) -> tuple[str, ...]:
        """All of its columns."""
        return (*_SPAN, *self.columns, *_TIME)


def _owner(value: Any) -> Sequence[str]:  # noqa: ANN401 - any JSON
    said = value if isinstance(value, Mapping) else {}
    plain = ("kind", "country", "percent", "method", "pay_by", "liability")
    sums = [_part(said.get(key), part) for key in ("contribution", "paid")
            for part in ("amount", "currency")]  # fmt: skip
    return [_part(said, "name"), *(_part(said, key) for key in plain), *sums]


def _officer(value: Any) -> Sequence[str]:  # noqa: ANN401
    if not isinstance(value, Mapping):
        return [str(value), ""]
    return [_part(value, "name"), " ".join(value.get("posts") or ())]


def _both(value: Any) -> Sequence[str]:  # noqa: ANN401
    if not isinstance(value, Mapping):
        return [str(value), ""]
    return [_part(value, "zh"), _part(value, "en")]


TABLES: Final = (
    Table("names.csv", frozenset(["name"]), ("name",), lambda value: [str(value)]),
    Table("addresses.csv", frozenset(["address", "address_unit"]), ("zh", "en"), _both),
    Table(
        "officers.csv",
        frozenset(["legal_representative", "officers", "supervisors"]),
        ("name", "posts"),
        _officer,
    ),
    Table(
        "shareholders.csv",
        frozenset(["shareholders"]),
        ("name", "kind", "country", "percent", "method", "pay_by", "liability", "amount",
         "currency", "paid_amount", "paid_currency"),
        _owner,
    ),
)  # fmt: skip


def dated_rows(table: Table, code: str, links: Sequence[Link]) -> Iterator[list[str]]:
    """Yield the rows of an enterprise in one of the tables, the oldest first."""
    for span in chronology.spans(links):
        if span.row.topic in table.topics:
            yield [code, span.row.topic, span.row.subject, *table.tell(span.row.value),
                   *_times(span)]  # fmt: skip


def filing_lines(code: str, links: Sequence[Link]) -> Iterator[str]:
    """Yield the filings of an enterprise as lines of JSON, as they were hashed."""
    for link, told in zip(links, ledger.exported(links), strict=True):
        line = {"credit_code": code, "seq": link.entry.seq, **told}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _times(span: Span) -> list[str]:
    until = span.until.isoformat() if span.until else ""
    return [span.since.isoformat(), until, str(span.seq)]


def _part(value: Any, key: str) -> str:  # noqa: ANN401 - any JSON
    found = value.get(key) if isinstance(value, Mapping) else None
    return "" if found is None else str(found)
