"""What each certificate says, line by line, in both languages: exactly what is printed.

The same lines stand on the printed page and on the page that verifies it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.enterprises import reference
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.public_facts import as_text, both, called
from servicedesk.web import writing
from servicedesk.words import Text

Facts = dict[str, Any]

_LONG_TERM: Final = Text("Without a fixed end", "长期")
_NONE_STATED: Final = Text("none stated", "未标明")
_NOTHING: Final = Text("None", "无")
_PLACE: Final = Text("Place", "房屋编号")
_USED_FROM: Final = Text("Used from", "使用起始日期")
_USED_UNTIL: Final = Text("Used until", "使用截止日期")
_RESERVED: Final = Text(
    "Apply for the set-up before the reservation ends; it then lapses by itself. A reserved "
    "name is not registered yet and may not be used in business.",
    "请在保留期届满前办理设立登记，逾期保留自动失效。保留的名称未经登记，不得用于经营活动。",
)
_CHANGED: Final = Text(
    "The register says from this day on what stands under “After”. Where the licence shows it, a "
    "new licence takes the place of the old one, which is not in force any more.",
    "自准予之日起，登记（备案）事项以“变更后”所列为准。涉及营业执照记载事项的，换发新的营业执照，原营业执照不再有效。",
)
_DEREGISTERED: Final = Text(
    "The enterprise has ended. Its licence and its other certificates are not in force any more; "
    "this can be verified by their codes.",
    "企业终止，其营业执照和其他证书不再有效，可凭查验码核验。",
)
_EXTRACTED: Final = Text(
    "The register said this on the day of the extract. Use it only for the purpose you stated.",
    "本摘录反映出具当日的登记信息，仅限用于申请时载明的用途。",
)
_REPLACED: Final = Text("does not count any more", "已不再有效")
_LICENSED: Final = Text(
    "Business marked * needs a licence; it may begin only once the licence is there.",
    "标注 * 的项目须依法取得许可，取得许可后方可开展经营活动。",
)


@dataclass(frozen=True)
class Issue:
    """By whom, when, and on which application a certificate is issued."""

    issuer: Text
    on: date
    reference: str  # of the application


@dataclass(frozen=True)
class Filed:
    """A filing as an extract from the file tells it."""

    seq: int
    kind: Text
    effective_on: date
    counts: bool  # no other filing stands in its place
    changes: Sequence[tuple[Text, Sequence[Text], Sequence[Text]]]  # of what, before, after


_ON_A_LICENCE: Final = frozenset(
    [
        "branch_addresses",
        "name",
        "type",
        "legal_representative",
        "capital",
        "term",
        "address",
        "scope",
    ]
)


def is_printed_anew(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the licence says something else after a change of the public facts."""
    return any(before.get(key) != after.get(key) for key in _ON_A_LICENCE)


def licence(enterprise: Mapping[str, Any], credit_code: str, issue: Issue) -> Facts:
    """Return the lines of a business licence, from the enterprise's public facts."""
    form, established = enterprise["org_form"], date.fromisoformat(enterprise["established"])
    return _facts(
        Text("Business licence", "营业执照"),
        enterprise["name"],
        [
            _row("Unified social credit code", "统一社会信用代码", credit_code),
            _row("Name", "名称", enterprise["name"]),
            _row("Type", "类型", as_text(enterprise["type"])),
            _row_of(called("legal_representative", form), enterprise["legal_representative"]),
            *_capital(enterprise),
            _row("Established on", "成立日期", long_day(established)),
            _row("Term", "营业期限", term_words(enterprise["term"])),
            _row_of(called("address", form), as_text(enterprise["address"])),
            *_branches(enterprise),
            _row("Business scope", "经营范围", scope_words(enterprise["scope"])),
        ],
        issue,
        notes=[_LICENSED] if _has_licensed(enterprise["scope"]) else [],
    )


def name_notice(parts: NameParts, declarant: str, until: date, issue: Issue) -> Facts:
    """Return the lines of a notice that a name is reserved."""
    return _facts(
        Text("Notice of name reservation", "企业名称保留告知书"),
        parts.full,
        [
            _row("Name", "企业名称", parts.full),
            _row("Administrative division", "行政区划名称", parts.division),
            _row("Trade name", "字号", parts.trade_name),
            _row("Industry", "行业或者经营特点", parts.industry or _NONE_STATED),
            _row("Organisational form", "组织形式", parts.form),
            _row("Declared by", "申报人", declarant),
            _row("Reserved until", "保留期至", long_day(until)),
            _row("Application", "申请编号", issue.reference),
        ],
        issue,
        notes=[_RESERVED],
        valid_until=until,
    )


