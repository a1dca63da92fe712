"""What an enterprise owes and by when: a table of rules, one function a kind.

Pure: no database, no web.  Everything is worked out from what is known today, so it cannot
disagree with the register: a report that is filed, a contribution that is paid, a suspension that
has ended is simply not there any more.  The last day itself still counts; days are not moved to the
next working day, as the forms do not either (``catalogue.timings``).

Sources: each kind's rule and source in ``kinds.yaml``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from servicedesk.obligations.duty_kinds import Kind, Terms, book
from servicedesk.obligations.licences import Line
from servicedesk.words import Text

Facts = Mapping[str, Any]

LIVE: Final = frozenset(["registered", "suspended"])  # who is revoked or ended owes nothing here


@dataclass(frozen=True)
class Stay:
    """A place in the park that an enterprise has until a day."""

    unit: str
    until: date


@dataclass(frozen=True)
class Draft:
    """An application for a change that was begun and not sent."""

    reference: str
    service: str
    name: Text  # of the service
    happened_on: date
    days: int  # within which it is applied for


@dataclass(frozen=True)
class Permit:
    """A permit of somebody at the enterprise, granted here."""

    reference: str  # of the application that brought it
    service: str  # of that application
    until: date
    known: Mapping[str, str] = field(default_factory=dict, repr=False)  # whose it is


@dataclass(frozen=True)
class Change:
    """A filing that changed who owns the enterprise."""

    on: date
    before: Sequence[Facts]
    after: Sequence[Facts]


@dataclass(frozen=True)
class Enterprise:
    """All that is known of one enterprise today."""

    facts: Facts
    state: str
    org_form: str
    registered_on: date
    changes: Sequence[Change] = ()  # of its shareholders, the first first
    stays: Sequence[Stay] = ()
    drafts: Sequence[Draft] = ()
    permits: Mapping[Kind, Sequence[Permit]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # of services
    lines: Sequence[Line] = ()  # of its scope that need a licence


@dataclass(frozen=True)
class Obligation:
    """One thing owed, by a day.  ``kind`` and ``subject`` say which of an enterprise's it is."""

    kind: Kind
    subject: str  # which of several: a year, a place, a reference
    due_on: date  # the last day; it counts
    service: str  # that fulfils it; empty: the enterprise tells that it is fulfilled
    facts: Mapping[str, str | Text]
    opens_on: date | None = None  # from when it can be fulfilled; None: now
    case: str | None = None  # the application itself, where it is one
    closes_on: date | None = None  # from when it cannot be fulfilled here any more; None: never
    granted: Permit | None = None  # that it is about

    @property
    def key(self) -> tuple[str, str]:
        """What it is told apart by from the enterprise's others."""
        return self.kind, self.subject

    @property
    def is_told(self) -> bool:
        """Whether the enterprise tells that it is fulfilled; no service here fulfils it."""
        return not self.service

    @property
    def name(self) -> Text:
        """What it is called."""
        return name_of(self.kind, self.facts)

    @property
    def rule(self) -> Text:
        """The rule in words."""
        return rule_of(self.kind, self.facts)

    def is_closed(self, today: date) -> bool:
        """Whether it cannot be fulfilled here any more."""
        return self.closes_on is not None and self.closes_on <= today

    def left(self, today: date) -> int:
        """Return how many days are left after today; below 0 it is overdue."""
        return (self.due_on - today).days


def name_of(kind: Kind, facts: Mapping[str, Any]) -> Text:
    """Return what an obligation of this kind with these facts is called."""
    name = book().kinds[kind].name
    return _filled(name.en, name.zh, facts)


def rule_of(kind: Kind, facts: Mapping[str, Any]) -> Text:
    """Return the rule behind an obligation of this kind with these facts, in words."""
    rule = book().kinds[kind].rule
    return _filled(rule.en, rule.zh, facts)


def owed(one: Enterprise, today: date) -> list[Obligation]:
    """Return what an enterprise owes, what is due first first; nothing twice."""
    if one.state not in LIVE:
        return []
    found: dict[tuple[str, str], Obligation] = {}
    for kind, terms in book().kinds.items():
        if terms.forms and one.org_form not in terms.forms:
            continue
        for obligation in RULES[kind](one, terms, today):
            found.setdefault(obligation.key, obligation)
    return sorted(found.values(), key=lambda each: (each.due_on, *each.key))


def prefill(obligation: Obligation) -> dict[str, Any]:
    """Return the answers that are known beforehand in the application that fulfils it."""
    given = book().kinds[obligation.kind].prefill
    known = dict(obligation.granted.known) if obligation.granted else {}
    facts = defaultdict(str, {key: str(value) for key, value in obligation.facts.items()} | known)
    filled = {
        key: value % facts if isinstance(value, str) else list(value)
        for key, value in given.items()
    }
    return {key: value for key, value in filled.items() if value}


