"""Filling a desk with very many applications, quickly: for benchmarks, never for a real desk.

The demo's applications, worked through the operations that people use, are the models.
Copies of their rows, at other times, of other people and under other titles, are written
with COPY.  A copy is whole: its chain of events is its own and holds.  It has no name,
address or certificate in the register, which would have to be unique; enterprises with
their filings come from ``seeding_register``.

Safe to interrupt and to run again: it goes on until there are as many as were asked for.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import seeding, seeding_register
from servicedesk.accounts.models import User
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.cases import chronicle, title_search, witness
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.models import SEAL, Case, CasePart
from servicedesk.database import Base, SealedJson, keyring
from servicedesk.errors import NotFound
from servicedesk.seeding import Progress
from servicedesk.words import say

Row = dict[str, Any]

THOUSAND: Final = 1000  # applications, for each unit of ``scale``
_AT_ONCE: Final = 2000  # applications in one transaction
_FOR_EACH_PERSON: Final = 20  # applications
_OPEN_SHARE: Final = 0.1  # of the applications; the others are closed
_OPEN_DAYS, _CLOSED_DAYS = 9, 700  # how long ago the copies began, at most, before their models
_HOST: Final = "@bench.example"

# The tables of an application, in the order in which rows may refer to each other, and which
# of their columns refer to which of these tables.
_TABLES: Final[dict[str, dict[str, str]]] = {
    "cases": {},
    "case_events": {"case_id": "cases"},
    "tasks": {"case_id": "cases"},
    "correction_lists": {"case_id": "cases", "task_id": "tasks"},
    "correction_items": {"list_id": "correction_lists"},
    "clock_intervals": {"case_id": "cases"},
    "documents": {"case_id": "cases"},
    "submissions": {"case_id": "cases"},
    "letters": {"case_id": "cases"},
    "confirmation_requests": {"case_id": "cases"},
    "confirmations": {"case_id": "cases", "request_id": "confirmation_requests"},
}
_SAID: Final = {model.__tablename__: columns for model, columns in witness.SAID.items()}
_FIRST: Final = "澄青云白石远长清明秋素嘉景和松梅兰竹岚岭"
_SECOND: Final = "野棱杉鹭泉帆河原川水心木行风涛月谷湖溪舟"
_TRADES: Final = ("生物科技", "医药技术", "软件", "咨询", "检测技术", "医疗科技")


@dataclass(frozen=True)
class Model:
    """An application of the demo: its rows, table by table."""

    rows: Mapping[str, Sequence[Row]]

    @property
    def case(self) -> Row:
        """Return the row of the application itself."""
        return self.rows["cases"][0]

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.case["status"] not in FINAL_STATUSES


def load_bench(
    session: Session,
    *,
    scale: int,
    enterprises: int = 0,
    seed: int,
    password: str,
    now: datetime,
    tell: Progress,
) -> None:
    """Load the demo park, ``scale`` thousand applications and as many ``enterprises`` beside it."""
    seeding.load_demo(session, password=password, now=now, tell=tell)
    wanted = scale * THOUSAND
    people = _people(session, max(1, wanted // _FOR_EACH_PERSON), now)
    session.commit()
    tell(f"people: {len(people)} applicants")
    models = _models(session)
    there = _count(session)
    while there < wanted:
        number = min(_AT_ONCE, wanted - there)
        chance = random.Random(f"{seed} {there}")  # noqa: S311 - not a secret
        _copy(session, list(_copies(session, models, people, chance, number)))
        session.commit()
        there += number
        tell(f"applications: {there} of {wanted}")
    seeding_register.load_enterprises(session, wanted=enterprises, seed=seed, now=now, tell=tell)
    session.execute(sa.text("ANALYZE"))
    session.commit()


def _people(session: Session, number: int, now: datetime) -> Sequence[int]:
    """Return the ids of as many applicants; they sign in with the demo's password."""
    model = find_user_by_email(session, "enterprise@demo.example")
    if model is None:
        raise NotFound(say("There is no such account."))
    made = sa.select(sa.func.count()).where(User.email.endswith(_HOST))
    rows = [
        {
            "version": 1,
            "email": f"applicant{n}{_HOST}",
            "password_hash": model.password_hash,
            "name": f"Applicant {n}",
            "role": model.role,
            "confirmed_at": now,
            "created_at": now,
        }
        for n in range(session.scalar(made) or 0, number)
    ]
    if rows:
        session.execute(sa.insert(User), rows)
    mine = sa.select(User.id).where(User.email.endswith(_HOST)).order_by(User.id).limit(number)
    return session.scalars(mine).all()