def address_proof(
    company: str, unit: tuple[str, Text], period: tuple[date, date | None], issue: Issue
) -> Facts:
    """Return the lines of a proof that a place of the park may be used as an address.

    Args:
        company: who may use it.
        unit: the code of the place and its address.
        period: first and last day; None: open.
        issue: by whom and when; without a reference where no application brings it.
    """
    code, address = unit
    since, until = period
    rows = [
        _row("Company", "企业名称", company),
        _row("Address", "住所", address),
        _row_of(_PLACE, code),
        _row_of(_USED_FROM, long_day(since)),
        *_used_until(until),
        *([_row("Application", "申请编号", issue.reference)] if issue.reference else []),
    ]
    title = Text("Proof of address", "住所使用证明")
    return _facts(title, company, rows, issue, valid_until=until)


def place_code(proof: Mapping[str, Any]) -> str:
    """Return the code of the place that a proof of address is for."""
    place = both(_PLACE)
    return str(next(row["value"]["en"] for row in proof["rows"] if row["label"] == place))


def prolonged_proof(proof: Mapping[str, Any], until: date | None, on: date) -> Facts:
    """Return the lines of a proof of address as they are when the stay lasts until another day."""
    ends, begins = both(_USED_UNTIL), both(_USED_FROM)
    rows = [row for row in proof["rows"] if row["label"] != ends]
    first = next(at for at, row in enumerate(rows) if row["label"] == begins)
    rows[first + 1 : first + 1] = _used_until(until)
    return {
        **proof,
        "rows": rows,
        "issued_on": on.isoformat(),
        "issued_words": both(long_day(on)),
        "valid_until": until.isoformat() if until else None,
    }


def notice(result: Text, about: str, issue: Issue) -> Facts:
    """Return the lines of a plain notice that an application was approved."""
    return _facts(
        result,
        about,
        [
            _row("About", "办理对象", about),
            _row("Result", "办理结果", Text("Approved", "准予")),
            _row("Approved on", "准予日期", long_day(issue.on)),
            _row("Application", "申请编号", issue.reference),
        ],
        issue,
    )


def change_notice(
    enterprise_name: str,
    credit_code: str,
    kind: Text,
    rows: Sequence[tuple[Text, str | Text, str | Text]],
    issue: Issue,
) -> Facts:
    """Return the lines of a notice that a change was registered or filed.

    Args:
        enterprise_name: as it is called after the change.
        credit_code: of the enterprise.
        kind: what the notice is called, such as the notice of a change's registration.
        rows: what is changed: its name, what stood there, what stands there now; "" is nothing.
        issue: by whom and when.
    """
    facts = _facts(
        kind,
        enterprise_name,
        [
            _row("Enterprise", "企业名称", enterprise_name),
            _row("Unified social credit code", "统一社会信用代码", credit_code),
            _row("Approved on", "准予日期", long_day(issue.on)),
            _row("Application", "申请编号", issue.reference),
        ],
        issue,
        notes=[_CHANGED],
    )
    return facts | {"changes": _changes(rows)}


def extract(
    enterprise: tuple[str, str],
    today: Sequence[tuple[Text, Sequence[Text]]],
    filings: Sequence[Filed],
    chain: str,
    issue: Issue,
) -> Facts:
    """Return the lines of an extract from the file of an enterprise.

    Args:
        enterprise: its name and credit code.
        today: what the register says on the day of the extract, line by line.
        filings: those that were asked for.
        chain: how many filings there are in all, and the fingerprint of the last: it proves that
            the register had this history on that day.
        issue: by whom and when.
    """
    name, credit_code = enterprise
    facts = _facts(
        Text("Extract from the registration file", "登记档案摘录"),
        name,
        [
            _row("Unified social credit code", "统一社会信用代码", credit_code),
            *(_row_of(label, joined(lines)) for label, lines in today),
            _row(
                "Filings in the register, fingerprint of the last", "登记记录数及末条校验值", chain
            ),
            _row("Application", "申请编号", issue.reference),
        ],
        issue,
        notes=[_EXTRACTED],
    )
    return facts | {"filings": [_filing(one) for one in filings]}


