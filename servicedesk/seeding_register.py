"""Filling the register with very many enterprises, quickly: for benchmarks, never for a real one.

Each has a chain of ten filings that holds, rows and a name of its own, written as an import
writes them.  Half of their names begin alike and many have the same industry, as in a register;
many of the old ones have ended, and one in twenty reports figures.

Safe to interrupt and to run again: it goes on until there are as many as were asked for.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from servicedesk.enterprises import credit_code, ledger, reference
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import bulk_entries
from servicedesk.enterprises.operations.bulk_entries import History
from servicedesk.enterprises.public_facts import Facts
from servicedesk.park import local_day, park
from servicedesk.seeding import Progress

FILINGS: Final = 10  # an enterprise
FIRST_NUMBER: Final = 31**4  # of a credit code; those that are registered one by one come before
_AT_ONCE: Final = 1000  # enterprises in one transaction
_WORDS: Final = Path(__file__).with_suffix(".yaml")
_FORMS: Final = {"有限公司": "llc", "有限责任公司": "llc", "股份有限公司": "jsc"}
_ENDED_OLD, _ENDED_NEW, _SUSPENDED, _FOREIGN = 0.4, 0.01, 0.005, 0.08  # shares of all
_BEGIN: Final = date(2000, 1, 4)
_OLD: Final = 2012  # the first year that is not
_REPORTING: Final = 20  # one in so many sends reports
_NOON: Final = time(4, tzinfo=UTC)


def load_enterprises(
    session: Session, *, wanted: int, seed: int, now: datetime, tell: Progress
) -> None:
    """Fill the register until ``wanted`` enterprises of these are there; the same each time."""
    there = _count(session)
    while there < wanted:
        last = min(there + _AT_ONCE, wanted)
        histories = [_history(seed, number, wanted, now) for number in range(there, last)]
        bulk_entries.write(session, histories, now=now)
        session.commit()
        there = last
        tell(f"enterprises: {there} of {wanted}")
    session.execute(sa.text("ANALYZE"))
    session.commit()


def _count(session: Session) -> int:
    code = sa.collate(Enterprise.credit_code, "C")
    first = credit_code.make(park().division, FIRST_NUMBER)
    return session.scalar(sa.select(sa.func.count()).where(code >= first[:-2])) or 0


def _history(seed: int, number: int, of: int, now: datetime) -> History:
    """Return the filings of the ``number``-th enterprise ``of`` so many, from its set-up on."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - not a secret
    today = local_day(now)
    born = _BEGIN + timedelta(days=number * ((today - _BEGIN).days - 2 * FILINGS) // of)
    code = credit_code.make(park().division, FIRST_NUMBER + number)
    facts: Facts = {}
    entries = []
    for seq, (kind, after) in enumerate(_filings(chance, number, born, today), 1):
        day = born + (today - born) * (seq - 1) // FILINGS
        entries.append(
            ledger.Entry(
                credit_code=code,
                seq=seq,
                kind=kind,
                case_id=None,
                decided_by_id=None,
                at=datetime.combine(day, _NOON),
                effective_on=day,
                changes=ledger.changes(facts, after),
            )
        )
        facts = after
    return History(code, entries, today)


def _filings(
    chance: random.Random, number: int, born: date, today: date
) -> Iterator[tuple[str, Facts]]:
    """Yield the kinds of the filings and the facts after each."""
    is_old, reports = born.year < _OLD, number % _REPORTING == 0
    facts = _set_up(chance, number, born)
    yield "set_up", facts
    for step in range(FILINGS - 2):
        kind, change = _CHANGES[(step + number) % len(_CHANGES)]
        if reports and step < _REPORTED:
            kind, facts = "report_year", facts | _report(chance, today.year - _REPORTED + step)
        else:
            facts |= change(chance)
        yield kind, facts
    if chance.random() < (_ENDED_OLD if is_old else _ENDED_NEW):
        yield "deregister", facts | {"state": "deregistered", "deregistered_on": today.isoformat()}
    elif chance.random() < _SUSPENDED:
        period = {"since": today.isoformat(), "until": (today + timedelta(days=300)).isoformat()}
        yield "suspend", facts | {"state": "suspended", "suspension": period}
    else:
        yield "change_scope", facts | _scope(chance)


def _set_up(chance: random.Random, number: int, born: date) -> Facts:
    name, form = _name(chance, number)
    foreign = chance.random() < _FOREIGN
    owner = {
        "name": "Example Holdings Ltd." if foreign else _person(chance),
        "kind": "organisation" if foreign else "person",
        "country": "SG" if foreign else "CN",
        "percent": "100",
        **_capital_of(chance),
    }
    return {
        "name": name,
        "org_form": form,
        "type": {"en": "Limited liability company", "zh": "有限责任公司"},
        "capital": owner["contribution"],
        "shareholders": [owner],
        "legal_representative": _person(chance),
        "established": born.isoformat(),
        "term": {"kind": "long"},
        "registrar": {"en": "Example registrar", "zh": "示例登记机关"},
        **_scope(chance),
        **_address(chance, number, is_old=born.year < _OLD),
    }


def _name(chance: random.Random, number: int) -> tuple[str, str]:
    """Return a name that no other of these has, and its legal form."""
    words, trade = _words(), ""
    rest, industry = divmod(number, len(words["industries"]))
    for _ in range(3):
        rest, at = divmod(rest, len(words["trade"]))
        trade += words["trade"][at]
    ending = chance.choices(tuple(_FORMS), (90, 7, 3))[0]
    name = f"{chance.choice(words['places'])}{trade}{words['industries'][industry]}{ending}"
    return name, _FORMS[ending]


def _person(chance: random.Random) -> str:
    return "".join(chance.choices(_words()["trade"], k=3))


def _capital_of(chance: random.Random) -> Facts:
    return {"contribution": {"currency": "CNY", "amount": f"{chance.randint(1, 500)}0000.00"}}


def _address(chance: random.Random, number: int, *, is_old: bool = False) -> Facts:
    street = _words()["old_street"] if is_old else chance.choice(_words()["streets"])
    building, room = chance.randint(1, 60), f"{chance.randint(1, 20)}-{number % 997:03}"
    return {
        "address": {
            "en": f"Room {room}, Building {building}, Example Street",
            "zh": f"{street} {building} 号楼 {room} 室",
        }
    }


def _scope(chance: random.Random) -> Facts:
    scope = ["BS001", *chance.sample(_phrases(), 4)]
    return {"scope": scope, "main_scope": chance.choice(scope)}


@cache
def _words() -> Mapping[str, Any]:
    said: Mapping[str, Any] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return said


@cache
def _phrases() -> Sequence[str]:
    return [code for code in reference.scope_phrases() if code != "BS001"]


def _representative(chance: random.Random) -> Facts:
    return {"legal_representative": _person(chance)}


def _report(chance: random.Random, year: int) -> Facts:
    amount = {"currency": "CNY", "amount": f"{chance.randint(1, 90_000_000)}.00"}
    quarters = {
        f"quarterly_report_{year}q{quarter}": {
            "year": year, "quarter": quarter, "revenue": amount, "output": amount,
        }
        for quarter in range(1, 5)
    }  # fmt: skip
    return {f"annual_report_{year}": {"year": year, "revenue": amount}, **quarters}


_CHANGES: Final[Sequence[tuple[str, Callable[[random.Random], Mapping[str, Any]]]]] = (
    ("change_legal_representative", _representative),
    ("change_scope", _scope),
)
_REPORTED: Final = 5  # years
