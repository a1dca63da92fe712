"""What the register says on a day, as known at a filing, against the plainest way to say it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk.enterprises import chronology, integrity, ledger
from servicedesk.enterprises.ledger import Entry, Link
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision, links_of
from servicedesk.errors import RuleBroken
from servicedesk.integrity import Place
from tests.enterprises.factories import NOW, make_enterprise

CODE = "91110114MA7XCP003J"
FIRST_DAY = date(2026, 1, 1)
AT = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.text("甲乙丙", max_size=2)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(st.none(), WORDS),
        "address": st.one_of(st.none(), st.fixed_dictionaries({"en": WORDS, "zh": WORDS})),
        "scope": st.one_of(st.none(), st.lists(st.sampled_from("甲乙丙"), max_size=3)),
    },
).filter(bool)


@dataclass(frozen=True)
class Step:
    """Something a registrar does: file on a day, or correct or strike an earlier filing."""

    does: str
    day: int  # after the first
    said: dict[str, Any]
    which: int  # of the earlier filings, counted round


STEPS = st.builds(
    Step,
    does=st.sampled_from(["file", "file", "correct", "strike"]),
    day=st.integers(0, 20),
    said=SAID,
    which=st.integers(0, 20),
)


def entry(
    seq: int, day: date, said: dict[str, Any], replaces: int | None = None, kind: str = "change"
) -> Entry:
    changes = {key: [None, value] for key, value in said.items()}
    return Entry(CODE, seq, kind, None, None, AT, day, changes, replaces)


def chain(steps: list[Step]) -> list[Link]:
    """Return the chain that these steps make; what cannot be done is left out."""
    links: list[Link] = []
    hash_before = ledger.FIRST
    for step in steps:
        one = _filed(links, step)
        if one is None:
            continue
        links.append(Link(one, hash_before, ledger.chained(hash_before, one)))
        hash_before = links[-1].hash
    return links


def _filed(links: list[Link], step: Step) -> Entry | None:
    seq, day = len(links) + 1, FIRST_DAY + timedelta(days=step.day)
    if step.does == "file" or not links:
        return entry(seq, day, step.said)
    target = links[step.which % len(links)].entry
    if chronology.is_replaced(links, target.seq):
        return None
    if step.does == "correct":
        return entry(seq, target.effective_on, step.said, target.seq)
    was = links[target.replaces - 1].entry.changes if target.replaces else {}
    said = {key: after for key, (_, after) in was.items()}
    return entry(seq, target.effective_on, said, target.seq, "annulment")


def plainly(links: list[Link], upto: int, on: date) -> dict[str, Any]:
    """Return the facts the plainest way: each correction and strike carried out on a list."""
    places: list[list[Any]] = []  # [day, said, seq]
    stood = {0: {}, **{link.entry.seq: _said(link) for link in links}}
    for link in links[:upto]:
        said = _said(link)
        if link.entry.kind in {"annulment", "withdrawal"}:  # gives back what stood there before
            struck = links[(link.entry.replaces or 0) - 1].entry
            said = stood[link.entry.seq] = stood[struck.replaces or 0]
        if link.entry.replaces is None:
            places.append([link.entry.effective_on, said, link.entry.seq])
        for place in places:
            if place[2] == link.entry.replaces:
                place[1:] = [said, link.entry.seq]
    facts: dict[str, Any] = {}
    for day, said, _ in sorted(places, key=lambda place: place[0]):
        if day <= on:
            facts |= said
    return {key: value for key, value in facts.items() if value is not None}


def _said(link: Link) -> dict[str, Any]:
    return {key: after for key, (_, after) in link.entry.changes.items()}


@given(st.lists(STEPS, min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_as_of_equals_the_plainest_fold(steps: list[Step]) -> None:
    links = chain(steps)

    for upto in range(1, len(links) + 1):
        for day in (FIRST_DAY + timedelta(days=n) for n in (0, 5, 10, 20)):
            assert chronology.facts(links, on=day, upto=upto) == plainly(links, upto, day)


@given(st.lists(STEPS, min_size=1, max_size=12))
@settings(deadline=None)
def test_the_dated_rows_of_a_day_come_to_its_facts(steps: list[Step]) -> None:
    links, day = chain(steps), FIRST_DAY + timedelta(days=10)
    spans = chronology.spans(links, on=day)
    facts = chronology.facts(links, on=day)

    running = [(one.row.topic, one.row.subject) for one in spans if one.until is None]
    assert len(running) == len(set(running))
    for topic, value in facts.items():
        said = [one.row.value for one in spans if one.until is None and one.row.topic == topic]
        members = value if isinstance(value, list) else [value]
        assert sorted(map(str, said)) == sorted(map(str, members))
    assert all(one.until is None or one.since <= one.until for one in spans)


def tampered(links: list[Link], how: str, at: int) -> list[Link]:
    link = links[at]
    wrong = {
        "value": replace(link.entry, changes={**link.entry.changes, "name": [None, "改"]}),
        "day": replace(link.entry, effective_on=link.entry.effective_on + timedelta(days=1)),
        "kind": replace(link.entry, kind="other"),
        "who": replace(link.entry, decided_by_id=7),
        "case": replace(link.entry, case_id=7),
        "place": replace(link.entry, replaces=(link.entry.replaces or 0) + 1),
        "reason": replace(link.entry, reason="made up"),
    }
    if how in wrong:
        return [*links[:at], replace(link, entry=wrong[how]), *links[at + 1 :]]
    if how == "cut":
        return links[:at]
    if how == "drop":
        return [*links[:at], *links[at + 1 :]]
    return [*links[:at], *reversed(links[at : at + 2]), *links[at + 2 :]]  # swapped


@given(
    st.lists(STEPS, min_size=2, max_size=10),
    st.sampled_from(
        ["value", "day", "kind", "who", "case", "place", "reason", "cut", "drop", "swap"]
    ),
    st.integers(0, 9),
)
@settings(deadline=None)
def test_tampering_with_any_row_order_or_tail_is_found(
    steps: list[Step], how: str, at: int
) -> None:
    links = chain(steps)
    end = {"last_seq": len(links), "last_hash": links[-1].hash}
    assert list(ledger.problems(links, **end)) == []  # type: ignore[arg-type]

    broken = tampered(links, how, at % len(links))

    assert broken == links or list(ledger.problems(broken, **end))  # type: ignore[arg-type]


def test_what_people_file_replays_to_what_the_register_says(session: Session) -> None:
    run_on(session)


def run_on(session: Session) -> None:
    """Carry any steps out on the database; each enterprise is a new one."""
    numbers = count()

    @given(st.lists(STEPS, min_size=1, max_size=6))
    @example(
        [Step("file", 12, {}, 0), Step("strike", 0, {}, 1), Step("correct", 0, {"scope": None}, 2)]
    )
    @example([Step("correct", 0, {"scope": ["甲"]}, 0), Step("strike", 0, {}, 1)])
    @settings(max_examples=12, deadline=None)
    def carry_out(steps: list[Step]) -> None:
        trade_name = f"澄{chr(ord('一') + next(numbers))}"
        enterprise = make_enterprise(session, trade_name=trade_name)
        decision = Decision(None, None, NOW, reason="as it should be")
        for step in steps:
            _carry_out(session, enterprise.id, step, decision)
        session.commit()
        place = Place(session, data_dir=None)  # type: ignore[arg-type]
        assert list(integrity.filings(place)) == []
        assert list(integrity.rows(place)) == []
        links = links_of(enterprise)
        assert enterprise.facts == plainly(links, len(links), decision.day)

    carry_out()


def _carry_out(session: Session, enterprise_id: int, step: Step, decision: Decision) -> None:
    enterprise = register.locked(session, enterprise_id)
    said = {key: value for key, value in step.said.items() if key != "name" or value}
    day = decision.day + timedelta(days=step.day)
    links = links_of(enterprise)
    target = links[step.which % len(links)].entry
    if step.does == "file":
        facts = {**register.facts_on(enterprise, day), **said}
        register.file(session, enterprise, "change", facts, decision=decision, on=day)
    elif chronology.is_replaced(links, target.seq):
        return
    elif step.does == "strike" and target.seq == 1:
        with pytest.raises(RuleBroken):
            register.strike(session, enterprise, target.seq, decision=decision)
    elif step.does == "correct" and not target.changes.keys() & said.keys():  # an annulment, too
        with pytest.raises(RuleBroken):
            register.correct(session, enterprise, target.seq, said, decision=decision)
    elif step.does == "correct":
        register.correct(session, enterprise, target.seq, said, decision=decision)
    else:
        register.strike(session, enterprise, target.seq, decision=decision)
