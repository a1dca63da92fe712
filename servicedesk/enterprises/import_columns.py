"""The columns of a table of enterprises: what each is called, how it is read and written.

Pure.  One table for the import, its template and description, and the export; so what was
exported can be imported.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from servicedesk.enterprises import import_people as people
from servicedesk.enterprises import import_values as values
from servicedesk.errors import RuleBroken
from servicedesk.words import Text, Words, say

Facts = Mapping[str, Any]
Write = Callable[[str, Facts], str]  # credit code and facts -> cell

_NOT_IN_HEADINGS: Final = re.compile(r"[\s_\-–:：*（）()/.。]+")


@dataclass(frozen=True)
class Column:
    """One column; its cells, from several columns with a number behind, are read as one."""

    key: str
    title: Text
    help: Words
    read: Callable[[str], Any]
    write: Write
    also: tuple[str, ...] = ()  # other headings that people have
    is_required: bool = False
    is_offered: bool = True  # in the template and the export


def _fact(key: str) -> Write:
    return lambda _code, facts: values.written(facts.get(key))


def _part(key: str, part: str) -> Write:
    return lambda _code, facts: values.part(facts.get(key), part)


def _listed(key: str) -> Write:
    return lambda _code, facts: ";".join(facts.get(key) or ())


def _never(_code: str, _facts: Facts) -> str:
    return ""


_DAY: Final = say("A day, as 2026-03-02 or as the table program writes it.")
_BOTH: Final = say("May be empty: then the other language counts for both.")

COLUMNS: Final[Sequence[Column]] = (
    Column(
        "credit_code", Text("Unified social credit code", "统一社会信用代码"),
        say("18 characters; format the column as text."), values.code,
        lambda code, _facts: code, ("信用代码", "社会信用代码", "credit code", "uscc"),
        is_required=True,
    ),
    Column(
        "name", Text("Name", "名称"), say("As on the business licence."), values.name,
        _fact("name"), ("企业名称", "公司名称", "单位名称", "市场主体名称", "company name"),
        is_required=True,
    ),
    Column(
        "org_form", Text("Legal form", "组织形式"),
        say("Such as llc, 有限责任公司 or 有限合伙企业."), values.form, _fact("org_form"),
        ("form", "企业形式"), is_required=True,
    ),
    Column(
        "type_zh", Text("Type (Chinese)", "类型（中文）"),
        say("As on the business licence. May be empty: then it follows from the legal form."),
        values.text, _part("type", "zh"), ("类型", "企业类型", "公司类型", "type"),
    ),
    Column(
        "type_en", Text("Type (English)", "类型（英文）"), _BOTH, values.text,
        _part("type", "en"),
    ),
    Column(
        "legal_representative", Text("Legal representative", "法定代表人"),
        say("Of a partnership who acts for it, of a branch the person in charge. Name only."),
        values.text, _fact("legal_representative"),
        ("负责人", "执行事务合伙人", "投资人", "法人", "法人代表"), is_required=True,
    ),
    Column(
        "capital", Text("Registered capital", "注册资本"),
        say("Such as 5000000.00 or 500万. A column “注册资本（万元）” counts in 10,000."),
        values.amount, _part("capital", "amount"), ("注册资金", "出资额", "注册资本（元）"),
    ),
    Column(
        "capital_wan", Text("Registered capital (10,000)", "注册资本（万元）"),
        say("In units of 10,000."), values.ten_thousands, _never,
        ("注册资金（万元）", "注册资本（金）（万元）", "出资额（万元）"), is_offered=False,
    ),
    Column(
        "currency", Text("Currency", "币种"), say("Such as CNY; empty: CNY."), values.currency,
        _part("capital", "currency"), ("注册资本币种",),
    ),
    Column(
        "established", Text("Established on", "成立日期"), _DAY, values.day,
        _fact("established"), ("设立日期", "注册日期", "established", "date established"),
        is_required=True,
    ),
    Column(
        "term_until", Text("Term until", "营业期限至"),
        say("A day, or “long”. Empty: without a fixed end."), values.end,
        _part("term", "until"), ("营业期限", "经营期限", "经营期限至", "合伙期限"),
    ),
    Column(
        "term_years", Text("Term in years", "营业期限（年）"),
        say("May be empty: then it follows from the days."), values.count,
        _part("term", "years"),
    ),
    Column(
        "suspended_since", Text("Business rests from", "歇业起始日期"),
        say("Only where the business rests now."), values.day, _part("suspension", "since"),
    ),
    Column(
        "suspended_until", Text("Business rests until", "歇业截止日期"),
        say("Only where the business rests now."), values.day, _part("suspension", "until"),
    ),
    Column(
        "address_zh", Text("Address (Chinese)", "住所（中文）"),
        say("May be empty where a place of the park is given."), values.text,
        _part("address", "zh"),
        ("住所", "地址", "注册地址", "经营场所", "主要经营场所", "营业场所", "住址", "address"),
    ),
    Column(
        "address_en", Text("Address (English)", "住所（英文）"), _BOTH, values.text,
        _part("address", "en"),
    ),
    Column(
        "address_unit", Text("Place in the park", "园区房间号"),
        say("The number of a place of the park, as 4-207; empty: an own address."),
        values.text, _fact("address_unit"), ("房间号", "房号", "unit"),
    ),
    Column(
        "scope", Text("Business scope", "经营范围"),
        say("Standard phrases or their codes (BS002), between them semicolons."),
        values.phrases, _listed("scope"),
    ),
    Column(
        "main_scope", Text("Main business", "主营业务"),
        say("One of the phrases. Empty: the first of them."), values.phrase,
        _fact("main_scope"), ("主营项目",),
    ),
    Column(
        "shareholders", Text("Shareholders", "股东"),
        say(
            "One a line, or in columns “Shareholder 1”, “Shareholder 2”: "
            "林乔 | person | CN | 3000000 CNY | 60% | cash | 2031-03-31. Partners the same way, "
            "with general or limited."
        ),
        people.owners, lambda _code, facts: people.owners_cell(facts.get("shareholders") or ()),
        ("shareholder", "股东信息", "股东及出资", "合伙人", "partners", "partner", "发起人"),
    ),
    Column(
        "officers", Text("Directors and manager", "董事、经理"),
        say("One a line, or in columns with numbers: 林乔 | director, manager."),
        people.officers, lambda _code, facts: people.officers_cell(facts.get("officers") or ()),
        ("officers", "officer", "主要人员", "高管", "董事经理"),
    ),
    Column(
        "supervisors", Text("Supervisors", "监事"), say("Names, between them semicolons."),
        values.texts, _listed("supervisors"), ("supervisor",),
    ),
    Column(
        "parent_name", Text("Branch of", "隶属企业名称"), say("Of a branch only."), values.name,
        _part("parent", "name"), ("总公司", "所属企业名称"),
    ),
    Column(
        "parent_code", Text("Credit code of the parent", "隶属企业统一社会信用代码"),
        say("Of a branch only."), values.code, _part("parent", "credit_code"),
    ),
    Column(
        "registrar_zh", Text("Registrar (Chinese)", "登记机关（中文）"),
        say("Empty: the registrar of this park."), values.text, _part("registrar", "zh"),
        ("登记机关", "registrar"),
    ),
    Column(
        "registrar_en", Text("Registrar (English)", "登记机关（英文）"), _BOTH, values.text,
        _part("registrar", "en"),
    ),
    Column(
        "scientist_founded", Text("Founded by scientists", "科学家创办"),
        say("yes or no; empty: no."), values.yes,
        lambda _code, facts: "yes" if facts.get("scientist_founded") else "",
    ),
)  # fmt: skip
BY_KEY: Final = {one.key: one for one in COLUMNS}
OFFERED: Final = [one for one in COLUMNS if one.is_offered]
HEADINGS: Final = [f"{one.title.zh} / {one.title.en}" for one in OFFERED]


class HeadingsWrong(RuleBroken):
    """The first row does not say what the columns are; the words say what to do."""


@dataclass(frozen=True)
class Headings:
    """Which columns a table has, and which of them we do not know."""

    keys: tuple[str | None, ...]  # of each column; None: not read
    unread: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Headings":
        """Return what the cells of the first row say.

        Raises:
            HeadingsWrong: a column is missing, or there twice.
        """
        keys = [_column_of(cell) for cell in cells]
        single = [key for key, numbered in keys if key and not numbered]
        twice = next((key for key in single if single.count(key) > 1), None)
        if twice is not None:
            raise HeadingsWrong(
                say("The column “%(column)s” is there twice.", column=BY_KEY[twice].title)
            )
        known = {key for key, _ in keys}
        missing = [one.title for one in COLUMNS if one.is_required and one.key not in known]
        if missing:
            raise HeadingsWrong(_missing(missing))
        unread = (cell.strip()[:60] for cell, (key, _) in zip(cells, keys, strict=True) if not key)
        return cls(tuple(key for key, _ in keys), tuple(one for one in unread if one))


def row_of(code: str, facts: Facts) -> list[str]:
    """Return an enterprise as a row under ``HEADINGS``."""
    return [one.write(code, facts) for one in OFFERED]


def _missing(titles: Sequence[Text]) -> Words:
    names = Text(", ".join(one.en for one in titles), "、".join(one.zh for one in titles))
    return say(
        "The first row must hold the headings. These are missing: %(columns)s. Take them from "
        "the template.",
        columns=names,
    )


def _column_of(cell: str) -> tuple[str | None, bool]:
    """Return the key of the column of a heading, and whether it has a number behind."""
    for part in (cell, *re.split(r"\s/\s|\n", cell)):
        plain = _plain(part)
        if plain in _headings():
            return _headings()[plain], False
        bare = plain.rstrip("0123456789")
        if bare != plain and bare in _headings():
            return _headings()[bare], True
    return None, False


@cache
def _headings() -> dict[str, str]:
    return {
        _plain(word): one.key
        for one in COLUMNS
        for word in (one.key, one.title.en, one.title.zh, *one.also)
    }


def _plain(heading: str) -> str:
    return _NOT_IN_HEADINGS.sub("", unicodedata.normalize("NFKC", heading)).lower()
