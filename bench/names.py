"""What checking a name costs among millions that are held.

The names are made, the same every time: trade names of two to four characters, the common ones
in many industries, as registers are.  Nine of ten are registered, the others reserved or given up.
"""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final

import psycopg
import sqlalchemy as sa
from pypinyin import lazy_pinyin
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.enterprises import industries, name_index, name_suggestions, reference
from servicedesk.enterprises.name_checks import Asking, answer
from servicedesk.enterprises.name_likeness import keys
from servicedesk.enterprises.name_parts import NameParts

SEED: Final = 17
_CHOSEN: Final = (  # characters that founders like, the commonest first
    "华康安瑞德信达恒盛新天泰博宏鑫金润源和美嘉诚丰创智联星海云东方中正大通利亚兴鸿明远科佳富宝隆"
    "凯百福力百奥优思凌宇航中宇晨阳光辰晟睿启元合众成立群英杰卓越锐精益普惠民生同仁济世春秋冬夏"
    "青山绿水林木森松柏竹梅兰菊荷花雨露风雪霜月日晓旭昊昌荣耀辉煌景祥瑞吉庆喜悦乐心意诺言语文书"
)
_UNLISTED: Final = (
    "航天",
    "宠物",
    "茶艺",
    "无人机",
    "古建",
    "足球",
    "钟表",
    "陶瓷",
    "马术",
    "冰雪",
)
_LENGTHS: Final = (2, 2, 2, 2, 2, 3, 3, 3, 4, 4)
_KINDS: Final = ("free", "same", "common", "homophone", "look-alike", "one apart", "no industry")
_MOST_TRADES: Final = 300_000  # different ones; the keys of each take a third of a millisecond
_INDEXES: Final = """
SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'enterprise_name%'
"""


@dataclass(frozen=True)
class Timed:
    """How long the checks of one kind took, in milliseconds, and what came of them."""

    kind: str
    answers: Sequence[float]  # the verdict and the names that are like it
    processor: Sequence[float]  # what of the whole our own process computed
    wholes: Sequence[float]  # with suggestions, where there are any
    refused: int
    like: float

    def row(self, size: int) -> str:
        """Return the line of the table."""
        cells = [
            self.kind,
            f"{size:,}",
            *(f"{one:.1f}" for side in (self.answers, self.wholes) for one in _middle(side)),
            f"{statistics.median(self.processor):.1f}",
            str(self.refused),
            f"{self.like:.1f}",
        ]
        return "| " + " | ".join(cells) + " |"


def measure(url: str, _directory: Path, size: int, rounds: int) -> list[str]:
    """Fill the register with ``size`` names, and return the lines of the table."""
    made = _fill(url, size)
    engine = sa.create_engine(url)
    asked = {kind: list(_asked(kind, made, rounds)) for kind in _KINDS}
    with Session(engine) as session:
        for kind in _KINDS:  # what a server that runs has read before
            _timed(session, kind, list(_asked(kind, made, 20, seed=1)))
        timed = [_timed(session, kind, parts) for kind, parts in asked.items()]
    engine.dispose()
    everything = Timed(
        "all",
        [one for some in timed for one in some.answers],
        [one for some in timed for one in some.processor],
        [one for some in timed for one in some.wholes],
        sum(one.refused for one in timed),
        statistics.mean(one.like for one in timed),
    )
    return [one.row(size) for one in (*timed, everything)]


def table(rows: Sequence[str]) -> str:
    """Return the lines under their headings, as a table in Markdown."""
    headings = ("name asked", "names held", "check p50", "p95", "with suggestions p50", "p95",
                "CPU p50",
                "refused", "like names")  # fmt: skip
    line = "| " + " | ".join("-" * len(one) for one in headings) + " |"
    return "\n".join(["| " + " | ".join(headings) + " |", line, *rows])


def _timed(session: Session, kind: str, parts: Sequence[NameParts]) -> Timed:
    answers, processor, wholes, refused, like = [], [], [], 0, 0
    now, asking = clock.now(), Asking()
    for one in parts:
        began, worked = time.perf_counter(), time.thread_time()
        found = answer(session, one, asking, now=now)
        answers.append((time.perf_counter() - began) * 1000)
        name_suggestions.suggested(session, found, asking, now=now)
        wholes.append((time.perf_counter() - began) * 1000)
        processor.append((time.thread_time() - worked) * 1000)
        refused += found.verdict.value == "refused"
        like += len(found.near)
        session.rollback()
    return Timed(kind, answers, processor, wholes, refused, like / len(parts))