def deregistration_notice(
    name: str, credit_code: str, established: date, deregistered_on: date, issue: Issue
) -> Facts:
    """Return the lines of a notice that an enterprise was deregistered."""
    return _facts(
        Text("Notice of deregistration", "准予注销登记通知书"),
        name,
        [
            _row("Enterprise", "企业名称", name),
            _row("Unified social credit code", "统一社会信用代码", credit_code),
            _row("Established on", "成立日期", long_day(established)),
            _row("Deregistered on", "注销日期", long_day(deregistered_on)),
            _row("Application", "申请编号", issue.reference),
        ],
        issue,
        notes=[_DEREGISTERED],
    )


def long_day(value: date) -> Text:
    """Return a day with its year in both languages.

    >>> long_day(date(2026, 3, 2)).en
    '2 March 2026'
    """
    return Text(writing.day(value, "en", value, "long"), writing.day(value, "zh", value, "long"))


def _facts(
    title: Text,
    holder: str,
    rows: Sequence[Facts],
    issue: Issue,
    *,
    notes: Sequence[Text] = (),
    valid_until: date | None = None,
) -> Facts:
    return {
        "title": both(title),
        "holder": holder,
        "rows": list(rows),
        "notes": [both(note) for note in notes],
        "issuer": both(issue.issuer),
        "issued_on": issue.on.isoformat(),
        "issued_words": both(long_day(issue.on)),
        "valid_until": valid_until.isoformat() if valid_until else None,
    }


def _row(en: str, zh: str, value: str | Text) -> Facts:
    return _row_of(Text(en, zh), value)


def _row_of(label: Text, value: str | Text) -> Facts:
    text = value if isinstance(value, Text) else Text(value, value)
    return {"label": both(label), "value": both(text)}


def _used_until(until: date | None) -> list[Facts]:
    return [_row_of(_USED_UNTIL, long_day(until))] if until is not None else []


def _branches(enterprise: Mapping[str, Any]) -> Iterator[Facts]:
    for address in enterprise.get("branch_addresses") or []:
        yield _row("Branch at", "分支机构住所", as_text(address))


def _capital(enterprise: Mapping[str, Any]) -> Iterator[Facts]:
    """Yield the capital of a company, or what is contributed to an enterprise without."""
    amount = enterprise.get("capital")
    if amount is not None:
        yield _row_of(called("capital", enterprise["org_form"]), money_words(amount))


def _filing(filed: Filed) -> Facts:
    number = Text(f"Filing {filed.seq}: {filed.kind.en}", f"第 {filed.seq} 条：{filed.kind.zh}")
    if not filed.counts:
        number = Text(f"{number.en} ({_REPLACED.en})", f"{number.zh}（{_REPLACED.zh}）")
    return {
        "title": both(number),
        "day": both(long_day(filed.effective_on)),
        "changes": _changes([(one[0], joined(one[1]), joined(one[2])) for one in filed.changes]),
    }


def _changes(rows: Sequence[tuple[Text, str | Text, str | Text]]) -> list[Facts]:
    return [
        {"label": both(label), "before": _said(before), "after": _said(after)}
        for label, before, after in rows
    ]


def joined(lines: Sequence[Text]) -> Text:
    """Return lines as one text in both languages; nothing where there are none."""
    return Text("; ".join(one.en for one in lines), "；".join(one.zh for one in lines))


def _said(value: str | Text) -> Facts:
    """Return one side of a change, in words also where there is nothing."""
    text = value if isinstance(value, Text) else Text(value, value)
    return both(text if text.en or text.zh else _NOTHING)


def money_words(amount: Mapping[str, str]) -> Text:
    """Return an amount in both languages."""
    value = Decimal(amount["amount"])
    english, chinese = (writing.money(value, amount["currency"], one) for one in ("en", "zh"))
    return Text(english, chinese)


def term_words(term: Mapping[str, Any]) -> Text:
    """Return for how long an enterprise is set up, in both languages."""
    if term["kind"] == "long":
        return _LONG_TERM
    last = long_day(date.fromisoformat(term["until"]))
    return Text(f"Until {last.en}", f"至 {last.zh}")


def scope_words(codes: Sequence[str]) -> Text:
    """Return phrases of business scope in both languages; * marks what needs a licence."""
    phrases = [one for code in codes if (one := reference.scope_phrases().get(code))]
    marks = [("*" if one.is_licensed else "") for one in phrases]
    return Text(
        "; ".join(f"{one.name.en}{mark}" for one, mark in zip(phrases, marks, strict=True)) + ".",
        "；".join(f"{one.name.zh}{mark}" for one, mark in zip(phrases, marks, strict=True)) + "。",
    )


def _has_licensed(codes: Sequence[str]) -> bool:
    phrases = reference.scope_phrases()
    return any(phrases[code].is_licensed for code in codes if code in phrases)
