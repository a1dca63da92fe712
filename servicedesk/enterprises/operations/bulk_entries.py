"""Entering many enterprises that exist already, table by table instead of one by one.

What is written is what ``register.enter`` would write (a test compares the two), in a number of
statements that does not depend on the number of rows but on that of the batches.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.database import copy_rows
from servicedesk.enterprises import credit_code, ledger, register_changes
from servicedesk.enterprises.import_drafts import UNNAMED, Draft
from servicedesk.enterprises.models import (
    AddressHolding,
    AddressUnit,
    CodeCounter,
    Enterprise,
    Filing,
    HoldingState,
    RegisterRow,
)
from servicedesk.enterprises.operations import entries, names, register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.public_facts import Facts, is_foreign
from servicedesk.enterprises.register_changes import RESUME, Wish
from servicedesk.enterprises.search_models import RegisterEntry
from servicedesk.errors import Overtaken

_SUSPEND: Final = "suspend"


class Step(NamedTuple):
    """A filing to be made: of what kind, by whom, from which day, and what is so from then on."""

    kind: str
    by: User | None
    on: date
    facts: Facts


@dataclass(frozen=True)
class History:
    """The filings of an enterprise in the order of their days; none is replaced by another."""

    code: str
    entries: Sequence[ledger.Entry]
    today: date

    @cached_property
    def facts(self) -> Facts:
        """What the register says today."""
        past = (one for one in self.entries if one.effective_on <= self.today)
        said = {key: after for one in past for key, (_, after) in one.changes.items()}
        return {key: value for key, value in said.items() if value is not None}

    @property
    def next_effect_on(self) -> date | None:
        """When the next of them takes effect; None: all have."""
        ahead = (one.effective_on for one in self.entries if one.effective_on > self.today)
        return min(ahead, default=None)

    @cached_property
    def chain(self) -> Sequence[tuple[ledger.Entry, bytes]]:
        """Each filing with the hash of the one before it."""
        return list(zip(self.entries, [ledger.FIRST, *self._hashes[:-1]], strict=True))

    @property
    def last_hash(self) -> bytes:
        """The hash of the last filing."""
        return self._hashes[-1]

    @property
    def is_named(self) -> bool:
        """Whether the enterprise holds a name of its own, now."""
        return self.facts["org_form"] not in UNNAMED and self.facts.get("state") != "deregistered"

    @cached_property
    def _hashes(self) -> Sequence[bytes]:
        return list(accumulate(self.entries, ledger.chained, initial=ledger.FIRST))[1:]


def enter(
    session: Session,
    drafts: Sequence[Draft],
    places: Mapping[str, AddressUnit],
    decision: Decision,
) -> list[tuple[int, str]]:
    """Enter enterprises, each with its filings; return which of them, by id, come where.

    ``places`` are those of the park that are named, by their codes; ``move_in`` takes them.

    Raises:
        IntegrityError: a code or a name is taken.
    """
    told = [
        history(draft.code, list(_steps(draft, _facts(draft, places), decision)), decision)
        for draft in drafts
    ]
    ids = write(session, told, now=decision.now)
    numbered = zip(ids, drafts, strict=True)
    where = ((one, draft.facts.get("address_unit")) for one, draft in numbered)
    return [(one, unit) for one, unit in where if unit]


def write(session: Session, histories: Sequence[History], *, now: datetime) -> Sequence[int]:
    """Write enterprises with all of their filings, and return their ids.

    Raises:
        IntegrityError: a code or a name is taken.
    """
    ids = session.scalars(
        sa.insert(Enterprise).returning(Enterprise.id, sort_by_parameter_order=True),
        [_enterprise(one) for one in histories],
    ).all()
    told = list(zip(ids, histories, strict=True))
    filings = (
        {"enterprise_id": one, **register.filing_values(entry, previous)}
        for one, history in told
        for entry, previous in history.chain
    )
    copy_rows(session, Filing, filings)
    rows = (
        row
        for one, history in told
        for entry in history.entries
        for row in register.row_values(one, entry)
    )
    copy_rows(session, RegisterRow, rows)
    searched = ({"enterprise_id": one, **_searched(history)} for one, history in told)
    copy_rows(session, RegisterEntry, searched)
    held = {one: str(history.facts["name"]) for one, history in told if history.is_named}
    if held:
        names.enter(session, held, now=now)
    return ids


def move_in(session: Session, moved: Sequence[tuple[int, str]], *, now: datetime) -> None:
    """Take a place for each of these enterprises, for all or none.

    Last of all: whoever applies holds a name first and then a place, and so nobody waits in a
    circle.

    Raises:
        Overtaken: a place has not as many left, or is not there.
    """
    unit, wanted = AddressUnit, Counter(code for _, code in moved)
    session.execute(  # in the order of their ids, as whoever takes places does
        sa.select(unit.id)
        .where(unit.code.in_(wanted))
        .order_by(unit.id)
        .with_for_update(key_share=True)
    ).all()
    more = sa.values(
        sa.column("code", sa.String), sa.column("number", sa.Integer), name="more"
    ).data(sorted(wanted.items()))
    fits = unit.taken + more.c.number <= unit.capacity
    taken = session.execute(
        sa.update(unit)
        .where(unit.code == more.c.code, fits, unit.out_of_use_at.is_(None))
        .values(taken=unit.taken + more.c.number)
        .returning(unit.code, unit.id),
        execution_options={"synchronize_session": False},
    )
    ids = {code: number for code, number in taken}  # noqa: C416 - rows are pairs
    if len(ids) < len(wanted):
        raise Overtaken
    session.execute(
        sa.insert(AddressHolding),
        [
            {
                "unit_id": ids[code],
                "state": HoldingState.TAKEN,
                "enterprise_id": enterprise_id,
                "since": now,
            }
            for enterprise_id, code in moved
        ],
    )


def history(code: str, steps: Sequence[Step], decision: Decision) -> History:
    """Return what is filed of an enterprise, step by step, all by one decision."""
    entries = [
        ledger.Entry(
            credit_code=code,
            seq=seq,
            kind=step.kind,
            case_id=decision.case_id,
            decided_by_id=step.by.id if step.by else None,
            at=decision.now,
            effective_on=step.on,
            changes=ledger.changes(before, step.facts),
            reason=decision.reason,
        )
        for seq, (step, before) in enumerate(
            zip(steps, [{}, *(one.facts for one in steps)], strict=False), register.SET_UP_SEQ
        )
    ]
    return History(code, entries, decision.day)


def keep_codes_ahead(session: Session, codes: Sequence[str]) -> None:
    """Let new credit codes begin behind those of a register like this that were brought in."""
    last: dict[str, int] = {}
    for made in map(credit_code.number_of, codes):
        if made is not None:
            last[made[0]] = max(made[1], last.get(made[0], 0))
    for division, number in sorted(last.items()):
        first = insert(CodeCounter).values(division=division, last=number)
        furthest = sa.func.greatest(CodeCounter.last, number)
        session.execute(
            first.on_conflict_do_update(
                index_elements=[CodeCounter.division], set_={"last": furthest}
            )
        )


def _facts(draft: Draft, places: Mapping[str, AddressUnit]) -> Facts:
    """Return the facts of a draft; one without an address has that of its place."""
    unit = draft.facts.get("address_unit")
    if "address" in draft.facts or unit is None:
        return draft.facts
    place = places[unit]
    return draft.facts | {"address": {"en": place.address_en, "zh": place.address_zh}}


def _steps(draft: Draft, facts: Facts, decision: Decision) -> Iterator[Step]:
    """Yield what is filed of a draft; of one that rests also since when, and the end of that.

    The end is filed beforehand, as an application's is: it comes by itself (art. 42).
    """
    rest = facts.get("suspension")
    if rest is None:
        yield Step(register.IMPORT, decision.by, draft.established, facts)
        return
    awake = register_changes.resume(facts, Wish({}, decision.day))
    since, until = (date.fromisoformat(rest[key]) for key in ("since", "until"))
    yield Step(register.IMPORT, decision.by, draft.established, awake)
    yield Step(_SUSPEND, decision.by, since, facts)
    yield Step(RESUME, None, until + timedelta(days=1), awake)


def _enterprise(history: History) -> dict[str, Any]:
    facts, last = history.facts, history.entries[-1]
    return {
        "version": 1,
        "credit_code": history.code,
        **register.repeated(facts),
        "facts": facts,
        "registered_on": history.entries[0].effective_on,
        "next_effect_on": history.next_effect_on,
        "last_seq": last.seq,
        "last_hash": history.last_hash,
        "seal": register.seal_of(history.code, last.seq, history.last_hash),
    }


def _searched(history: History) -> dict[str, Any]:
    facts, begun = history.facts, history.entries[0].effective_on
    return entries.row_of(history.code, facts, begun, is_foreign=is_foreign(facts))
