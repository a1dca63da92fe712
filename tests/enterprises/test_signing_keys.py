"""The keys that sign: one at a time, changed under load, withdrawn, never lying open."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cli import commands
from servicedesk.enterprises.key_models import SigningKey
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.operations import certificates, signing_keys
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.queries import signing_keys as key_queries
from servicedesk.enterprises.signatures import KeyState
from servicedesk.errors import NotFound
from tests.enterprises.factories import NOW, make_enterprise
from tests.enterprises.together import at_once

FACTS = {"title": {"en": "Notice", "zh": "通知书"}, "valid_until": None}


def states(session: Session) -> list[KeyState]:
    session.expire_all()
    return [one.state for one in key_queries.public_keys(session)]


def issue(session: Session) -> int:
    return certificates.issue(
        session, "notice", FACTS, case_id=1, enterprise_id=None, now=clock.now()
    ).id


def test_the_first_key_is_made_once(session: Session, engine_url: str, app: Flask) -> None:
    with app.app_context():
        issued = at_once(engine_url, [issue] * 8)

    assert all(isinstance(one, int) for one in issued), issued
    assert states(session) == [KeyState.ACTIVE]
    found = session.scalars(sa.select(Certificate)).all()
    assert len(found) == 8
    assert all(queries.is_sealed(session, one) for one in found)


def test_keys_are_changed_while_certificates_are_issued(
    session: Session, engine_url: str, app: Flask
) -> None:
    """Whoever is first: every certificate is signed by a key in its time (D4)."""

    def change(other: Session) -> int:
        signing_keys.rotate(other, now=clock.now())
        return 0

    for _ in range(4):
        with app.app_context():
            done = at_once(engine_url, [issue, change, issue, change, issue, issue])
        assert all(isinstance(one, int) for one in done), done

    assert states(session).count(KeyState.ACTIVE) == 1
    found = session.scalars(sa.select(Certificate)).all()
    assert len(found) == 16
    assert all(queries.is_sealed(session, one) for one in found)


def test_a_clock_that_is_ahead_does_not_put_a_certificate_out_of_its_keys_time(
    session: Session,
) -> None:
    ahead = clock.now() + timedelta(seconds=30)
    early = certificates.issue(session, "notice", FACTS, case_id=1, enterprise_id=None, now=ahead)
    signing_keys.rotate(session, now=clock.now())
    late = certificates.issue(session, "notice", FACTS, case_id=1, enterprise_id=None, now=NOW)

    assert queries.is_sealed(session, early)
    assert queries.is_sealed(session, late)
    assert early.sealed_with != late.sealed_with


def test_the_private_half_lies_sealed_and_is_destroyed(session: Session) -> None:
    signer = signing_keys.signer(session, now=NOW)
    signing_keys.rotate(session, now=clock.now())
    session.commit()
    (old,) = session.scalars(sa.select(SigningKey).where(SigningKey.kid == signer.kid))
    (new,) = session.scalars(sa.select(SigningKey).where(SigningKey.kid != signer.kid))

    assert old.private_sealed is None
    assert new.private_sealed is not None
    assert key_queries.signer_of(new).private not in bytes(new.private_sealed)
    with pytest.raises(ValueError, match="signs no more"):
        key_queries.signer_of(old)


def test_the_database_has_one_active_key(session: Session) -> None:
    signing_keys.signer(session, now=NOW)
    copy = sa.text(
        "INSERT INTO signing_keys (kid, state, public, private_sealed, since)"
        " SELECT 'another', state, public, private_sealed, since FROM signing_keys"
    )
    with pytest.raises(sa.exc.IntegrityError, match="uq_signing_keys_active"):
        session.execute(copy)


def test_withdrawing_a_key_is_safe_to_repeat(session: Session) -> None:
    kid = signing_keys.signer(session, now=NOW).kid

    assert signing_keys.withdraw(session, kid, now=clock.now())
    assert not signing_keys.withdraw(session, kid, now=clock.now())
    assert sorted(states(session)) == [KeyState.ACTIVE, KeyState.COMPROMISED]
    with pytest.raises(NotFound):
        signing_keys.withdraw(session, "nobody's", now=clock.now())


def test_commands_change_a_key_once(session: Session, app: Flask) -> None:
    make_enterprise(session)  # signed in May
    runner = app.test_cli_runner()

    def run(*arguments: str) -> str:
        result = runner.invoke(commands.commands["rotate-signing-key"], arguments)
        assert result.exit_code == 0, result.output
        return result.output

    assert "signs from now on" in run()
    assert "not changed" in run()
    assert "signs from now on" in run("--older-than", "0")
    kid = key_queries.public_keys(session)[-1].kid
    assert "is withdrawn" in run("--compromised", kid)
    assert "was withdrawn before" in run("--compromised", kid)
    assert len(states(session)) == 3


def test_certificates_from_before_are_signed_by_a_command(session: Session, app: Flask) -> None:
    make_enterprise(session)
    session.execute(sa.text("UPDATE certificates SET seal = NULL, sealed_with = NULL"))
    session.commit()
    runner = app.test_cli_runner()
    told = [runner.invoke(commands.commands["sign-certificates"]).output for _ in range(2)]
    session.expire_all()

    assert told == ["signed: 1\ncertificates signed: 1\n", "certificates signed: 0\n"]
    assert queries.is_sealed(session, session.scalars(sa.select(Certificate)).one())
