"""The day's head: taken once a day, what is new alone, and told to somebody outside (D2)."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.database import Keyring
from servicedesk.heads import operations, queries
from servicedesk.heads.tasks import take
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))


def test_a_head_holds_what_went_on_since_the_one_before(session: Session) -> None:
    first_case = make_case(session)
    first = operations.take(session, day=MONDAY)
    second_case = make_case(session, example=1)
    second = operations.take(session, day=TUESDAY)
    third = operations.take(session, day=WEDNESDAY)

    assert first
    assert second
    assert third
    assert set(first.chains) == {f"case {first_case.id}"}
    assert set(second.chains) == {f"case {second_case.id}"}
    assert third.chains == {}
    assert third.totals == {"cases": 2, "enterprises": 0}
    assert third.previous == second.mark
    assert queries.noted([first, second]) == queries.present(session)


def test_a_day_has_one_head(session: Session) -> None:
    assert operations.take(session, day=TUESDAY)
    assert operations.take(session, day=TUESDAY) is None
    assert operations.take(session, day=MONDAY) is None


def test_the_job_writes_it_down_outside_and_mails_it(app: Flask, session: Session) -> None:
    app.config["HEADS_TO"] = "keeper@example.org"
    with app.app_context():
        take()
        take()

    (notice,) = session.scalars(sa.select(Notice)).all()
    (head,) = queries.daily_heads(session)
    assert (notice.address, notice.facts["mark"]) == ("keeper@example.org", head.mark.hex())
    (path,) = (app.config["DATA_DIR"] / "heads").iterdir()
    assert path.name == f"{head.day}.json"
    assert path.read_text().splitlines() == [operations.text_of(head), head.mark.hex()]


def test_a_mark_is_good_for_its_purpose_under_any_of_our_keys() -> None:
    old, new = "b2xkIGtleSBvZiAzMiBieXRlcywgb2theT8gISEhISE=", Keyring()
    keys = ["bmV3IGtleSBvZiAzMiBieXRlcywgb2theT8gISEhISE=", old]
    before = Keyring()
    before.load([old])
    new.load(keys)
    mark = before.mark("head", b"what it says")

    assert new.fits("head", b"what it says", mark)
    assert not new.fits("other", b"what it says", mark)
    assert not new.fits("head", b"what it said", mark)
    assert new.mark("head", b"what it says") != mark
    with pytest.raises(RuntimeError):
        Keyring().mark("head", b"")
