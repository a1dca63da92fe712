"""Taking the whole register along: its enterprises, filings and dated rows, as files.

Every enterprise is read once, some at a time, and written at once, so memory does not grow with
the register.  All files are of one moment: whoever calls gives a session whose transaction sees
one (REPEATABLE READ).
"""

import csv
import hashlib
import logging
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from servicedesk.enterprises import export_rows, workbooks
from servicedesk.enterprises.export_rows import CHAIN_COLUMNS, TABLES, Table
from servicedesk.enterprises.import_columns import HEADINGS, row_of
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.enterprises.operations.register import links_of
from servicedesk.web.table_cells import safe

log = logging.getLogger(__name__)

_AT_ONCE: Final = 200  # enterprises read together
_STAND: Final = frozenset([EnterpriseState.REGISTERED, EnterpriseState.SUSPENDED])
_SUMS: Final = "SHA256SUMS"
_PIECE: Final = 1024 * 1024
_README: Final = """\
The register, as of {moment}: {count} enterprises.
登记簿全部数据，截至 {moment}，共 {count} 家。

enterprises.csv, .xlsx   enterprises that stand; the columns of the import
                         存续的企业，列与导入模板相同
ended.csv                those that are deregistered or whose licence is revoked
                         已注销或者被吊销的企业
filings.jsonl            every filing as it was hashed / 全部登记事项，与计算散列时逐字节一致
chains.csv               where each chain of filings ends / 每家企业登记链的末端
names, addresses, officers, shareholders (.csv)
                         what was so, from when until when, by which filing / 起止日期与所依登记
SHA256SUMS               digests of the files / 各文件散列值

To verify a chain: take the lines of one credit_code in the order of seq. Each hash is
SHA-256(previous hash + "said" in UTF-8); the first previous hash is empty. The last one
is last_hash in chains.csv.
验证方法：按 seq 顺序取同一信用代码的各行，逐行计算 SHA-256（上一散列值 + said 的 UTF-8
字节），首行的上一散列值为空；末行结果应与 chains.csv 的 last_hash 相同。
"""


@dataclass
class Writers:
    """The open files of an export."""

    standing: Any  # csv writers
    ended: Any
    chains: Any
    dated: list[tuple[Table, Any]]
    filings: IO[str]


def write(session: Session, directory: Path, *, now: datetime) -> int:
    """Write the files of an export; return how many enterprises are in it.

    Args:
        session: sees one moment.
        directory: is there and empty, or holds what is to be replaced.
        now: the moment, as the files tell it.
    """
    with ExitStack() as files:
        writers = _open(files, directory)
        count = 0
        for enterprise in _enterprises(session):
            _write_one(writers, enterprise)
            count += 1
    _write_workbook(directory)
    moment = now.isoformat(timespec="seconds")
    (directory / "README.txt").write_text(
        _README.format(moment=moment, count=count), encoding="utf-8"
    )
    names = sorted(one.name for one in directory.iterdir() if one.name != _SUMS)
    sums = "".join(f"{_digest(directory / name)}  {name}\n" for name in names)
    (directory / _SUMS).write_text(sums, encoding="utf-8")
    log.info("export written", extra={"enterprises": count})
    return count


def pack(directory: Path, file: IO[bytes]) -> None:
    """Put the files of an export into one ZIP file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(directory.iterdir()):
            archive.write(path, path.name)


def _enterprises(session: Session) -> Iterator[Enterprise]:
    """Yield every enterprise with its filings, in the order in which they came."""
    query = (
        sa.select(Enterprise)
        .options(selectinload(Enterprise.filings))
        .order_by(Enterprise.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for some in session.scalars(query).partitions():
        yield from some
        session.expunge_all()


def _open(files: ExitStack, directory: Path) -> Writers:
    def table(name: str, headings: Sequence[str]) -> Any:  # noqa: ANN401 - a csv writer
        # Table programs take UTF-8 for what it is by the mark at its beginning.
        file = (directory / name).open("w", encoding="utf-8-sig", newline="")
        writer = csv.writer(files.enter_context(file))
        writer.writerow(headings)
        return writer

    path = directory / export_rows.FILINGS
    return Writers(
        standing=table(f"{export_rows.ENTERPRISES}.csv", HEADINGS),
        ended=table(export_rows.ENDED, HEADINGS),
        chains=table(export_rows.CHAINS, CHAIN_COLUMNS),
        dated=[(one, table(one.file, one.headings)) for one in TABLES],
        filings=files.enter_context(path.open("w", encoding="utf-8", newline="\n")),
    )


def _write_one(writers: Writers, enterprise: Enterprise) -> None:
    code, links = enterprise.credit_code, links_of(enterprise)
    current = writers.standing if enterprise.state in _STAND else writers.ended
    current.writerow(map(safe, row_of(code, enterprise.facts)))
    end = (enterprise.state.value, enterprise.last_seq, bytes(enterprise.last_hash).hex())
    writers.chains.writerow([code, *end])
    writers.filings.writelines(export_rows.filing_lines(code, links))
    for table, writer in writers.dated:
        writer.writerows(map(safe, row) for row in export_rows.dated_rows(table, code, links))


def _write_workbook(directory: Path) -> None:
    """Write the enterprises that stand as a workbook, too: row by row from their table."""
    source = directory / f"{export_rows.ENTERPRISES}.csv"
    with (
        source.open(encoding="utf-8-sig", newline="") as table,
        (directory / f"{export_rows.ENTERPRISES}.xlsx").open("wb") as workbook,
    ):
        rows = csv.reader(table)
        sheet = workbooks.Sheet("企业 Enterprises", next(rows), rows)
        workbooks.write(workbook, [sheet])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
