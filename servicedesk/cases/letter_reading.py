"""A letter as it is read: the words of its kind, with its facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from servicedesk.cases import presenting_parts
from servicedesk.cases.letters import REMEDIES, LetterWords, sentences_of, tells_dues, words_of
from servicedesk.cases.models import IssuedLetter
from servicedesk.park import local_day
from servicedesk.words import Text, Words, words_from_json

_DAYS: Final = (
    "on",
    "since",
    "expected",
    "until",
    "hand_over_by",
)  # moments of which a letter tells the day
_NOT_ALWAYS: Final = (
    "reason",
    "items",
    "certificate",
    "variant",
    "office",
    "handover",
    "hand_over_by",
    "follow",
    "promised",
    "found",
    "rulings",
    "ruling_dues",
    "fee",
    "unannounced",
)


@dataclass(frozen=True)
class Ruling:
    """What one of several authorities decided, to be read."""

    name: Text
    office: Text
    is_granted: bool
    by_silence: Text | None  # nobody decided in time: by which law it counts as granted
    reason: str | None
    note: Text | None
    remedies: tuple[Words, ...]


@dataclass(frozen=True)
class Letter:
    """A letter to be read: its words and its facts."""

    issued: IssuedLetter
    words: LetterWords
    facts: dict[str, Any]
    sentences: tuple[Words, ...]
    remedies: tuple[Words, ...]
    legal_due: datetime | None  # where the letter tells by when we decide
    committed_due: datetime | None
    ruling_dues: tuple[tuple[Text, datetime], ...]  # by law, of several authorities
    hand_over_by: object  # the last day on which the result is handed over
    parts: tuple[tuple[Text, Text, Words | None], ...]  # of a bundle: name, office, state
    follow: tuple[tuple[Text, datetime], ...]  # papers that may follow, each with its due moment
    promised: tuple[tuple[Text, datetime], ...]  # what is checked afterwards, until when
    found: tuple[tuple[Text, Text], ...]  # what the decision tells of what was found
    rulings: tuple[Ruling, ...]  # of several authorities, each on what is its own


def letter(issued: IssuedLetter) -> Letter:
    """Return a letter to be read."""
    words = words_of(issued.kind, issued.facts)
    facts = {**dict.fromkeys(_NOT_ALWAYS), **issued.facts}
    said = {key: _said(key, fact) for key, fact in facts.items()}
    dues = [facts.get(key) for key in ("legal_due", "committed_due")]
    if not tells_dues(issued.kind, issued.facts):
        dues = [None, None]
    legal, committed = (datetime.fromisoformat(due) if due else None for due in dues)
    return Letter(
        issued,
        words,
        facts,
        sentences=tuple(Words(one.msgid, said) for one in sentences_of(issued.kind, facts)),
        remedies=tuple(REMEDIES[key] for key in facts.get("remedies", ())),
        legal_due=legal,
        committed_due=committed,
        ruling_dues=_dated(facts["ruling_dues"], "name"),
        hand_over_by=said["hand_over_by"],
        parts=presenting_parts.named(facts),
        follow=_dated(facts["follow"]),
        promised=_dated(facts["promised"]),
        found=told(facts),
        rulings=tuple(_ruling(one) for one in facts["rulings"] or ()),
    )


def told(facts: Mapping[str, Any]) -> tuple[tuple[Text, Text], ...]:
    """Return what a letter with these facts tells of what was found: question and answer."""
    return tuple((Text(**one["label"]), Text(**one["value"])) for one in facts.get("found") or ())


def _dated(
    told: Sequence[Mapping[str, Any]] | None, key: str = "paper"
) -> tuple[tuple[Text, datetime], ...]:
    return tuple((Text(**one[key]), datetime.fromisoformat(one["due"])) for one in told or ())


def _ruling(told: Mapping[str, Any]) -> Ruling:
    return Ruling(
        Text(**told["name"]),
        Text(**told["office"]),
        is_granted=told["is_granted"],
        by_silence=Text(**told["by_silence"]) if told.get("by_silence") else None,
        reason=told["reason"],
        note=Text(**told["note"]) if told["note"] else None,
        remedies=tuple(REMEDIES[key] for key in told["remedies"]),
    )


def _said(key: str, fact: Any) -> object:  # noqa: ANN401 - any JSON
    """Return a fact as sentences say it."""
    if key in _DAYS and fact:
        return local_day(datetime.fromisoformat(fact))
    if isinstance(fact, Mapping) and "say" in fact:
        return words_from_json(fact)
    if isinstance(fact, Mapping) and fact.keys() == {"en", "zh"}:
        return Text(**fact)
    return fact
