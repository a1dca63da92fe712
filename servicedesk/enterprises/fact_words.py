"""The facts of an enterprise in both languages: what each is called, and what it says.

One table for all places that show facts: the page of the enterprise, the difference that a
filing makes, the change notice, the extract from the file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.enterprises import reference
from servicedesk.enterprises.certificate_facts import long_day, money_words, term_words
from servicedesk.enterprises.chronology import Row
from servicedesk.enterprises.public_facts import IN_COMPANY, as_text, called
from servicedesk.words import Text

Tell = Callable[[Any], Text]

_POSTS: Final = {
    "chair": Text("chair", "董事长"),
    "director": Text("director", "董事"),
    "manager": Text("manager", "经理"),
    "legal_representative": Text("legal representative", "法定代表人"),
}
_STATES: Final = {
    "registered": Text("Registered", "存续"),
    "suspended": Text("Suspended", "歇业"),
    "revoked": Text("Licence revoked", "已吊销"),
    "deregistered": Text("Deregistered", "已注销"),
}
_METHODS: Final = {
    "cash": Text("in cash", "货币出资"),
    "in_kind": Text("in kind", "非货币财产出资"),
    "labour": Text("by labour", "劳务出资"),
}
_REPORTED: Final = Text("Reported", "已报告")
_REPORT: Final = re.compile("(annual|quarterly)_report_([0-9]{4})(?:q([1-4]))?")


def _plain(value: Any) -> Text:  # noqa: ANN401 - any JSON
    return Text(str(value), str(value))


def _day(value: Any) -> Text:  # noqa: ANN401
    return long_day(date.fromisoformat(value))


def _state(value: Any) -> Text:  # noqa: ANN401
    return _STATES.get(value, _plain(value))


def _form(value: Any) -> Text:  # noqa: ANN401
    form = reference.org_forms().get(value)
    return form.name if form else _plain(value)


def _phrase(value: Any) -> Text:  # noqa: ANN401
    phrase = reference.scope_phrases().get(value)
    return phrase.name if phrase else _plain(value)


def _period(value: Any) -> Text:  # noqa: ANN401
    since, until = (date.fromisoformat(value[key]) for key in ("since", "until"))
    first, last = long_day(since), long_day(until)
    return Text(f"From {first.en} to {last.en}", f"{first.zh} 至 {last.zh}")


def _owner(value: Any) -> Text:  # noqa: ANN401
    """Return who owns how much, and how and by when that is paid."""
    name, said = _plain(value["name"]), list(_part(value))
    if not said:
        return name
    english, chinese = (one.en for one in said), (one.zh for one in said)
    return Text(f"{name.en}: {', '.join(english)}", f"{name.zh}：{'，'.join(chinese)}")


def _part(value: Mapping[str, Any]) -> Iterator[Text]:
    if value.get("contribution") is not None:
        yield money_words(value["contribution"])
        if value.get("percent"):
            share = f"{Decimal(value['percent']):f}"
            yield Text(f"{share} %", f"占 {share}%")
    if value.get("method"):
        yield _METHODS.get(value["method"], _plain(value["method"]))
    if value.get("pay_by"):
        day = _day(value["pay_by"])
        yield Text(f"paid in by {day.en}", f"缴足日期 {day.zh}")


def _officer(value: Any) -> Text:  # noqa: ANN401
    posts = [_POSTS.get(post, _plain(post)) for post in value.get("posts", [])]
    english, chinese = [one.en for one in posts], [one.zh for one in posts]
    if not posts:
        return _plain(value["name"])
    return Text(
        f"{value['name']} ({', '.join(english)})", f"{value['name']}（{'、'.join(chinese)}）"
    )


def _yes_or_no(value: Any) -> Text:  # noqa: ANN401
    return Text("Yes", "是") if value else Text("No", "否")


def _named(value: Any) -> Text:  # noqa: ANN401
    code = value.get("credit_code", "")
    return _plain(f"{value['name']} {code}".strip())


def _report(value: Any) -> Text:  # noqa: ANN401
    revenue = value.get("revenue")
    if not revenue:
        return _REPORTED
    amount = money_words(revenue)
    return Text(f"Revenue {amount.en}", f"营业总收入 {amount.zh}")


def _filed(value: Any) -> Text:  # noqa: ANN401
    return _day(value["on"])


# In the order in which they are shown.  A fact that has no line here is not shown.
FACTS: Final[Mapping[str, tuple[Text, Tell]]] = {
    "state": (Text("State", "状态"), _state),
    "name": (Text("Name", "名称"), _plain),
    "org_form": (Text("Legal form", "组织形式"), _form),
    "type": (Text("Type", "类型"), as_text),
    "parent": (Text("Branch of", "隶属企业"), _named),
    "legal_representative": (IN_COMPANY["legal_representative"], _plain),
    "capital": (IN_COMPANY["capital"], money_words),
    "established": (Text("Established on", "成立日期"), _day),
    "term": (Text("Term", "营业期限"), term_words),
    "suspension": (Text("Business rests", "歇业期间"), _period),
    "revoked_on": (Text("Licence revoked on", "吊销日期"), _day),
    "announcement": (Text("Compulsory deregistration announced", "强制注销公告期"), _period),
    "deregistered_on": (Text("Deregistered on", "注销日期"), _day),
    "address": (IN_COMPANY["address"], as_text),
    "address_unit": (Text("Place in the park", "园区房屋编号"), _plain),
    "branch_addresses": (Text("Branches on the licence", "执照加注的分支机构"), as_text),
    "registrar": (Text("Registrar", "登记机关"), as_text),
    "scope": (Text("Business scope", "经营范围"), _phrase),
    "main_scope": (Text("Main business", "主营业务"), _phrase),
    "shareholders": (IN_COMPANY["shareholders"], _owner),
    "officers": (Text("Directors and manager", "董事、经理"), _officer),
    "supervisors": (Text("Supervisors", "监事"), _plain),
    "liaison": (Text("Liaison", "联络员"), _plain),
    "legal_recipient": (Text("Receives legal documents", "法律文书送达接受人"), _plain),
    "articles_of": (Text("Articles of", "章程日期"), _day),
    "duplicates": (Text("Duplicates of the licence", "营业执照副本数"), _plain),
    "licence_reissued": (Text("Licence reissued on", "营业执照补换领日期"), _filed),
    "scientist_founded": (Text("Founded by a scientist", "科学家创办"), _yes_or_no),
    "beneficial_owners_filed": (Text("Beneficial owners filed on", "受益所有人备案日期"), _filed),
}

_ORDER: Final = {topic: place for place, topic in enumerate(FACTS)}


def label(topic: str, org_form: str) -> Text | None:
    """Return what a fact is called in an enterprise of this form; None: it is not shown.

    >>> label("legal_representative", "branch").zh
    '负责人'
    """
    if topic in IN_COMPANY:
        return called(topic, org_form)
    report = _REPORT.fullmatch(topic)
    if report and report[3]:
        year, quarter = report[2], report[3]
        return Text(f"Figures of quarter {quarter} of {year}", f"{year} 年第 {quarter} 季度数据")
    if report:
        return Text(f"Annual report of {report[2]}", f"{report[2]} 年度报告")
    if topic.startswith("fi_report"):
        return Text("Report of foreign investment", "外商投资信息报告")
    return FACTS[topic][0] if topic in FACTS else None


def line(row: Row) -> Text | None:
    """Return what a row says; None where it ends something."""
    if row.value is None:
        return None
    if row.topic in FACTS:
        return FACTS[row.topic][1](row.value)
    return _report(row.value) if _REPORT.fullmatch(row.topic) else _REPORTED


def order(topic: str) -> tuple[int, str]:
    """Return where a fact stands among the others: as in the table, reports behind, by year."""
    return (_ORDER.get(topic, len(_ORDER)), topic)
