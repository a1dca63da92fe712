"""What the public register costs with a million enterprises and ten filings each.

The rows are made up, the same each time: names of common characters, half of them with 科技,
ended ones among the old, some with reports of five years.  A tenth goes in by COPY, the others are
the same under codes of their own; the search is filled by the statement of the migration.
"""

import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, partial
from http import HTTPStatus
from importlib import import_module
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import psycopg

from bench import deciding
from bench.desks import PASSWORD, Desk
from bench.measuring import Measured
from bench.requests import repeated, sent
from servicedesk import clock, seeding
from servicedesk.enterprises import credit_code, reference
from servicedesk.enterprises.register_search import letters
from servicedesk.indicators import operations as indicators

# What fills the search, and the column it read names from, which is not there any more.
_MIGRATIONS: Final = ("0038_public_register", "0042_quarters")
_TRADE: Final = (
    "华瑞康源博信达诚佳和泰安恒远新美天宇中金鼎盛创智"
    "慧联云海星辰光明德仁济生元亨利嘉禾百草木清风雅正"
)
_PLACES: Final = ("北京", "北京", "北京", "北京", "北京", "上海", "安徽", "中关村", "昌平")
_INDUSTRIES: Final = (
    "科技", "科技", "科技", "科技发展", "生物科技", "生物科技", "信息技术", "医药科技", "商贸",
    "文化传媒", "企业管理咨询", "餐饮管理", "建筑工程", "医疗器械", "软件", "检测技术",
)  # fmt: skip
_FORMS: Final = ("有限公司", "有限责任公司", "股份有限公司")
_ENDED_OLD, _ENDED_NEW, _SUSPENDED, _FOREIGN = 0.4, 0.01, 0.005, 0.08  # shares of all
_FIRST: Final = date(2000, 1, 4)
_BEYOND_DEMO: Final = 100_000  # the ids of the demo's enterprises are smaller
_DAYS: Final = 9_700
_OLD: Final = 2012  # the first year that is not
_FILINGS: Final = 10  # an enterprise
_TIMES: Final = 10  # each that is made up is there under so many codes
_REPORTING: Final = 20  # one in so many sends reports
# (what the table calls it, where)
PAGES: Final = (
    ("register, newest", "/register"),
    ("register, by name", "/register?order=name"),
    ("page in the middle", "/register?after={middle}"),
    ("name, of nearly all: 北京", "/register?q=北京"),
    ("name, of a third: 生物科技", "/register?q=科技"),
    ("the same, by name", "/register?q=科技&order=name"),
    ("name, of a tenth: 生物", "/register?q=生物"),
    ("name, common elsewhere: 上海, by name", "/register?q=上海&order=name"),
    ("name, rare: {rare}", "/register?q={rare}"),
    ("name, none: 科技餐饮", "/register?q=科技餐饮"),
    ("two words, none: 生物 餐饮", "/register?q=生物+餐饮"),
    ("traditional: 醫藥", "/register?q=醫藥"),
    ("pinyin, common: keji", "/register?q=keji"),
    ("pinyin, rare", "/register?q={pinyin}"),
    ("code, its beginning", "/register?q=91110114MA"),
    ("code, 14 characters", "/register?q={code}"),
    ("address, common: 生命园路", "/register?address=生命园路"),
    ("address, rare: a room", "/register?address={room}"),
    ("address, of the old only", "/register?address=旧厂街"),
    ("scope, common", "/register?scope=BS001"),
    ("scope and name", "/register?q=生物&scope=BS090"),
    ("ended, with 科技", "/register?q=科技&life=ended"),
    ("suspended, foreign", "/register?life=suspended&foreign=yes"),
    ("joint-stock, 2004 to 2006", "/register?org_form=jsc&from=2004&to=2006"),
    ("2004 to 2006, by name", "/register?from=2004&to=2006&order=name"),
    ("entry", "/register/{whole}"),
    ("entry, as of its fifth filing", "/register/{whole}?filing=5"),
    ("entry, on a day years ago", "/register/{whole}?filing=10&on=2020-06-30"),
    ("statistics", "/register/statistics"),
    ("statistics as JSON", "/register/statistics.json"),
)