def _count(session: Session) -> int:
    """Return how many copies there are."""
    query = sa.select(sa.func.count()).select_from(Case).join(Case.applicant)
    return session.scalar(query.where(User.email.endswith(_HOST))) or 0


def _models(session: Session) -> list[Model]:
    """Return the demo's applications, but for parts: they are nothing without the whole."""
    is_part = sa.exists().where(CasePart.child_id == Case.id)
    query = (
        sa.select(Case.id)
        .join(Case.applicant)
        .where(User.email.not_like(f"%{_HOST}"), Case.submitted_at.is_not(None), ~is_part)
        .order_by(Case.id)
    )
    return [Model(_rows_of(session, case_id)) for case_id in session.scalars(query)]


def _rows_of(session: Session, case_id: int) -> dict[str, list[Row]]:
    """Return the rows of an application as they lie in the tables, sealed."""
    found: dict[str, list[Row]] = {}
    for name, refers in _TABLES.items():
        where = "id = :id" if not refers else "case_id = :id"
        if name == "correction_items":
            where = "list_id IN (SELECT id FROM correction_lists WHERE case_id = :id)"
        order = "seq" if name == "case_events" else "id"
        columns = ", ".join(_columns(name))
        statement = sa.text(f"SELECT {columns} FROM {name} WHERE {where} ORDER BY {order}")  # noqa: S608 - names of our own tables
        found[name] = [dict(row) for row in session.execute(statement, {"id": case_id}).mappings()]
    return found


def _columns(table: str) -> list[str]:
    return [one.name for one in Base.metadata.tables[table].columns if one.computed is None]


def _copies(
    session: Session,
    models: Sequence[Model],
    people: Sequence[int],
    chance: random.Random,
    number: int,
) -> Iterator[dict[str, list[Row]]]:
    """Yield the rows of ``number`` copies."""
    opened = [model for model in models if model.is_open]
    closed = [model for model in models if not model.is_open]
    chosen = [
        chance.choice(opened if chance.random() < _OPEN_SHARE else closed) for _ in range(number)
    ]
    needed = {
        name: sum(len(model.rows[name]) for model in chosen)
        for name in _TABLES
        if name != "case_events"
    }
    ids = {name: iter(_ids(session, f"{name}_id_seq", count)) for name, count in needed.items()}
    numbers = _ids(session, "case_numbers", number)
    for model, reference in zip(chosen, numbers, strict=True):
        days = chance.randint(0, _OPEN_DAYS if model.is_open else _CLOSED_DAYS)
        later = -timedelta(days=days, minutes=chance.randint(0, 600))
        yield _one(model, ids, later, _about(model, reference, chance.choice(people), chance))


def _ids(session: Session, sequence: str, count: int) -> Sequence[int]:
    """Take ``count`` numbers from a sequence."""
    statement = "SELECT nextval(CAST(:name AS regclass)) FROM generate_series(1, :count)"
    return session.scalars(sa.text(statement), {"name": sequence, "count": count}).all()


def _about(model: Model, number: int, person: int, chance: random.Random) -> Row:
    """Return what is the copy's own: its number, whose it is, what it is called."""
    letter_and_year = model.case["reference"].partition("-")[0]
    name = chance.choice(_FIRST) + chance.choice(_SECOND) + chance.choice(_FIRST)
    title = f"北京{name}样例{chance.choice(_TRADES)}有限公司"
    return {
        "reference": f"{letter_and_year}-{number:05}",
        "applicant_id": person,
        "title": title,
        "title_grams": title_search.grams(title),
    }


