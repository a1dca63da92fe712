"""What the pages of an import show: how it stands, what is wrong, in the reader's language."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from servicedesk.enterprises import workbooks
from servicedesk.enterprises.import_columns import BY_KEY, COLUMNS, HEADINGS
from servicedesk.enterprises.import_models import RegisterImport
from servicedesk.enterprises.workbooks import Sheet
from servicedesk.web.language import current
from servicedesk.web.table_cells import csv_text
from servicedesk.web.words import spoken
from servicedesk.words import Text, say, words_from_json

MOST_SHOWN: Final = 100  # faults on the page; the file of them has more


@dataclass(frozen=True)
class ShownFault:
    """Something wrong, in words."""

    row: int
    column: str  # empty: the row as a whole
    words: str


def faults(brought: RegisterImport) -> Sequence[ShownFault]:
    """Return what is wrong with a file, row by row."""
    return [
        ShownFault(
            one["row"],
            BY_KEY[one["column"]].title.in_language(current()) if one["column"] else "",
            spoken(words_from_json(one["words"])),
        )
        for one in brought.faults or ()
    ]


def faults_csv(brought: RegisterImport) -> str:
    """Return what is wrong with a file as a table, to mend it by."""
    heads = [spoken(one) for one in (say("Row"), say("Column"), say("What is wrong"))]
    return csv_text([heads, *([one.row, one.column, one.words] for one in faults(brought))])


def template() -> bytes:
    """Return an empty table to fill in, with a second sheet that describes the columns."""
    file = io.BytesIO()
    titles = [Text("Column", "列"), Text("Needed", "必填"), Text("What stands in it", "填写说明")]
    sheets = [
        Sheet("企业 Enterprises", HEADINGS, []),
        Sheet("说明 Columns", [one.in_language(current()) for one in titles], _described()),
    ]
    workbooks.write(file, sheets)
    return file.getvalue()


def _described() -> Iterator[Sequence[str]]:
    for one in COLUMNS:
        needed = spoken(say("yes")) if one.is_required else ""
        yield [one.title.in_language(current()), needed, spoken(one.help)]