def _annual_report(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:
    """Each year that began after the registration, this one ahead; a year is due in the next."""
    first = max(one.registered_on.year, today.year - terms.number("looks_back_years"))
    for year in range(first, today.year + 1):
        if f"annual_report_{year}" in one.facts:
            continue
        opens = date(year + 1, terms.number("first_month"), terms.number("first_day"))
        due = date(year + 1, terms.number("last_month"), terms.number("last_day"))
        yield Obligation(
            Kind.ANNUAL_REPORT, str(year), due, terms.service, {"year": str(year)},
            opens_on=opens if opens > today else None,
        )  # fmt: skip


def _contributions(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001 - one shape for all
    """What is not known as paid, together for each day on which it has to be."""
    open_on: dict[date, dict[str, Decimal]] = {}
    for day, currency, amount in _unpaid(one.facts):
        sums = open_on.setdefault(day, {})
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    for day, sums in sorted(open_on.items()):
        facts = {"sum": _sum(sums)}
        yield Obligation(Kind.CONTRIBUTIONS, day.isoformat(), day, terms.service, facts)


def _shorter_terms(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    """Old companies whose time to pay is longer than the new law allows."""
    if one.registered_on > terms.day("registered_by"):
        return
    if any(day > terms.day("pay_by_at_most") for day, _, _ in _unpaid(one.facts)):
        yield Obligation(Kind.SHORTER_TERMS, "", terms.day("due_on"), terms.service, {})


def _beneficial_owners(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    """The first filing of who was there before; then whenever a large owner changed since."""
    days = terms.days_of(one.settings.get(terms.service, {}))
    said = {"days": str(days), "filing": "", "day": ""}
    filed = _day((one.facts.get("beneficial_owners_filed") or {}).get("on"))
    if filed is None and one.registered_on >= terms.day("with_set_up_since"):
        filed = one.registered_on  # filed with the set-up
    if filed is None:
        due = terms.day("existing_by")
        yield Obligation(Kind.BENEFICIAL_OWNERS, "", due, terms.service, said)
        return
    percent = terms.number("percent")
    later = (each for each in one.changes if each.on > filed and _is_about_owners(each, percent))
    change = next(later, None)
    if change is not None:
        day = change.on.isoformat()
        yield Obligation(
            Kind.BENEFICIAL_OWNERS, day, change.on + timedelta(days=days), terms.service,
            said | {"filing": "change", "day": day},
        )  # fmt: skip


def _suspension(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:
    until = _day((one.facts.get("suspension") or {}).get("until"))
    if one.state != "suspended" or until is None:
        return
    opens = until - timedelta(days=terms.days_of(one.settings.get(terms.service, {})))
    yield Obligation(
        Kind.SUSPENSION, "", until, terms.service, {"day": until.isoformat()},
        opens_on=opens if opens > today else None,
    )  # fmt: skip


def _term(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    until = _day((one.facts.get("term") or {}).get("until"))
    if until is not None:
        yield Obligation(Kind.TERM, "", until, terms.service, {})


def _lease(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    for stay in one.stays:
        yield Obligation(Kind.LEASE, stay.unit, stay.until, terms.service, {"unit": stay.unit})


def _change(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    for draft in one.drafts:
        facts: dict[str, str | Text] = {
            "service": draft.name,
            "reference": draft.reference,
            "days": str(draft.days),
        }
        due = draft.happened_on + timedelta(days=draft.days)
        yield Obligation(
            Kind.CHANGE, draft.reference, due, draft.service, facts, case=draft.reference
        )


def _permits(kind: Kind) -> "Rule":
    def permits(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:
        """Until a permit ends it can be extended; then it stands as overdue for a while."""
        days = terms.days_of(one.settings.get(terms.service, {}))
        shown = timedelta(days=terms.number("shown_days_after"))
        for permit in one.permits.get(kind, ()):
            if permit.until + shown < today:
                continue
            facts = {
                "reference": permit.reference, "days": str(days), "until": permit.until.isoformat()
            }  # fmt: skip
            yield Obligation(
                kind, permit.reference, permit.until - timedelta(days=days), terms.service, facts,
                closes_on=permit.until + timedelta(days=1), granted=permit,
            )  # fmt: skip

    return permits


def _licence(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    """Each line without a licence; the day is our reminder, for no law sets one."""
    days = terms.number("reminded_after_days")
    for line in one.lines:
        if line.licence is None:
            yield Obligation(
                Kind.LICENCE, line.phrase.code, line.since + timedelta(days=days), terms.service,
                _named(line) | {"days": str(days)},
            )  # fmt: skip


def _licence_renewal(one: Enterprise, terms: Terms, today: date) -> Iterator[Obligation]:  # noqa: ARG001
    """Each licence that names its last day, until the next one is told."""
    for line in one.lines:
        until = line.licence.valid_until if line.licence else None
        if until is not None:
            facts = _named(line) | {"until": until.isoformat()}
            yield Obligation(Kind.LICENCE_RENEWAL, line.phrase.code, until, terms.service, facts)


def _named(line: Line) -> dict[str, str | Text]:
    phrase = line.phrase
    return {"line": phrase.name, "licence": phrase.licence, "authority": phrase.authority}


Rule = Callable[[Enterprise, Terms, date], Iterator[Obligation]]
RULES: Final[Mapping[Kind, Rule]] = {
    Kind.ANNUAL_REPORT: _annual_report,
    Kind.CONTRIBUTIONS: _contributions,
    Kind.SHORTER_TERMS: _shorter_terms,
    Kind.BENEFICIAL_OWNERS: _beneficial_owners,
    Kind.SUSPENSION: _suspension,
    Kind.TERM: _term,
    Kind.LEASE: _lease,
    Kind.CHANGE: _change,
    Kind.WORK_PERMIT: _permits(Kind.WORK_PERMIT),
    Kind.RESIDENCE_PERMIT: _permits(Kind.RESIDENCE_PERMIT),
    Kind.LICENCE: _licence,
    Kind.LICENCE_RENEWAL: _licence_renewal,
}


def _unpaid(facts: Facts) -> Iterator[tuple[date, str, Decimal]]:
    """Yield what shareholders still have to pay: by when, in which currency, how much.

    Paid is the most that the register or the newest annual report says.
    """
    owners = facts.get("shareholders") or []
    for owner, reported in zip(owners, _reported_as_paid(facts, owners), strict=True):
        day, contribution = _day(owner.get("pay_by")), owner.get("contribution") or {}
        if day is None or not contribution:
            continue
        currency = _currency(contribution)
        paid = [_amount(one) for one in (owner.get("paid"), reported) if _currency(one) == currency]
        left = _amount(contribution) - max(paid, default=Decimal(0))
        if left > 0:
            yield day, currency, left


def _sum(sums: Mapping[str, Decimal]) -> Text:
    amounts = {key: f"{value:,.2f}".removesuffix(".00") for key, value in sorted(sums.items())}
    return Text(
        ", ".join(f"{key} {value}" for key, value in amounts.items()),
        "、".join(
            f"{value} 元" if key == "CNY" else f"{key} {value}" for key, value in amounts.items()
        ),
    )


def _reported_as_paid(facts: Facts, owners: Sequence[Facts]) -> list[Any]:
    """Return what the newest annual report says that each of the owners has paid.

    By name; those of one name, in the order in which the report and the register have them.
    """
    reports = [
        one for key, one in facts.items()
        if key.startswith("annual_report_") and isinstance(one, dict)
    ]  # fmt: skip
    newest = max(reports, key=lambda one: int(one.get("year") or 0), default={})
    paid: dict[Any, list[Any]] = {}
    for one in newest.get("contributions") or []:
        paid.setdefault(one.get("name"), []).append(one.get("paid"))
    names = [one.get("name") for one in owners]
    return [paid[name].pop(0) if paid.get(name) else None for name in names]


def _is_about_owners(change: Change, percent: int) -> bool:
    """Whether a filing changed who holds so much, or how much they hold."""
    return _large(change.before, percent) != _large(change.after, percent)


def _large(owners: Sequence[Facts], percent: int) -> set[tuple[str, Decimal]]:
    shares = ((str(one.get("name")), Decimal(str(one.get("percent") or 0))) for one in owners)
    return {(name, share) for name, share in shares if share >= percent}


def _amount(said: Any) -> Decimal:  # noqa: ANN401 - any JSON
    return Decimal(str(said["amount"])) if said and said.get("amount") else Decimal(0)


def _currency(said: Any) -> str:  # noqa: ANN401 - any JSON
    return str((said or {}).get("currency") or "CNY")


def _day(said: Any) -> date | None:  # noqa: ANN401 - any JSON
    return date.fromisoformat(said) if said else None


def _filled(en: str, zh: str, facts: Mapping[str, Any]) -> Text:
    def said(language: str) -> dict[str, str]:
        return {
            key: value.in_language(language) if isinstance(value, Text) else str(value)
            for key, value in facts.items()
        }

    return Text(en % said("en"), zh % said("zh"))
