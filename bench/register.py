"""What the public register costs with a million enterprises and ten filings each.

A tenth of them are those of ``seed --profile bench``; the others are the same under codes of
their own, whose chains nobody has to believe.
"""

import re
from functools import partial
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bench import deciding
from bench.desks import PASSWORD, Desk
from bench.measuring import Measured
from bench.requests import repeated, sent
from servicedesk import clock, seeding, seeding_register
from servicedesk.enterprises import name_parts
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.register_search import letters
from servicedesk.indicators import operations as indicators
from servicedesk.park import park

_TIMES: Final = 10  # each that is made up is there under so many codes
_SEED: Final = 1
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
    first, known = fill(desk, rows)
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
    references = deciding.prepared(desk, first + rows // _TIMES // 2, rounds + 3)
    desk.engine.dispose()
    return [
        *measured,
        sent(
            url, directory, "decide and register", rows,
            lambda again: deciding.deciding(again, references),
        ),
    ]  # fmt: skip


def fill(desk: Desk, rows: int) -> tuple[int, dict[str, str]]:
    """Put ``rows`` enterprises into the register.

    Returns:
        The id of the first of them; names, codes and rooms to look for.
    """
    own = max(rows // _TIMES, 1)
    with desk.session() as session:
        before = session.scalar(sa.select(sa.func.max(Enterprise.id))) or 0
        seeding_register.load_enterprises(
            session, wanted=own, seed=_SEED, now=clock.now(), tell=lambda _told: None
        )
        first, last = session.execute(
            sa.select(sa.func.min(Enterprise.id), sa.func.max(Enterprise.id)).where(
                Enterprise.id > before
            )
        ).one()
        known = _known(session.get_one(Enterprise, last))
    with desk.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("DROP INDEX ix_register_entries_terms"))
        connection.execute(sa.text("SET maintenance_work_mem = '512MB'"))
        for statement in _AGAIN:
            values = {"span": last - first + 1, "times": _TIMES, "first": first}
            connection.execute(sa.text(statement), values)
        connection.execute(sa.text(_INDEX))
        connection.execute(sa.text("VACUUM ANALYZE"))
    return first, known


_CODE: Final = "left(credit_code, 8) || lpad((:span * again + {id})::text, 10, '0')"
_AGAIN: Final = (
    f"""
    INSERT INTO enterprises (
        id, version, credit_code, state, name, name_pinyin, org_form,
        is_foreign_invested, facts, registered_on, last_seq, last_hash
    )
    SELECT
        :span * again + id, version, {_CODE.format(id="id")},
        state, name, name_pinyin, org_form,
        is_foreign_invested, facts, registered_on, last_seq, last_hash
    FROM enterprises, generate_series(1, :times - 1) AS again WHERE id >= :first
    """,  # noqa: S608 - of constants
    f"""
    INSERT INTO register_entries
    SELECT
        :span * again + enterprise_id, {_CODE.format(id="enterprise_id")},
        registered_on,
        name_text, name_key, address_text, life, org_form, is_foreign, scope, terms
    FROM register_entries, generate_series(1, :times - 1) AS again
    WHERE enterprise_id >= :first
    """,  # noqa: S608
    """
    INSERT INTO filings (enterprise_id, seq, kind, at, effective_on, changes, previous_hash, hash)
    SELECT
        :span * again + enterprise_id, seq, kind, at, effective_on, changes, previous_hash, hash
    FROM filings, generate_series(1, :times - 1) AS again WHERE enterprise_id >= :first
    """,
)
_INDEX: Final = "CREATE INDEX ix_register_entries_terms ON register_entries USING gin (terms)"


def _known(enterprise: Enterprise) -> dict[str, str]:
    room = enterprise.facts["address"]["en"].split(",")[0].removeprefix("Room ")
    trade = name_parts.split(enterprise.name, park().division_names).trade_name
    industry = enterprise.name.split(trade)[1]
    return {
        "rare": trade, "pinyin": letters(trade + industry[:2]),
        "code": enterprise.credit_code[:14], "whole": enterprise.credit_code, "room": room,
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
