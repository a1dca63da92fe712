"""``servicedesk check``: silent about what is whole, and not to be deceived (D2)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import integrity, seeding
from servicedesk.accounts.permissions import Role
from servicedesk.cases import chronicle
from servicedesk.cases.models import Case
from servicedesk.cases.operations import revocation
from servicedesk.catalogue.queries import service_of
from servicedesk.cli import commands
from servicedesk.enterprises import ledger
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.heads.tasks import take
from tests.factories import make_user

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def place(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> integrity.Place:
    """Return a park with one company to look at."""
    shown = {"service": "E_SET_LLC", "example": 0, "whose": "enterprise"}
    monkeypatch.setattr(seeding, "demo_cases", lambda: {"decided": [shown]})
    with app.app_context():
        seeding.load_demo(session, password="correct horse battery", now=NOON, tell=print)  # noqa: S106
        take()
    return integrity.Place(session, Path(app.config["DATA_DIR"]))


def found(place: integrity.Place) -> set[str]:
    place.session.commit()
    return found_now(place)


def found_now(place: integrity.Place) -> set[str]:
    place.session.expire_all()
    return {finding.check for finding in integrity.findings(place)}


def seal_is_missing(place: integrity.Place, app: Flask) -> None:
    """Chains from before there were seals are looked at, sealed, and good from then on."""
    for table in ("cases", "enterprises"):
        place.session.execute(sa.text(f"UPDATE {table} SET seal = NULL"))  # noqa: S608
    assert found(place) == {"cases.events", "enterprises.filings"}

    result = app.test_cli_runner().invoke(commands.commands["seal"])

    assert (result.exit_code, result.output) == (0, "chains sealed: 2, broken: 0\n")
    assert found(place) == set()


APPEND_ONLY = {
    "case_events": "seq",
    "confirmations": "case_id",
    "examinations": "number",
    "filings": "seq",
}
# Neither triggers nor references hold back the owner of the database.
UNHINDERED = "SET LOCAL session_replication_role = replica"


def assert_append_only(place: integrity.Place) -> None:
    for table, column in APPEND_ONLY.items():
        update = f"UPDATE {table} SET {column} = {column}"  # noqa: S608 - names of ours
        for statement in (update, f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(sa.exc.DBAPIError, match=r"append-only|immutable"):
                place.session.execute(sa.text(statement))
            place.session.rollback()


CUT = """
    DELETE FROM case_events USING cases
    WHERE cases.id = case_id AND case_id = 1 AND seq = last_seq;
    UPDATE cases SET last_seq = last_seq - 1, last_hash = (
        SELECT hash FROM case_events WHERE case_id = 1 ORDER BY seq DESC LIMIT 1
    ) WHERE id = 1
"""
A_CASE_GONE = "DELETE FROM case_events; DELETE FROM cases"
AN_ENTERPRISE_GONE = "DELETE FROM filings; DELETE FROM enterprises"
A_FORGED_CERTIFICATE = """
    INSERT INTO certificates (code, template, state, case_id, enterprise_id, facts, issued_at)
    SELECT 'forged', 'notice', state, case_id, enterprise_id, facts, issued_at
    FROM certificates LIMIT 1
