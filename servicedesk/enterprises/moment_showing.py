"""What the pages of an enterprise show of its history, and what the registrar may file there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises import corrections, public_fields
from servicedesk.enterprises.chronology import is_replaced, said
from servicedesk.enterprises.filing_words import told
from servicedesk.enterprises.history import Dated, FactDifference, Moment, dated, moment, shown
from servicedesk.enterprises.ledger import Link
from servicedesk.enterprises.models import Enterprise, Filing
from servicedesk.enterprises.operations.orders import is_registrar
from servicedesk.enterprises.operations.register import SET_UP_SEQ, get_filing, links_of
from servicedesk.enterprises.orders import ORDERS
from servicedesk.enterprises.policy import REGISTRAR
from servicedesk.park import park
from servicedesk.web.fields import DateBoxesField
from servicedesk.web.forms import QueryForm
from servicedesk.words import Text, Words


class MomentForm(QueryForm):
    """Asks of which day the register is to be seen."""

    on = DateBoxesField(_l("On the day"), description=_l("Empty: on the day of the filing."))


@dataclass(frozen=True)
class Seen:
    """An enterprise at the moment that somebody looks at."""

    moment: Moment
    form: MomentForm  # by which the reader goes elsewhere
    shown: list[FactDifference]
    dated: list[Dated]
    not_yet: date | None  # the day asked for, where it lies before the set-up
    kinds: Mapping[int, Text]  # what each filing was, by its number

    @property
    def name(self) -> str:
        """The name that it had then."""
        return str(self.moment.facts["name"])

    @property
    def reports(self) -> Sequence[Mapping[str, Any]]:
        """The annual reports that there were then, the latest year first."""
        return public_fields.annual_reports(self.moment.facts)

    @property
    def office(self) -> Text:
        """The office that decides what is filed: the registrar."""
        return park().departments[REGISTRAR].full


def seen(
    enterprise: Enterprise, asked: MultiDict[str, str], today: date, *, is_public: bool
) -> Seen:
    """Return an enterprise at the filing and on the day that an address asks for.

    What cannot be asked (a filing that is not there, a day that is none) shows today; a day before
    the set-up shows that of the set-up, and is said to be ``not_yet``.  A day is asked for in
    three boxes, or in an address as "on=2026-05-01".
    """
    links = links_of(enterprise)
    if is_public:
        links = [_public(link) for link in links]
    form = MomentForm(_in_boxes(asked))
    form.validate()
    at = moment(links, today=today, seq=asked.get("filing", type=int), on=form.on.data)
    asked_for = form.on.data
    not_yet = asked_for if asked_for and asked_for < links[0].entry.effective_on else None
    return Seen(at, form, shown(at.facts), dated(links, at), not_yet, told(links))


@dataclass(frozen=True)
class RegistrarPart:
    """What the registrar may file of their own accord on the page of an enterprise."""

    orders: Mapping[str, Words]
    filing: Filing  # the one that is looked at
    may_strike: bool
    may_correct: bool


def registrar_part(
    enterprise: Enterprise, user: User, at: Moment, today: date
) -> RegistrarPart | None:
    """Return what the registrar may file about the enterprise now; None for anybody else."""
    if not (user.may(Permission.REGISTER_FILE) and is_registrar(user)):
        return None
    facts, seq = enterprise.facts, at.filing.seq
    counts = not is_replaced(links_of(enterprise), seq)
    filing = get_filing(enterprise, seq)
    return RegistrarPart(
        {kind: one.words for kind, one in ORDERS.items() if one.bar(facts, today) is None},
        filing,
        may_strike=counts and seq > SET_UP_SEQ,
        may_correct=counts and bool(corrections.of(said(filing.changes))),
    )


def _public(link: Link) -> Link:
    """Return a filing with what everybody may see of its changes."""
    before, after = (
        public_fields.public({key: change[side] for key, change in link.entry.changes.items()})
        for side in (0, 1)
    )
    keys = {key for key in link.entry.changes if key in before or key in after}
    changes = {key: [before.get(key), after.get(key)] for key in sorted(keys)}
    return replace(link, entry=replace(link.entry, changes=changes))


def _in_boxes(asked: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what was asked with a day that an address has in one piece in the boxes."""
    try:
        day = date.fromisoformat(asked.get("on", ""))
    except ValueError:
        return asked
    return MultiDict({"on-y": str(day.year), "on-m": str(day.month), "on-d": str(day.day)})
