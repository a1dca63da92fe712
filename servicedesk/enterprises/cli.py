"""``servicedesk verify``, the keys that sign certificates, and the register in and out."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from servicedesk import clock
from servicedesk.enterprises import certificate_seals, signatures
from servicedesk.enterprises.certificate_seals import NotInForce, Reading, Verdict
from servicedesk.enterprises.import_files import Tally
from servicedesk.enterprises.operations import certificates, exports, imports, signing_keys
from servicedesk.enterprises.signatures import PublicKey
from servicedesk.extensions import db
from servicedesk.park import local_day

_WORDS = {
    Verdict.GENUINE: "genuine: every byte is as it was printed and signed",
    Verdict.ALTERED: "NOT GENUINE: the file was altered after it was signed",
    Verdict.UNSIGNED: "NOT GENUINE: the file carries no signature of a service desk",
    Verdict.OTHER_KEY: "NOT GENUINE: signed with a key that is not among those given",
    Verdict.WITHDRAWN_KEY: "NOT PROVEN: signed with a key that was withdrawn",
    Verdict.OUT_OF_TIME: "NOT GENUINE: signed with a key at a time when it did not sign",
}
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("file", type=_FILE)
@click.option("--key", "keys", type=_FILE, required=True, help="servicedesk-keys.json")
@click.option("--revoked", type=_FILE, help="servicedesk-revoked.json, fetched lately.")
def verify(file: Path, keys: Path, revoked: Path | None) -> None:
    """Verify the PDF of a certificate, without database, settings or network.

    FILE is as it was downloaded.  Keys and list are published at /.well-known/ of the desk.
    Exit 0: genuine, and nothing here speaks against it; 1: do not rely on it; 2: cannot read.
    """
    known = _keys(keys)
    listed = None if revoked is None else _list(revoked, known)
    try:
        data = file.read_bytes()
    except OSError as error:
        _cannot(f"{file}: {error.strerror}")
    reading = certificate_seals.read(data, known)
    click.echo(_WORDS[reading.verdict])
    is_good = _tell(reading, listed) and reading.verdict is Verdict.GENUINE
    sys.exit(0 if is_good else 1)


@click.command("rotate-signing-key")
@click.option(
    "--older-than",
    "days",
    default=1,
    show_default=True,
    type=click.IntRange(0),
    help="Only a key that has signed for so many days; so running it twice changes it once.",
)
@click.option("--compromised", "kid", help="Withdraw this key: believe nothing it signed.")
@with_appcontext
def rotate_signing_key(days: int, kid: str | None) -> None:
    """Let a new key sign certificates from now on.  Safe to run again.

    What the old key signed in its time holds, unless the key is withdrawn: then run
    servicedesk check and servicedesk sign-certificates.
    """
    if kid is not None:
        changed = signing_keys.withdraw(db.session, kid, now=clock.now())
        db.session.commit()
        click.echo(f"{kid} is withdrawn" if changed else f"{kid} was withdrawn before")
        return
    active = signing_keys.active(db.session)
    now = clock.now()  # when nobody signs with the old one any more
    if active is not None and now - active.since < timedelta(days=days):
        click.echo(f"{active.kid} signs since {active.since:%Y-%m-%d %H:%M} UTC: not changed")
        return
    key = signing_keys.rotate(db.session, now=now)
    db.session.commit()
    click.echo(f"{key.kid} signs from now on")


@click.command("sign-certificates")
@with_appcontext
def sign_certificates() -> None:
    """Sign the certificates that carry no signature to be believed.

    Run it once after the upgrade that brought signatures, and after a key was withdrawn; run
    servicedesk check before: it tells certificates that were made up.  Safe to interrupt and to
    run again.
    """
    count = 0
    while done := certificates.sign_some(db.session, now=clock.now()):
        db.session.commit()
        count += done
        click.echo(f"signed: {count}")
    db.session.commit()
    click.echo(f"certificates signed: {count}")


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what is wrong; enter nothing.")
@with_appcontext
def import_enterprises(file: Path, *, dry_run: bool) -> None:
    """Enter the enterprises of FILE (CSV or XLSX) in the register: all of them, or none.

    Exit 1: something is wrong with a row, and nothing was entered; 2: it is no such table.
    """
    now = clock.now()
    try:
        with file.open("rb") as table:
            if dry_run:
                found = imports.try_out(db.session, table, now)
                _tell_faults(found)
                click.echo(f"rows: {found.rows}, to mend: {len(found.wrong)}; nothing is entered")
                sys.exit(0 if found.is_good else 1)
            brought = imports.enter_file(db.session, table, file.name, now=now, tell=_tell_progress)
    except OSError as error:
        _cannot(f"{file}: {error.strerror}")
    except imports.DoesNotFit as fault:
        _tell_faults(fault.found)
        click.echo(f"{fault} Nothing is entered.", err=True)
        sys.exit(1)
    db.session.commit()
    click.echo(f"enterprises entered: {brought.rows}")


@click.command("export")
@click.option(
    "--out",
    "directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the files are written; made where it is not there.",
)
@with_appcontext
def export_register(directory: Path) -> None:
    """Write the whole register as files, and note that it was."""
    now = clock.now()
    imports.note_export(db.session, by=None, now=now)
    db.session.commit()
    directory.mkdir(parents=True, exist_ok=True)
    snapshot = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with db.sessionmaker(bind=snapshot) as session:
        count = exports.write(
            session, directory, now=now, tell=lambda so_many: _tell_progress("written", so_many)
        )
    click.echo(f"enterprises exported: {count}")


def _tell_progress(what: str, count: int) -> None:
    click.echo(f"{what}: {count}")


def _tell_faults(found: Tally) -> None:
    for one in found.faults:
        column = f", {one.title}" if one.title else ""
        click.echo(_printable(f"row {one.row}{column}: {one.words}"))


def _tell(reading: Reading, listed: NotInForce | None) -> bool:
    """Print what a signed file says; return whether nothing speaks against relying on it."""
    if reading.said is None:
        return True
    said, facts = reading.said, reading.said["facts"]
    title, issuer = facts["title"], facts["issuer"]
    if reading.verdict is Verdict.ALTERED:
        click.echo("The signature in it was made for this certificate:")
    click.echo(f"  certificate  {title['en']} / {title['zh']}")
    click.echo(f"  about        {_printable(facts['holder'])}")
    click.echo(f"  issued       {facts['issued_on']} by {issuer['en']} / {issuer['zh']}")
    click.echo(f"  code         {said['code']}")
    until = said["valid_until"]
    has_ended = bool(until) and until < local_day(clock.now()).isoformat()
    if until:
        click.echo(f"  until        {until}{' - EXPIRED' if has_ended else ''}")
    is_listed = _tell_state(said["code"], listed)
    click.echo(f"Check online: {said['url']}")
    return not has_ended and not is_listed


def _tell_state(code: str, listed: NotInForce | None) -> bool:
    """Print whether a certificate is in force, as far as is known; return whether it is not."""
    if listed is None:
        click.echo("Whether it is still in force cannot be known offline.")
        return False
    state = listed.state_of(code)
    as_of = f"{listed.as_of:%Y-%m-%d %H:%M} UTC"
    if state is None:
        click.echo(f"It was in force on {as_of}, by the list that was given.")
    else:
        click.echo(f"NOT IN FORCE: {state}, by the list of {as_of}.")
    return state is not None


def _printable(text: str) -> str:
    """Return what people typed without what a terminal would obey."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _keys(path: Path) -> list[PublicKey]:
    try:
        return signatures.read_key_set(json.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        _cannot(f"{path} holds no keys: {error}")


def _list(path: Path, keys: list[PublicKey]) -> NotInForce:
    try:
        return certificate_seals.read_list(json.loads(path.read_bytes())["signed"], keys)
    except (OSError, ValueError, KeyError, TypeError) as error:
        _cannot(f"{path} is no list signed with these keys: {error!r}")


def _cannot(words: str) -> NoReturn:
    click.echo(f"servicedesk verify: {words}", err=True)
    sys.exit(2)