"""
# What somebody with the database alone may do, and which check tells.
TAMPERINGS = (
    ("UPDATE case_events SET actor_id = NULL WHERE case_id = 1 AND seq = 1", "cases.events"),
    ("UPDATE case_events SET at = at - interval '1 s' WHERE case_id = 1", "cases.events"),
    ("DELETE FROM case_events WHERE case_id = 1 AND seq = 2", "cases.events"),
    (
        "DELETE FROM case_events USING cases WHERE cases.id = case_id AND seq = last_seq",
        "cases.events",
    ),
    (CUT, "cases.events"),
    (CUT, "heads.chains"),
    ("DELETE FROM case_events; UPDATE cases SET last_seq = 0, last_hash = ''", "cases.events"),
    ("UPDATE cases SET seal = NULL WHERE id = 1", "cases.events"),
    (A_CASE_GONE, "heads.chains"),
    ("UPDATE cases SET status = 'refused' WHERE status = 'approved'", "cases.standing"),
    ("UPDATE cases SET accepted_at = accepted_at - interval '1 d'", "cases.standing"),
    ("UPDATE cases SET submitted_at = submitted_at - interval '1 d'", "cases.standing"),
    ("UPDATE cases SET closed_at = closed_at - interval '1 d'", "cases.standing"),
    ("UPDATE tasks SET done_by_id = NULL WHERE done_by_id IS NOT NULL", "cases.witnesses"),
    ("UPDATE tasks SET reason = 'made up'", "cases.witnesses"),
    ("UPDATE tasks SET action = 'refuse' WHERE action = 'approve'", "cases.witnesses"),
    (
        "DELETE FROM examinations; DELETE FROM tasks WHERE state = 'done'",
        "cases.witnesses",
    ),
    ("DELETE FROM examinations", "cases.witnesses"),
    ("DELETE FROM submissions", "cases.witnesses"),
    ("UPDATE submissions SET by_id = by_id + 1", "cases.witnesses"),
    ("DELETE FROM documents WHERE id = (SELECT min(id) FROM documents)", "cases.witnesses"),
    (
        "UPDATE documents SET name = 'another.pdf' WHERE id = (SELECT min(id) FROM documents)",
        "cases.witnesses",
    ),
    ("DELETE FROM letters", "cases.witnesses"),
    ("UPDATE letters SET issued_at = issued_at - interval '1 d'", "cases.witnesses"),
    ("DELETE FROM clock_intervals", "cases.witnesses"),
    ("UPDATE clock_intervals SET runs = NOT runs", "cases.witnesses"),
    ("UPDATE filings SET kind = 'other'", "enterprises.filings"),
    ("UPDATE enterprises SET seal = NULL", "enterprises.filings"),
    (AN_ENTERPRISE_GONE, "heads.chains"),
    ("""UPDATE certificates SET facts = facts || '{"name": "x"}'""", "cases.witnesses"),
    ("""UPDATE certificates SET facts = facts || '{"name": "x"}'""", "enterprises.signatures"),
    ("UPDATE certificates SET seal = NULL", "enterprises.signatures"),
    (A_FORGED_CERTIFICATE, "cases.witnesses"),
    (A_FORGED_CERTIFICATE, "enterprises.signatures"),
    ("UPDATE certificates SET state = 'suspended'", "enterprises.certificates"),
    ("UPDATE certificates SET case_id = NULL", "cases.certificates"),
    ("UPDATE certificates SET state = 'revoked'", "enterprises.certificates"),
    (
        "UPDATE certificates SET state = 'revoked', revoked_at = now(), reason = 'x'",
        "cases.witnesses",
    ),
    (
        "UPDATE address_units SET taken = taken + 1 WHERE taken < capacity",
        "enterprises.addresses",
    ),
    ("UPDATE tasks SET state = 'open' WHERE case_id = 1", "cases.closed"),
    ("DELETE FROM daily_heads", "heads.outside"),
    ("""UPDATE daily_heads SET totals = '{"cases": 0}'""", "heads.stored"),
    ("""UPDATE daily_heads SET chains = '{}'""", "heads.outside"),
)


def rehash_a_case(session: Session) -> str:
    """Edit an event and work the whole chain out anew, as whoever knows this code can."""
    case = session.get_one(Case, 1)
    previous = b""
    for event in case.events:
        event.actor_id = None
        event.hash = previous = chronicle.hash_event(
            previous,
            case_id=1,
            seq=event.seq,
            kind=event.kind,
            actor_id=None,
            at=event.at,
            details_hash=event.details_hash,
        )
    case.last_hash = previous
    return "cases.events"


def rehash_an_enterprise(session: Session) -> str:
    """Edit a filing and work the chain out anew."""
    enterprise = session.scalars(sa.select(Enterprise)).one()
    (filing,) = enterprise.filings
    filing.kind = "other"
    filing.hash = ledger.chained(ledger.FIRST, register.link_of(enterprise, filing).entry)
    enterprise.last_hash = filing.hash
    return "enterprises.filings"


def test_every_tampering_is_found(place: integrity.Place, app: Flask) -> None:
    """One park, broken again and again: making it takes longest."""
    assert found(place) == set()

    result = app.test_cli_runner().invoke(commands.commands["check"], ["--json"])
    assert result.exit_code == 0
    assert json.loads(result.output) == {"checks": integrity.names(), "findings": []}

    assert_append_only(place)
    place.session.execute(sa.text(UNHINDERED))
    for statement, check in TAMPERINGS:
        broken = place.session.begin_nested()
        for part in statement.split(";"):
            place.session.execute(sa.text(part))
        assert check in found_now(place), statement
        broken.rollback()
    for tamper in (rehash_a_case, rehash_an_enterprise):
        broken = place.session.begin_nested()
        check = tamper(place.session)
        place.session.flush()
        assert check in found_now(place), tamper
        broken.rollback()

    case = place.session.get_one(Case, 1)
    revocation.revoke(
        place.session,
        case,
        service_of(case.service_version),
        by=make_user(place.session, role=Role.SUPERVISOR, posts={"market": "supervisor"}),
        reason="Issued in error.",
        now=case.closed_at or NOON,
    )
    assert found(place) == set()
    broken = place.session.begin_nested()
    place.session.execute(
        sa.text("UPDATE certificates SET state = 'valid', revoked_at = NULL, reason = NULL")
    )
    assert found_now(place) == {"cases.witnesses"}
    broken.rollback()

    seal_is_missing(place, app)

    place.session.execute(sa.text(UNHINDERED))
    place.session.execute(sa.text("DELETE FROM case_events WHERE case_id = 1 AND seq = 2"))
    place.session.commit()
    result = app.test_cli_runner().invoke(commands.commands["check"], ["--json"])
    assert result.exit_code == 1
    assert json.loads(result.output)["findings"][0]["check"] == "cases.events"
