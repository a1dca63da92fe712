"""A file of enterprises, read row by row as drafts, and what is wrong within the file.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Final

from servicedesk.enterprises import import_drafts, name_parts, table_files, workbooks
from servicedesk.enterprises.import_columns import Headings
from servicedesk.enterprises.import_drafts import Draft, Fault
from servicedesk.enterprises.name_likeness import held_by
from servicedesk.enterprises.table_files import Line, SheetRefused
from servicedesk.park import park
from servicedesk.words import say

MOST_FAULTS: Final = 1000  # that are told one by one; OWN
_BEGINNING: Final = 4  # bytes


@dataclass
class Tally:
    """What a file holds: how many rows, what is wrong, and what the register is to be asked."""

    rows: int = 0
    unread: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)  # the first ``MOST_FAULTS``
    wrong: set[int] = field(default_factory=set)  # numbers of rows
    codes: dict[str, int] = field(default_factory=dict)  # to the row
    names: dict[tuple[str, str], int] = field(default_factory=dict)
    whole_names: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether every row can be entered."""
        return bool(self.rows) and not self.wrong

    def blame(self, fault: Fault) -> None:
        """Note what is wrong in a row."""
        self.wrong.add(fault.row)
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def open_table(file: IO[bytes]) -> tuple[Headings, Iterator[Line]]:
    """Return the headings of a file, and its rows as they are read.

    Raises:
        SheetRefused: it is no table that we take; also later, while its rows are read.
        HeadingsWrong: its first row does not say what the columns are.
    """
    file.seek(0)
    beginning = file.read(_BEGINNING)
    file.seek(0)
    if beginning.startswith(workbooks.OLD_OFFICE):
        raise SheetRefused(
            say(
                "This is a workbook of an old Excel, or one with a password. Save it as “Excel "
                "workbook (.xlsx)” without a password."
            )
        )
    is_workbook = beginning.startswith(workbooks.ZIP)
    lines = table_files.bounded(workbooks.read(file) if is_workbook else table_files.read_csv(file))
    first = next(lines, None)
    if first is None:
        raise SheetRefused(say("The file is empty."))
    return Headings.of(first.cells), lines


def drafts(file: IO[bytes], today: date) -> Iterator[Draft]:
    """Yield the enterprises of a file in which nothing is wrong."""
    headings, lines = open_table(file)
    read = (import_drafts.read(line, headings, today)[0] for line in lines)
    yield from (draft for draft in read if draft is not None)


def tally(file: IO[bytes], today: date) -> Tally:
    """Return what a file holds, and what is wrong with it as far as the file alone tells.

    Raises:
        SheetRefused: it is no table that we take.
        HeadingsWrong: its first row does not say what the columns are.
    """
    headings, lines = open_table(file)
    found = Tally(unread=headings.unread)
    for line in lines:
        found.rows += 1
        draft, faults = import_drafts.read(line, headings, today)
        for fault in (*faults, *(_repeated(draft, found) if draft else ())):
            found.blame(fault)
    if not found.rows:
        raise SheetRefused(say("There is nothing below the headings."))
    return found


def name_pair(name: str) -> tuple[str, str]:
    """Return by what the index of held names compares a whole name."""
    parts = name_parts.split(name, park().division_names)
    return held_by(parts.trade_name, parts.industry)


def _repeated(draft: Draft, found: Tally) -> Iterator[Fault]:
    """Note what an enterprise claims; yield where a row above claims the same."""
    before = found.codes.setdefault(draft.code, draft.row)
    if before != draft.row:
        yield Fault(draft.row, "credit_code", say("Row %(row)s has the same code.", row=before))
    if draft.is_named:
        name = str(draft.facts["name"])
        found.whole_names.setdefault(name_parts.tidy(name), draft.row)
        before = found.names.setdefault(name_pair(name), draft.row)
        if before != draft.row:
            yield Fault(
                draft.row,
                "name",
                say("Row %(row)s has the same trade name in the same industry.", row=before),
            )
    if draft.facts.get("address_unit"):
        found.places.setdefault(draft.facts["address_unit"], []).append(draft.row)
