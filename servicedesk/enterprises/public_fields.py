"""Which facts of an enterprise everybody may see: this table, and nothing that is not in it.

What a company is registered with is public (Company Law art. 32 and 40, L_CL).  Of an annual
report the state of business and the contributions are; staff and figures only where the
enterprise chose so (points 1 to 6 and 7 of the catalogue's E_ANNUAL, marked OWN there).  Quarterly
figures, and whether a scientist founded it, serve the park's statistics alone (Q_REPORT promises
so): they are not shown to those either who search the whole file with a reason.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

PLAIN: Final[Mapping[str, Any]] = {}  # text, a number, or a list of them; nothing inside it
MONEY: Final = {"currency": PLAIN, "amount": PLAIN}
BOTH: Final = {"en": PLAIN, "zh": PLAIN}

FIELDS: Final[Mapping[str, Any]] = {
    "name": PLAIN,
    "org_form": PLAIN,
    "type": BOTH,
    "state": PLAIN,
    "capital": MONEY,
    "legal_representative": PLAIN,
    "shareholders": {
        "name": PLAIN,
        "kind": PLAIN,
        "country": PLAIN,
        "contribution": MONEY,
        "percent": PLAIN,
        "method": PLAIN,
        "pay_by": PLAIN,
        "paid": MONEY,
        "liability": PLAIN,
    },
    "officers": {"name": PLAIN, "posts": PLAIN},
    "supervisors": PLAIN,
    "scope": PLAIN,
    "main_scope": PLAIN,
    "address": BOTH,
    "established": PLAIN,
    "term": {"kind": PLAIN, "years": PLAIN, "until": PLAIN},
    "registrar": BOTH,
    "deregistered_on": PLAIN,
    "revoked_on": PLAIN,
    "announcement": {"since": PLAIN, "until": PLAIN},  # of the compulsory deregistration
    "branch_addresses": BOTH,
    "suspension": {"since": PLAIN, "until": PLAIN},
    "parent": {"name": PLAIN, "credit_code": PLAIN},
}
REPORT: Final[Mapping[str, Any]] = {
    "year": PLAIN,
    "state": PLAIN,
    "contributions": {
        "name": PLAIN,
        "contribution": MONEY,
        "pay_by": PLAIN,
        "method": PLAIN,
        "paid": MONEY,
        "paid_on": PLAIN,
        "paid_method": PLAIN,
    },
}
FIGURES: Final[Mapping[str, Any]] = {  # of a report whose ``publish_figures`` is true
    "staff": PLAIN,
    "revenue": MONEY,
    "main_revenue": MONEY,
    "profit": PLAIN,
    "net_profit": PLAIN,
    "taxes": MONEY,
    "assets": MONEY,
    "debts": MONEY,
    "equity": PLAIN,
}
# Given in confidence: nobody outside the park and the registrar reads it, in the whole file either.
CONFIDENTIAL: Final = re.compile(r"quarterly_report_.*|scientist_founded")
_ANNUAL: Final = re.compile(r"annual_report_[0-9]{4}")


def public(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what everybody may see of an enterprise's facts.

    >>> public({"name": "瑞康", "telephone": "1", "capital": {"amount": "5", "source": "x"}})
    {'name': '瑞康', 'capital': {'amount': '5'}}
    """
    shapes = dict(FIELDS)
    for key, report in facts.items():
        if _ANNUAL.fullmatch(key):
            shapes[key] = {**REPORT, **FIGURES} if _is_published(report) else REPORT
    return _of(facts, shapes)


def for_searchers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what others may see who search the file of an enterprise: all but confidences.

    >>> for_searchers({"name": "瑞康", "liaison": "林乔", "quarterly_report_2025q1": {}})
    {'name': '瑞康', 'liaison': '林乔'}
    """
    return {
        key: _without_figures(value) if _ANNUAL.fullmatch(key) else value
        for key, value in facts.items()
        if not CONFIDENTIAL.fullmatch(key)
    }


def _without_figures(report: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a report as it is where its figures are published, else without them."""
    if _is_published(report) or not isinstance(report, Mapping):
        return report
    return {key: value for key, value in report.items() if key not in FIGURES}


def _is_published(report: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(report, Mapping) and report.get("publish_figures") is True


def annual_reports(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the annual reports among facts, the latest year first."""
    keys = sorted((key for key in facts if _ANNUAL.fullmatch(key)), reverse=True)
    return [facts[key] for key in keys]


def _of(value: Mapping[str, Any], shapes: Mapping[str, Any]) -> dict[str, Any]:
    parts = ((key, _part(value[key], shape)) for key, shape in shapes.items() if key in value)
    return {key: part for key, part in parts if part is not None}


def _part(value: Any, shape: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return what of a value the shape lets through; None where the value has another shape."""
    if isinstance(value, list):
        parts = (_part(one, shape) for one in value)
        return [part for part in parts if part is not None]
    if isinstance(value, Mapping):
        return _of(value, shape) if shape else None
    return None if shape else value
