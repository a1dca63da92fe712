"""Rows of tables as facts: how cells are written in China, what is wrong with them, and back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises import (
    coherence,
    import_drafts,
    import_files,
    import_people,
    reference,
)
from servicedesk.enterprises import import_values as values
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.import_columns import HEADINGS, Headings, HeadingsWrong, row_of
from servicedesk.enterprises.public_facts import Facts
from servicedesk.enterprises.table_files import Line
from servicedesk.web.table_cells import safe
from tests.enterprises import tables

TODAY = date(2026, 5, 6)
WHOLE = Headings.of(HEADINGS)


def faults(**other: str) -> list[tuple[str | None, str]]:
    """Return what is wrong with a row that has these cells."""
    found = import_files.tally(tables.file_of(tables.row(**other)), TODAY)
    return [(one.column, str(one.words)) for one in found.faults]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2020-04-01", "2021-03-31", "does not rest any more"),
        ("2024-05-06", "2027-05-06", "three years at most"),
        ("2026-05-07", "2026-12-31", "has not come yet"),
        ("2019-12-31", "2022-12-30", "before the enterprise was established"),
        ("1900-01-01", "2999-12-31", "three years at most"),
        ("9998-01-01", "9999-12-31", "has not come yet"),
    ],
)
def test_only_a_rest_that_lasts_and_may_last_is_taken(since: str, until: str, said: str) -> None:
    found = faults(歇业起始日期=since, 歇业截止日期=until)

    assert any(said in words for _, words in found), found
    assert faults(歇业起始日期="2024-05-06", 歇业截止日期="2027-05-05") == []


def test_a_name_is_as_long_as_the_register_holds_or_refused() -> None:
    """Each letter of pinyin counts, and of a branch only these."""
    sounding = f"北京{'双' * 30}{'庄' * 50}有限公司"  # 60 characters of a trade name are too many

    assert [column for column, _ in faults(名称=sounding)] == ["name", "name"]
    branch = {"组织形式": "branch", "隶属企业名称": "北京样例有限公司"}
    assert [column for column, _ in faults(名称=sounding, **branch)] == ["name"]
    assert faults(名称=f"北京{'澄' * 60}生物科技有限公司") == []


def facts(**other: str) -> Facts:
    (draft,) = import_files.drafts(tables.file_of(tables.row(**other)), TODAY)
    return draft.facts


@pytest.mark.parametrize(
    ("heading", "cell", "column", "said"),
    [
        ("统一社会信用代码", "", "credit_code", "This is missing."),
        ("统一社会信用代码", "9111O114MA7XCP003J", "credit_code", "Is 91110114MA7XCP003J meant?"),
        ("统一社会信用代码", "91110114MA7XCP003K", "credit_code", "do not fit together"),
        ("统一社会信用代码", "9.11101E+17", "credit_code", "Format the column as text"),
        ("统一社会信用代码", "12345", "credit_code", "This code has 5 characters"),
        ("组织形式", "有限公", "org_form", "is not in the list. Is “"),
        ("组织形式", "zzz", "org_form", "“zzz” is not in the list."),
        ("法定代表人", " ", "legal_representative", "This is missing."),
        ("注册资本", "5,00,0", "capital", "This is not an amount."),
        ("注册资本", "-5", "capital", "This is not an amount."),
        ("币种", "XXX1", "currency", "is no currency"),
        ("成立日期", "2026-02-30", "established", "This is not a day."),
        ("成立日期", "2026-05-07", "established", "This day has not come yet."),
        ("成立日期", "0202-03-02", "established", "before 1900"),
        ("名称", f"北京{'澄' * 70}生物科技有限公司", "name", "has more than 60 characters"),
        ("营业期限至", "2019-01-01", "term_until", "before the enterprise was established"),
        ("营业期限至", "2999-01-01", "term_until", "more than 200 years"),
        ("经营范围", "BS001;BS999", "scope", "“BS999” is not in the list"),
        ("主营业务", "BS050", "main_scope", "must be one of the phrases"),
        ("住所", "", "address_zh", "Give an address"),
        ("股东", "林乔", "shareholders", "a person or an organisation"),
        ("股东", "林乔 | person | 60% | 70%", "shareholders", "is said twice"),
        ("股东", "甲 | person | 60%\n乙 | person | 70%", "shareholders", "more than 100"),
        ("股东", "林乔 | person | whatever", "shareholders", "cannot be understood"),
        ("董事、经理", "林乔 | emperor", "officers", "The post “emperor”"),
        ("歇业起始日期", "2026-01-01", "suspended_since", "from when until when"),
        ("组织形式", "branch", "parent_name", "whose branch"),
        ("注册资本（万元）", "500", "capital", "in two columns"),
        ("科学家创办", "perhaps", "scientist_founded", "Write yes or no."),
        ("名称", "北京\u202e公司", "name", "cannot be printed"),
        ("名称", "北" * 121, "name", "more than 120"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(
    heading: str, cell: str, column: str, said: str
) -> None:
    found = faults(**{heading: cell})

    assert [one for one, _ in found] == [column]
    assert said in found[0][1]


@pytest.mark.parametrize(
    "cell",
    ["2020-03-02", "2020/3/2", "2020.03.02", "2020年3月2日", "20200302", "43892", "43892.0",
     "2020-03-02T00:00:00", "2020-03-02 00:00:00", "２０２０－３－２"],
)  # fmt: skip
def test_a_day_is_read_in_the_ways_table_programs_write_it(cell: str) -> None:
    assert facts(成立日期=cell)["established"] == "2020-03-02"


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("500万", "5000000"), ("500 万元", "5000000"), ("5,000,000.00", "5000000.00"),
     ("5E6", "5000000"),     ("1.2亿", "120000000"), ("５００００００", "5000000")],
)  # fmt: skip
def test_capital_is_read_in_the_ways_people_write_it(cell: str, amount: str) -> None:
    assert facts(注册资本=cell, 股东="")["capital"] == {"currency": "CNY", "amount": amount}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"注册资本": "0", "股东": ""}, "capital"),
        ({"注册资本": "6000000.00"}, "shareholders"),
        ({"监事": "林乔"}, "supervisors"),
        ({"币种": "XXX"}, "currency"),
        ({"组织形式": "个人独资企业"}, "shareholders"),
    ],
)
def test_what_contradicts_itself_is_told(cells: dict[str, str], column: str) -> None:
    assert column in {one for one, _ in faults(**cells)}


def test_a_column_may_count_in_ten_thousands() -> None:
    row = tables.row()
    row["注册资本（万元）"] = row.pop("注册资本") and "500"

    (draft,) = import_files.drafts(tables.file_of(row), TODAY)

    assert draft.facts["capital"] == {"currency": "CNY", "amount": "5000000"}


def test_shareholders_may_stand_in_columns_of_their_own() -> None:
    row = tables.row(股东1="林乔 | 自然人 | 300万元", 股东2="北京样例有限公司 | 企业 | 200万元")
    del row["股东"]

    (draft,) = import_files.drafts(tables.file_of(row), TODAY)

    told = [(one["name"], one["kind"], one["percent"]) for one in draft.facts["shareholders"]]
    assert told == [("林乔", "person", "60.00"), ("北京样例有限公司", "organisation", "40.00")]


def test_who_is_from_abroad_makes_the_type() -> None:
    assert facts(股东="Acme | organisation | US | 100%")["type"]["zh"].endswith("（外商独资）")


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (["名称"], "These are missing: Unified social credit code"),
        ([*tables.cells([tables.row()])[0], "名称"], "“Name” is there twice"),
        (["甲", "乙"], "The first row must hold the headings"),
    ],
)
def test_headings_that_say_too_little_are_refused(headings: list[str], said: str) -> None:
    with pytest.raises(HeadingsWrong, match=said):
        Headings.of(headings)


def test_columns_that_we_do_not_know_are_named_and_left_out() -> None:
    found = import_files.tally(tables.file_of(tables.row(备注="x")), TODAY)

    assert found.is_good
    assert found.unread == ("备注",)


NAMES = st.text("澄野瑞康博信达诚佳和ABab ", min_size=1, max_size=12).map(str.strip).filter(bool)
SUMS = st.decimals(Decimal("0.01"), Decimal(10**9), places=2).map(
    lambda one: values.money(one, "CNY")
)
DAYS = st.dates(date(1980, 1, 1), TODAY)
ISO = DAYS.map(date.isoformat)
BOTH = st.fixed_dictionaries({"en": NAMES, "zh": NAMES})
OWNERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "kind": st.sampled_from(["person", "organisation"]),
            "country": st.sampled_from(["CN", "US", "HK", "DE"]),
            "contribution": SUMS,
            "percent": st.just("10.00"),
            "method": st.sampled_from(["cash", "in_kind", ""]),
            "pay_by": ISO | st.just(""),
        },
        optional={"paid": SUMS, "liability": st.sampled_from(["general", "limited"])},
    ),
    max_size=4,
)
OFFICERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "posts": st.lists(
                st.sampled_from(["chair", "director", "legal_representative", "manager"]),
                unique=True,
            ).map(sorted),
        }
    ),
    max_size=3,
)
SCOPES = st.lists(st.sampled_from(sorted(reference.scope_phrases())), min_size=1, max_size=5,
                  unique=True)  # fmt: skip


@st.composite
def enterprises(draw: st.DrawFn) -> Facts:
    established, scope = draw(DAYS), draw(SCOPES)
    years = draw(st.integers(1, 60))
    term = {"kind": "years", "years": years, "until": years_after(established, years).isoformat()}
    form, officers = draw(st.sampled_from(sorted(reference.org_forms()))), draw(OFFICERS)
    owners = draw(OWNERS)[: reference.org_forms()[form].owners_max]
    total, posts = coherence.subscribed(owners), {one["name"] for one in officers}
    found: Facts = {
        "name": draw(NAMES).replace("(", ""),
        "org_form": form,
        "type": draw(BOTH),
        "capital": total.fact if total else draw(SUMS),
        "legal_representative": draw(NAMES),
        "shareholders": owners,
        "officers": officers,
        "supervisors": draw(st.lists(NAMES.filter(lambda name: name not in posts), max_size=3)),
        "scope": scope,
        "main_scope": draw(st.sampled_from(scope)),
        "address": draw(BOTH),
        "established": established.isoformat(),
        "term": draw(st.sampled_from([term, {"kind": "long"}])),
        "registrar": draw(BOTH),
        "parent": {"name": draw(NAMES), "credit_code": "91110114MA7XCP003J"},
    }
    if draw(st.booleans()):
        found |= {"address_unit": "9-207", "scientist_founded": True}
    if draw(st.booleans()):
        found |= {
            "state": "suspended",
            "suspension": {
                "since": max(established, date(2026, 1, 1)).isoformat(),
                "until": "2026-12-31",
            },
        }
    return found


@given(enterprises())
def test_what_is_exported_is_read_back(told: Facts) -> None:
    code = "91110114MAY000017G"
    cells = tuple(str(safe(cell)) for cell in row_of(code, _tidy(told)))

    draft, wrong = import_drafts.read(Line(2, cells), WHOLE, TODAY)

    assert wrong == []
    assert draft is not None
    assert (draft.code, draft.facts) == (code, _tidy(told))


def _tidy(told: Facts) -> Facts:
    """Return facts with their texts in one line, as every form of ours keeps them."""
    return {key: _line(value) for key, value in told.items()}


def _line(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: _line(one) for key, one in value.items()}
    return [_line(one) for one in value] if isinstance(value, list) else value


@given(st.text(max_size=80))
def test_no_cell_breaks_the_reader(cell: str) -> None:
    line = Line(2, tuple(cell for _ in HEADINGS))

    draft, wrong = import_drafts.read(line, WHOLE, TODAY)

    assert (draft is None) == bool(wrong)


def test_excel_days_are_bounded() -> None:
    assert values.day("109574") - timedelta(days=109_574) == date(1899, 12, 30)
    for cell in ("60", "109575", "0", "999999"):
        with pytest.raises(Unfit):
            values.day(cell)


def test_an_empty_list_is_an_empty_cell() -> None:
    assert import_people.owners_cell([]) == import_people.officers_cell([]) == ""