def _middle(times: Sequence[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]


# the names


@dataclass(frozen=True)
class Made:
    """What was made: trade names, the commonest first, and the words of industries."""

    trades: Sequence[str]
    industries: Sequence[str]


def _fill(url: str, size: int) -> Made:
    """Put ``size`` names into the empty tables, and their keys, without indexes at first."""
    began = time.perf_counter()
    random_ = random.Random(SEED)
    made = Made(
        _trades(random_, min(size // 5, _MOST_TRADES)), [*reference.industries(), *_UNLISTED]
    )
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        defined = [row[0] for row in connection.execute(_INDEXES)]
        connection.execute("SET session_replication_role = replica")  # no keys of others to check
        connection.execute(
            "ALTER TABLE enterprise_name_keys DROP CONSTRAINT pk_enterprise_name_keys"
        )
        connection.execute("DROP INDEX ix_enterprise_name_keys_name_id")
        connection.execute("TRUNCATE enterprise_names CASCADE")
        chosen = list(_chosen(random_, made, size))
        _copy(connection, chosen)
        _say(f"{size:,} names and their keys copied", began)
        connection.execute("SET maintenance_work_mem = '1GB'")
        for statement in (one for one in defined if "enterprise_name_keys" in one):
            connection.execute(statement.encode())
        connection.execute("VACUUM ANALYZE enterprise_names, enterprise_name_keys")
        _say("indexed and analysed", began)
    return made


def _say(what: str, began: float) -> None:
    print(f"{what} after {time.perf_counter() - began:.0f} s", flush=True)


def _trades(random_: random.Random, number: int) -> list[str]:
    """Return different trade names of characters that founders choose, common ones first."""
    characters = list(dict.fromkeys(_CHOSEN + _level_one()))
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(characters))))
    found: dict[str, None] = {}
    while len(found) < number:
        length = random_.choice(_LENGTHS)
        found["".join(random_.choices(characters, cum_weights=weights, k=length))] = None
    return list(found)


@cache
def _level_one() -> str:
    """Return the 3,755 characters that GB 2312 calls common."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(one.decode("gb2312", "ignore") for one in rows)


def _chosen(random_: random.Random, made: Made, size: int) -> Iterator[tuple[str, str, str]]:
    """Yield trade name, industry and its class; no two of one class alike, nor as a whole."""
    classes = {one: industries.class_of(one) for one in ("", *made.industries)}
    words = [*made.industries, ""]
    longer = {  # with these before it, the whole name is that of another industry too
        word: tuple(
            one.removesuffix(word) for one in made.industries if one != word and one.endswith(word)
        )
        for word in words
    }
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(words))))
    seen: set[int] = set()
    while len(seen) < size:
        common = int(len(made.trades) * random_.random() ** 3)
        trade = made.trades[common]
        industry = random_.choices(words, cum_weights=weights)[0]
        key = hash((trade, classes[industry]))
        if key not in seen and not trade.endswith(longer[industry]):
            seen.add(key)
            yield trade, industry, classes[industry]


def _copy(
    connection: "psycopg.Connection[tuple[object, ...]]", chosen: Sequence[tuple[str, str, str]]
) -> None:
    today = clock.now().date()
    columns = (
        "id, state, full_name, division, trade_name, industry, form, trade_key, industry_key, "
        "since, until, ended_on"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY enterprise_names ({columns}) FROM STDIN") as copy,
    ):
        for number, (trade, industry, its_class) in enumerate(chosen, 1):
            state, until, ended = _state(number, today.isoformat())
            copy.write(
                f"{number}\t{state}\t北京{trade}{industry}有限公司\t北京\t{trade}\t{industry}\t"
                f"有限公司\t{trade}\t{its_class}\t{today}\t{until}\t{ended}\n"
            )
    kept: dict[str, list[str]] = {}
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY enterprise_name_keys (key, shelf, name_id) FROM STDIN") as copy,
    ):
        shelves = {one: industries.shelf_of(one) for _, _, one in chosen}
        for number, (trade, _, its_class) in enumerate(chosen, 1):
            if trade not in kept:
                kept[trade] = name_index.kept(keys(trade, ""))
            shelf = shelves[its_class]
            copy.write("".join(f"{key}\t{shelf}\t{number}\n" for key in kept[trade]))


def _state(number: int, today: str) -> tuple[str, str, str]:
    return {0: ("reserved", "2099-12-31", "\\N"), 1: ("former", "\\N", today)}.get(
        number % 20, ("registered", "\\N", "\\N")
    )


# what is asked


def _asked(kind: str, made: Made, number: int, *, seed: int = SEED) -> Iterator[NameParts]:
    random_ = random.Random(f"{seed} {kind}")
    change = _CHANGES.get(kind, lambda trade, _: trade)
    while number:
        at = random_.random() ** 3
        if kind in {"common", "no industry"}:
            at /= 1000
        trade = made.trades[int(len(made.trades) * at)]
        if kind == "free":
            trade = "".join(random_.sample(_level_one(), 4))
        industry = "" if kind == "no industry" else random_.choice(made.industries[:40])
        if (asked := change(trade, random_)) is not None:
            number -= 1
            yield NameParts("北京", asked, industry, "有限公司")


def _homophone(trade: str, random_: random.Random) -> str | None:
    at = random_.randrange(len(trade))
    others = [one for one in _by_sound()[lazy_pinyin(trade[at])[0]] if one != trade[at]]
    return trade[:at] + random_.choice(others) + trade[at + 1 :] if others else None


@cache
def _by_sound() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in _level_one():
        found[lazy_pinyin(one)[0]].append(one)
    return found


def _lookalike(trade: str, random_: random.Random) -> str | None:
    for at, one in enumerate(trade):
        group = next((some for some in reference.lookalike_groups() if one in some), "")
        if group:
            return trade[:at] + random_.choice(group.replace(one, "")) + trade[at + 1 :]
    return None


def _one_apart(trade: str, random_: random.Random) -> str | None:
    at = random_.randrange(len(trade))
    other = random_.choice(_CHOSEN)
    return None if len(trade) < 3 else trade[:at] + other + trade[at + 1 :]  # noqa: PLR2004


_CHANGES: Final[dict[str, Callable[[str, random.Random], str | None]]] = {
    "homophone": _homophone,
    "look-alike": _lookalike,
    "one apart": _one_apart,
}