def _one(
    model: Model, ids: Mapping[str, Iterator[int]], later: timedelta, own: Row
) -> dict[str, list[Row]]:
    """Return the rows of one copy."""
    new: dict[tuple[str, int], int] = {}
    copy: dict[str, list[Row]] = {}
    moved: dict[str, Row] = {}  # by what the model's events call them
    for name, refers in _TABLES.items():
        copy[name] = []
        for row in model.rows[name]:
            changed = {key: _moved(value, later) for key, value in row.items()}
            if "id" in row:
                changed["id"] = new[name, row["id"]] = next(ids[name])
            for column, table in refers.items():
                changed[column] = new[table, row[column]]
            copy[name].append(changed)
            moved[f"{name} {row.get('id')}"] = changed
    copy["cases"][0] |= own
    for event in copy["case_events"]:
        _retell(event, moved, later)
    last = copy["cases"][0]["last_hash"] = _chained(copy["case_events"])
    case = copy["cases"][0]
    end = chronicle.sealed_end(case["id"], case["last_seq"], last)
    case["seal"] = keyring.mark(SEAL, end)
    return copy


def _moved(value: Any, later: timedelta) -> Any:  # noqa: ANN401 - any column
    return value + later if isinstance(value, datetime) else value


def _retell(event: Row, moved: Mapping[str, Row], later: timedelta) -> None:
    """Have the event of a copy bear witness to the copy's own rows, at their own times."""
    details = dict(_opened(bytes(event["details"])))
    if "since" in details:
        details["since"] = (datetime.fromisoformat(details["since"]) + later).isoformat()
    if witness.FACT in details:
        details[witness.FACT] = {
            f"{name.partition(' ')[0]} {moved[name]['id']}": _digest(name, moved[name])
            for name in details[witness.FACT]
            if name in moved
        }
    event["details"] = keyring.seal(json.dumps(details, ensure_ascii=False).encode())
    event["details_hash"] = chronicle.hash_details(details)


def _digest(name: str, row: Row) -> str:
    """Return what ``witness.digest_of`` would return, were the row loaded."""
    table = Base.metadata.tables[name.partition(" ")[0]]
    columns = _SAID[table.name]
    is_sealed = [isinstance(table.c[column].type, SealedJson) for column in columns]
    return witness.digest(
        _opened(bytes(row[column])) if sealed else row[column]
        for column, sealed in zip(columns, is_sealed, strict=True)
    )


@cache
def _opened(sealed: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return what lies sealed in a model; its copies share it."""
    return json.loads(keyring.open(sealed))


def _chained(events: Sequence[Row]) -> bytes:
    """Seal each event to the one before, anew; return the last hash."""
    previous = b""
    for event in events:
        previous = event["hash"] = chronicle.hash_event(
            previous,
            case_id=event["case_id"],
            seq=event["seq"],
            kind=event["kind"],
            actor_id=event["actor_id"],
            at=event["at"],
            details_hash=bytes(event["details_hash"]),
        )
    return previous


def _copy(session: Session, copies: Sequence[dict[str, list[Row]]]) -> None:
    """Write all rows, table by table."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for copy in copies:
        for name, some in copy.items():
            rows[name] += some
    connection = session.connection().connection.driver_connection
    if connection is None:
        raise RuntimeError("the connection was closed meanwhile")
    with connection.cursor() as cursor:
        for name in _TABLES:
            columns = _columns(name)
            _copy_into(cursor, name, columns, [[row[one] for one in columns] for row in rows[name]])


def _copy_into(
    cursor: psycopg.Cursor[Any], name: str, columns: Sequence[str], lines: Sequence[Sequence[Any]]
) -> None:
    with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as writing:
        for line in lines:
            writing.write_row(line)
