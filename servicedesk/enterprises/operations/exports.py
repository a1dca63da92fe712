"""Taking the whole register along: enterprises, filings, dated rows and lists, as files.

Every enterprise is read once, some at a time, and written at once, so memory does not grow with
the register.  All files are of one moment: whoever calls gives a session whose transaction sees
one (REPEATABLE READ).
"""

import csv
import hashlib
import io
import logging
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from servicedesk import resources
from servicedesk.enterprises import export_rows
from servicedesk.enterprises.export_rows import CHAIN_COLUMNS, TABLES, Table
from servicedesk.enterprises.import_columns import HEADINGS, row_of
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.queries import export_tables
from servicedesk.enterprises.table_files import MOST_BYTES, MOST_ROWS
from servicedesk.web.table_cells import Cell, safe

log = logging.getLogger(__name__)

FOLDER: Final = "exports"  # in DATA_DIR
KEPT: Final = timedelta(hours=12)  # then one asks anew, and it is noted anew; OWN
_AT_ONCE: Final = 200  # enterprises read together
_TOLD_EVERY: Final = 1000  # enterprises
_ROOM: Final = 1024  # bytes, for marks and quotes
_STAND: Final = frozenset([EnterpriseState.REGISTERED, EnterpriseState.SUSPENDED])
_SUMS: Final = "SHA256SUMS"
_PIECE: Final = 1024 * 1024
_README: Final = """\
The register, as of {moment}: {count} enterprises.
登记簿全部数据，截至 {moment}，共 {count} 家。

enterprises-1.csv, -2 .. enterprises that stand; the columns of the import, and no file longer
                         than an import takes
                         存续的企业，列与导入模板相同，每个文件均不超过导入的上限
ended.csv                those that are deregistered or whose licence is revoked
                         已注销或者被吊销的企业
filings.jsonl            every filing as it was hashed / 全部登记事项，与计算散列时逐字节一致
chains.csv               where each chain of filings ends / 每家企业登记链的末端
names, addresses, officers, shareholders (.csv)
                         what was so, from when until when, by which filing / 起止日期与所依登记
certificates.csv         those of enterprises: code, kind, state, issued, valid until, whose
                         企业的证照：编号、种类、状态、发放时间、有效期、持有企业
address-stock.csv        the places of the park that one may register at / 园区可登记住所房源
stays.csv                who holds or held which place, since when, until when
                         各房源现在和以往的使用企业及起止日期
held-names.csv           names registered, reserved, given up / 已登记、已保留和已放弃的名称
daily-heads.csv, head-chains.csv
                         how far all chains had come day by day, and those of enterprises
                         逐日登记链末端：总数与签标，以及各企业登记链
SHA256SUMS               digests of the files / 各文件散列值

Not in it are members of enterprises and mandates, applications and their papers, and what is
about people only: personal data, which stay at the desk.
不含企业成员与委托、申请及其材料，以及仅涉及个人的内容：此类个人信息不随导出。

To verify a chain: take the lines of one credit_code in the order of seq. Each hash is
SHA-256(previous hash + "said" in UTF-8); the first previous hash is empty. The last one
is last_hash in chains.csv.
验证方法：按 seq 顺序取同一信用代码的各行，逐行计算 SHA-256（上一散列值 + said 的 UTF-8
字节），首行的上一散列值为空；末行结果应与 chains.csv 的 last_hash 相同。
"""


class Parts:
    """A table in several files, none of them longer than an import takes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._part = self._rows = self._size = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def writerow(self, cells: Iterable[Cell]) -> None:
        """Write a row, in a new file where it does not fit the last."""
        line = io.StringIO(newline="")
        csv.writer(line).writerow(cells)
        size = len(line.getvalue().encode())
        if self._rows >= MOST_ROWS or self._size + size > MOST_BYTES:
            self._open.close()
            self._begin()
        self._file.write(line.getvalue())
        self._rows, self._size = self._rows + 1, self._size + size

    def _begin(self) -> None:
        self._part += 1
        name = export_rows.ENTERPRISES.format(part=self._part)
        self._file, _ = _table(self._open, self._directory / name, HEADINGS)
        self._rows, self._size = 0, len(",".join(HEADINGS).encode()) + _ROOM


@dataclass
class Writers:
    """The open files of an export."""

    standing: Parts
    ended: Any  # csv writers
    chains: Any
    dated: list[tuple[Table, Any]]
    filings: IO[str]


def write(
    session: Session, directory: Path, *, now: datetime, tell: Callable[[int], None] | None = None
) -> int:
    """Write the files of an export; return how many enterprises are in it.

    Args:
        session: sees one moment.
        directory: is there and empty, or holds what is to be replaced.
        now: the moment, as the files tell it.
        tell: is called with how many are written, now and then.
    """
    for old in directory.glob(export_rows.ENTERPRISES.format(part="*")):
        old.unlink()  # there may have been more of them
    with ExitStack() as files:
        writers = _open(files, directory)
        count = 0
        for enterprise in _enterprises(session):
            _write_one(writers, enterprise)
            count += 1
            if tell is not None and count % _TOLD_EVERY == 0:
                tell(count)
        for name in export_tables.LISTS:
            _, list_ = _table(files, directory / name, export_tables.headings(name))
            list_.writerows(map(safe, row) for row in export_tables.rows(session, name))
    moment = now.isoformat(timespec="seconds")
    (directory / "README.txt").write_text(
        _README.format(moment=moment, count=count), encoding="utf-8"
    )
    names = sorted(one.name for one in directory.iterdir() if one.name != _SUMS)
    sums = "".join(f"{_digest(directory / name)}  {name}\n" for name in names)
    (directory / _SUMS).write_text(sums, encoding="utf-8")
    log.info("export written", extra={"enterprises": count})
    return count


def pack(session: Session, directory: Path, number: int, *, now: datetime) -> None:
    """Write an export as one ZIP file that is kept for who asked for it.  Safe to repeat.

    Args:
        session: sees one moment.
        directory: where exports are kept.
        number: of the note of the export.
        now: the moment, as the files tell it.
    """
    resources.make_private(directory)
    with tempfile.TemporaryDirectory(dir=directory) as name:
        files, packed = Path(name) / "files", Path(name) / "packed"
        files.mkdir()
        write(session, files, now=now)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(files.iterdir()):
                archive.write(path, path.name)
        packed.replace(kept(directory, number))  # whole, or not there


def kept(directory: Path, number: int) -> Path:
    """Return where the file of an export is, once it is written."""
    return directory / f"{number}.zip"


def sweep(directory: Path, *, now: datetime) -> int:
    """Throw away the exports that were kept long enough, and what killed workers left behind."""
    ended = [one for one in directory.glob("*") if one.stat().st_mtime < (now - KEPT).timestamp()]
    for one in ended:
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
    return len(ended)


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


def _table(
    files: ExitStack, path: Path, headings: Sequence[str]
) -> tuple[IO[str], Any]:  # the file and its csv writer
    # Table programs take UTF-8 for what it is by the mark at its beginning.
    file = files.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
    writer = csv.writer(file)
    writer.writerow(headings)
    return file, writer


def _open(files: ExitStack, directory: Path) -> Writers:
    def table(name: str, headings: Sequence[str]) -> Any:  # noqa: ANN401 - a csv writer
        return _table(files, directory / name, headings)[1]

    path = directory / export_rows.FILINGS
    return Writers(
        standing=files.enter_context(Parts(directory)),
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


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
