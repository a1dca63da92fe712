"""What a mail needs to know survives being stored."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from servicedesk.notices.facts import packed, unpacked
from servicedesk.words import Text, Words, say

FACTS = {
    "reference": "R26-00001",
    "count": 3,
    "nothing": None,
    "day": date(2026, 3, 2),
    "moment": datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    "amount": Decimal("5000000.00"),
    "name": Text(en="Set up a company", zh="设立公司"),
    "lines": [Text(en="a", zh="b"), "c"],
    "deep": {"day": date(2026, 3, 3), "$odd": 1},
}


def test_what_goes_in_comes_out() -> None:
    assert unpacked(json.loads(json.dumps(packed(FACTS)))) == FACTS


def test_a_sentence_keeps_its_facts() -> None:
    words = say("Answer by %(day)s.", day=date(2026, 3, 2))

    found = unpacked(json.loads(json.dumps(packed(words))))

    assert isinstance(found, Words)
    assert (found.msgid, dict(found.facts)) == (words.msgid, dict(words.facts))


def test_what_no_mail_can_be_told_is_refused() -> None:
    with pytest.raises(TypeError):
        packed({"what": object()})
