"""Searching the public register: by every way there is, in each order, page by page."""

import re
from datetime import date
from importlib import import_module

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk.enterprises import register_reasons, register_search
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.entries import refresh
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.queries import entries
from servicedesk.enterprises.queries.entries import Years
from servicedesk.enterprises.register_search import Life, Wanted, wanted
from servicedesk.enterprises.search_models import RegisterEntry
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise

CHARACTERS = "华瑞康源博信达诚佳和"


def change(session: Session, enterprise: Enterprise, **facts: object) -> None:
    """File other facts of an enterprise."""
    decision = Decision(None, None, NOW)
    register.file(session, enterprise, "change", {**enterprise.facts, **facts}, decision=decision)
    session.commit()


def names(session: Session, looked_for: Wanted, **how: object) -> list[str]:
    """Return the names of what is found, on all pages."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = entries.search(session, looked_for, after=after, **how)  # type: ignore[arg-type]
        found += [one.name for one in page.items]
        after = page.following
        if after is None:
            return found


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("澄野", True),
        ("澄野 科技", True),
        ("澄野 医药", False),
        ("澄野生物科技", True),
        ("生物澄野", False),
        ("北京澄野生物科技有限公司", True),
        ("chengye", True),
        ("cheng ye SHENG wu", True),
        ("chengye keji", True),
        ("keji cheng ye", True),
        ("chengye yiyao", False),
        ("cheng wu", False),
        ("yecheng", False),
        ("澄野 keji", True),
        ("91110114", True),
        ("9111 0114 ma", True),
        ("91120114", False),
        ("ch", False),
    ],
)
def test_the_box_understands_names_pinyin_and_codes(
    session: Session, typed: str, *, is_found: bool
) -> None:
    make_enterprise(session)

    assert bool(names(session, wanted(typed))) is is_found


def test_the_index_of_terms_answers_for_every_part_of_pinyin(session: Session) -> None:
    make_enterprise(session)
    looked_for = wanted("chengye keji")
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # a register of one has no need
    query = entries.ids_of(looked_for).compile(
        session.connection(), compile_kwargs={"literal_binds": True}
    )

    plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {query}".replace(":", r"\:"))))

    assert {"che", "gye", "kej", "eji"} <= set(looked_for.terms)
    assert "ix_register_entries_terms" in plan


def test_traditional_characters_find_simplified_ones(session: Session) -> None:
    make_enterprise(session, trade_name="华康", industry="医药科技")

    assert names(session, wanted("華康醫藥"))


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"address": "示例大街8号"}, True),
        ({"address": "示例大街 8 號"}, True),
        ({"address": "大街 9 号"}, False),
        ({"address": "8"}, True),
        ({"address": "9"}, False),
        ({"address": "街"}, False),
        ({"scope": "BS002"}, True),
        ({"scope": "BS050"}, False),
        ({"org_form": "llc"}, True),
        ({"org_form": "jsc"}, False),
        ({"life": Life.IN_FORCE}, True),
        ({"life": Life.ENDED}, False),
        ({"is_foreign": False}, True),
        ({"is_foreign": True}, False),
    ],
)
def test_each_filter_finds_and_leaves_out(
    session: Session, asked: dict[str, object], *, is_found: bool
) -> None:
    make_enterprise(session)
    address = str(asked.pop("address", ""))

    assert bool(names(session, wanted("", address, **asked))) is is_found
    assert bool(names(session, wanted("澄野", address, **asked))) is is_found


def test_years_of_registration_are_bounds_that_belong_to_them(session: Session) -> None:
    year = make_enterprise(session).registered_on.year

    assert names(session, wanted(""), years=Years(year, year))
    assert not names(session, wanted(""), years=Years(year + 1, None))
    assert not names(session, wanted(""), years=Years(None, year - 1))


def test_a_filing_changes_what_is_found(session: Session) -> None:
    enterprise = make_enterprise(session)

    change(
        session, enterprise, name="北京听松医药科技有限公司", state="deregistered",
        scope=["BS050"], address={"en": "Room 4-207, Elm Road", "zh": "榆树路 4-207 室"},
    )  # fmt: skip

    assert not names(session, wanted("澄野"))
    for looked_for in (
        wanted("听松"), wanted("tingsong"), wanted("", "榆树路"), wanted("", "room elm"),
        wanted("", "4-207"), wanted("", scope="BS050"), wanted("", life=Life.ENDED),
    ):  # fmt: skip
        assert len(names(session, looked_for)) == 1


def make_many(session: Session, how_many: int) -> None:
    """Copy one enterprise with other names and days, as the register would have written them."""
    first = make_enterprise(session)
    for number in range(how_many):
        name = f"北京{CHARACTERS[number % 10]}{CHARACTERS[number // 10 % 10]}生物科技有限公司"
        copy = Enterprise(
            credit_code=register.next_code(session, "110114"), name=name,
            name_pinyin=register_search.letters(name), org_form="llc",
            facts=first.facts | {"name": name}, registered_on=date(2020 + number % 5, 1, 2),
            last_seq=0, last_hash=b"",
        )  # fmt: skip
        session.add(copy)
        session.flush()
        refresh(session, copy)
    session.commit()


@pytest.mark.parametrize("order", [entries.NEWEST, entries.NAME])
@pytest.mark.parametrize("window", [1, 30, 1000])
@pytest.mark.parametrize("typed", ["", "生物", "瑞康", "ruikang"])
def test_pages_hold_everything_once_whichever_way_finds_it(
    session: Session, monkeypatch: pytest.MonkeyPatch, order: str, window: int, typed: str
) -> None:
    """The two ways, and any mixture of them from page to page, are one list."""
    monkeypatch.setattr(entries, "WINDOW", window)
    make_many(session, 60)

    found = names(session, wanted(typed), order=order)

    rows = session.scalars(sa.select(Enterprise)).all()
    expected = [
        one
        for one in rows
        if (typed in one.name if not typed.isascii() else typed in one.name_pinyin)
    ]
    if order == entries.NAME:
        expected.sort(key=lambda one: (one.name_pinyin, one.id))
    else:
        expected.sort(key=lambda one: (one.registered_on, one.id), reverse=True)
    assert found == [one.name for one in expected]


@pytest.mark.parametrize("window", [1, 6000])
def test_one_can_go_back_page_by_page(
    session: Session, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(entries, "WINDOW", window)
    make_many(session, 60)
    first = entries.search(session, wanted("生物"))
    second = entries.search(session, wanted("生物"), after=first.following)

    back = entries.search(session, wanted("生物"), before=second.preceding)

    assert [one.id for one in back.items] == [one.id for one in first.items]


def test_the_list_says_why_it_found_something(session: Session, browser: Browser) -> None:
    make_enterprise(session)

    def ask(**query: str) -> str:
        return browser.get("/register", query_string=query).text

    assert "<mark>澄野</mark>" in ask(q="chengye")
    assert re.search("<mark>澄野</mark>.*<mark>科技</mark>", ask(q="chengye keji"))
    assert "<mark>8 号</mark>" in ask(address="8号")
    assert re.search(r"<mark>91110114MA</mark>", ask(q="91110114ma"))
    assert "<mark>Medical research" in ask(scope="BS002")


def test_nothing_found_says_what_to_try(session: Session, browser: Browser) -> None:
    make_enterprise(session)

    page = browser.get("/register", query_string={"q": "没有的名", "life": "ended"})

    assert page.status_code == 200
    assert "Try fewer characters" in page.text
    assert "leave out the address" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=99999", "from=²&to=٣", "from=0200012&to=020009999", "order=id",
        "scope=none&org_form=none&life=none&foreign=none",
        "after=zzz", "address=%25_", "q=" + "瑞" * 500, "to=9999999999999999999",
    ],
)  # fmt: skip
def test_what_is_none_of_ours_is_as_if_nothing_was_asked(
    session: Session, browser: Browser, query: str
) -> None:
    make_enterprise(session)

    assert browser.get(f"/register?{query}").status_code == 200


@given(st.text(max_size=70), st.text(max_size=70))
def test_whatever_is_typed_can_be_looked_up(typed: str, address: str) -> None:
    looked_for = wanted(typed, address)

    assert looked_for.terms == tuple(sorted(set(looked_for.terms)))


@given(st.text(alphabet="北京华瑞康源A1（）bio", min_size=2, max_size=12), st.data())
def test_a_piece_of_a_name_is_found_and_marked(name: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(name) - 1))
    piece = name[begin : data.draw(st.integers(begin + 1, len(name)))]
    looked_for = Wanted(names=(register_search.name_text(piece),))
    facts = {"name": name, "org_form": "llc"}

    assert set(looked_for.terms) <= set(
        register_search.terms(facts, date(2026, 3, 2), is_foreign=False)
    )
    pieces = register_reasons.in_name(name, looked_for)
    assert "".join(one.text for one in pieces) == name
    assert any(one.is_found for one in pieces)


def test_the_migration_fills_as_the_operation_does(session: Session) -> None:
    enterprise = make_enterprise(session)
    change(session, enterprise, address={"en": "Room 4-207, Elm Road", "zh": "榆树路 4-207 室"})
    # As it was before 0039: what a name is found by stood in ``enterprises``.
    session.execute(sa.text("ALTER TABLE enterprises ADD COLUMN grams text[]"))
    grams = {"grams": register_search.grams(enterprise.name)}
    session.execute(sa.text("UPDATE enterprises SET grams = :grams"), grams)

    def rows() -> list[tuple[object, ...]]:
        table = RegisterEntry.__table__
        return [tuple(row) for row in session.execute(sa.select(table))]

    by_operation = rows()
    session.execute(sa.delete(RegisterEntry))
    for migration in ("0038_public_register", "0042_quarters"):
        fill = import_module(f"migrations.versions.{migration}").FILL
        session.connection().exec_driver_sql(fill)

    assert rows() == by_operation