def measure(url: str, directory: Path, rows: int, rounds: int) -> list[Measured]:
    """Return what the public pages cost in a register of ``rows`` enterprises."""
    desk = Desk(url, directory)
    with desk.session() as session:
        seeding.load_demo(session, password=PASSWORD, now=clock.now(), tell=print)
    known = fill(url, rows)
    browser = _Visitors(desk)
    known["middle"] = browser.following("/register?to=2013")
    measured = [
        repeated(
            desk,
            name.format(**known),
            rows,
            partial(browser.get, path.format(**known)),
            rounds,
        )
        for name, path in PAGES[:-2]
    ]
    measured.append(repeated(desk, "counting the statistics", rows, partial(_count, desk), 1))
    measured += [
        repeated(desk, name, rows, partial(browser.get, path), rounds) for name, path in PAGES[-2:]
    ]
    references = deciding.prepared(desk, _BEYOND_DEMO + rows // _TIMES, rounds + 3)
    desk.engine.dispose()
    return [
        *measured,
        sent(
            url, directory, "decide and register", rows,
            lambda again: deciding.deciding(again, references),
        ),
    ]  # fmt: skip


def fill(url: str, rows: int) -> dict[str, str]:
    """Put ``rows`` enterprises into the register; return names, codes and rooms to look for."""
    chance = random.Random(rows)
    own = max(rows // _TIMES, 1)
    plain = url.replace("postgresql+psycopg", "postgresql")
    last: tuple[Any, ...] = ()
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("DROP INDEX ix_register_entries_terms")
        connection.execute("ALTER TABLE enterprises ADD COLUMN grams text[]")
        connection.execute("DELETE FROM register_entries")
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for last in _enterprises(own, chance):
                copy.write_row(last)
        for migration in _MIGRATIONS:
            connection.execute(import_module(f"migrations.versions.{migration}").FILL)
        connection.execute("ALTER TABLE enterprises DROP COLUMN grams")
        for statement in _AGAIN:
            connection.execute(statement, {"own": own, "times": _TIMES, "beyond": _BEYOND_DEMO})
        connection.execute(_ALL_FILINGS, {"filings": _FILINGS, "beyond": _BEYOND_DEMO})
        connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in _INDEXES:
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
    return _known(last)


_COPY: Final = """
    COPY enterprises (
        id, version, credit_code, state, name, name_pinyin, grams, org_form, is_foreign_invested,
        facts, registered_on, last_seq, last_hash
    ) FROM STDIN
"""
_AGAIN: Final = (
    """
    INSERT INTO enterprises (
        id, version, credit_code, state, name, name_pinyin, org_form,
        is_foreign_invested, facts, registered_on, last_seq, last_hash
    )
    SELECT
        %(own)s * again + id, version,
        left(credit_code, 10) || lpad((%(own)s * again + id)::text, 8, '0'),
        state, name, name_pinyin, org_form,
        is_foreign_invested, facts, registered_on, last_seq, last_hash
    FROM enterprises, generate_series(1, %(times)s - 1) AS again WHERE id >= %(beyond)s
    """,
    """
    INSERT INTO register_entries
    SELECT
        %(own)s * again + enterprise_id,
        left(credit_code, 10) || lpad((%(own)s * again + enterprise_id)::text, 8, '0'),
        registered_on,
        name_text, name_key, address_text, life, org_form, is_foreign, scope, terms
    FROM register_entries, generate_series(1, %(times)s - 1) AS again
    WHERE enterprise_id >= %(beyond)s
    """,
)
_INDEXES: Final = ("CREATE INDEX ix_register_entries_terms ON register_entries USING gin (terms)",)
_ALL_FILINGS: Final = """
    INSERT INTO filings (
        enterprise_id, seq, kind, at, effective_on, changes, previous_hash, hash
    )
    SELECT
        id, seq,
        CASE WHEN seq = 1 THEN 'set_up' WHEN seq = 10 AND state = 'deregistered' THEN 'deregister'
        ELSE 'report' END,
        registered_on + seq * 100, registered_on + seq * 100,
        CASE WHEN seq = 1 THEN (
            SELECT jsonb_object_agg(key, jsonb_build_array(NULL, value))
            FROM jsonb_each(facts || '{"state": "registered"}')
        ) WHEN seq = 10 AND state = 'deregistered'
        THEN '{"state": ["registered", "deregistered"]}'::jsonb
        ELSE jsonb_build_object('filing', jsonb_build_array(seq - 1, seq)) END,
        ''::bytea, sha256((id || ' ' || seq)::bytea)
    FROM enterprises, generate_series(1, %(filings)s) AS seq WHERE id >= %(beyond)s
"""


def _enterprises(rows: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    codes, phrases = count(_BEYOND_DEMO), list(reference.scope_phrases())
    for number in range(1, rows + 1):
        day = _FIRST + timedelta(days=number * _DAYS // rows)
        is_old = day.year < _OLD
        name = _name(chance)
        pinyin = "".join(map(_letters, name))
        street = "旧厂街" if is_old else chance.choice(("生命园路", "科学园路", "示例大街"))
        state = "registered"
        if chance.random() < (_ENDED_OLD if is_old else _ENDED_NEW):
            state = "deregistered"
        elif chance.random() < _SUSPENDED:
            state = "suspended"
        facts = _facts("".join(name), state, street, number, day, chance, phrases)
        form = "jsc" if name[3] == "股份有限公司" else "llc"
        yield (
            _BEYOND_DEMO + number, 1, credit_code.make("110114", next(codes)), state,
            facts["name"], pinyin, _grams(facts["name"], pinyin), form, chance.random() < _FOREIGN,
            json.dumps(facts, ensure_ascii=False), day, _FILINGS, b"\0" * 32,
        )  # fmt: skip


def _name(chance: random.Random) -> tuple[str, str, str, str]:
    trade = "".join(chance.choices(_TRADE, k=chance.choice((2, 2, 3))))
    form = chance.choices(_FORMS, (90, 7, 3))[0]
    return chance.choice(_PLACES), trade, chance.choice(_INDUSTRIES), form


def _facts(  # noqa: PLR0917 - one of each
    name: str,
    state: str,
    street: str,
    number: int,
    day: date,
    chance: random.Random,
    phrases: list[str],
) -> dict[str, Any]:
    building, room = chance.randint(1, 60), f"{chance.randint(1, 20)}-{number % 997:03}"
    scope = ["BS001", *chance.sample(phrases, 4)]
    facts: dict[str, Any] = {
        "name": name,
        "org_form": "jsc" if name.endswith("股份有限公司") else "llc",
        "state": state,
        "established": day.isoformat(),
        "term": {"kind": "long"},
        "capital": {"currency": "CNY", "amount": f"{chance.randint(1, 500)}0000.00"},
        "registrar": {"en": "Example registrar", "zh": "示例登记机关"},
        "type": {"en": "Limited liability company", "zh": "有限责任公司"},
        "legal_representative": "".join(chance.choices(_TRADE, k=3)),
        "scope": scope,
        "main_scope": chance.choice(scope),
        "address": {
            "en": f"Room {room}, Building {building}, Example Street",
            "zh": f"北京市昌平区{street} {building} 号楼 {room} 室",
        },
    }
    if number % _REPORTING == 0:
        facts |= _reports(chance)
    return facts


def _reports(chance: random.Random) -> dict[str, Any]:
    reports: dict[str, Any] = {}
    for year in range(2021, 2026):
        amount = {"currency": "CNY", "amount": f"{chance.randint(1, 90_000_000)}.00"}
        reports[f"annual_report_{year}"] = {"year": year, "revenue": amount}
        for quarter in range(1, 5):
            key = f"quarterly_report_{year}q{quarter}"
            reports[key] = {"year": year, "quarter": quarter, "revenue": amount, "output": amount}
    return reports


@cache
def _letters(part: str) -> str:
    return letters(part)


def _grams(name: str, pinyin: str) -> list[str]:
    sizes = ((name, 1), (name, 2), (pinyin, 3))
    return sorted({text[i : i + n] for text, n in sizes for i in range(len(text) - n + 1)})


def _known(row: tuple[Any, ...]) -> dict[str, str]:
    code, name, facts = row[2], row[4], json.loads(row[9])
    room = facts["address"]["en"].split(",")[0].removeprefix("Room ")
    trade = name.removeprefix(next(one for one in _PLACES if name.startswith(one)))[:3]
    return {
        "rare": trade, "pinyin": letters(trade + "xx")[:-2] + letters(name[5:7]),
        "code": code[:14], "whole": code, "room": room,
    }  # fmt: skip


class _Visitors:
    """People who look at the register, each from an address of their own."""

    def __init__(self, desk: Desk) -> None:
        self._client = desk.app.test_client()
        self._addresses = cycle(
            f"10.{a}.{b}.{c}" for a in range(9) for b in range(250) for c in range(250)
        )

    def get(self, path: str) -> str:
        """Open a page, and return it."""
        answer = self._client.get(path, environ_overrides={"REMOTE_ADDR": next(self._addresses)})
        assert answer.status_code == HTTPStatus.OK, f"{path}: {answer.status_code}"
        return answer.text

    def following(self, path: str) -> str:
        """Return where the page after this one begins."""
        found = re.search(r"after=([^\"&]+)\" ?>|[?&;]after=([^\"&]+)", self.get(path))
        assert found is not None, path
        return found[1] or found[2]


def _count(desk: Desk) -> None:
    with desk.session() as session:
        indicators.count_register(session, now=clock.now())
        session.commit()
