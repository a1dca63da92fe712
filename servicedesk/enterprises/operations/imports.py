"""Bringing enterprises that exist already into the register: tried first, then all or none.

A file is kept, sealed, for the person who brought it until they say that it is to be entered, so
that what is entered is what was tried.  It is entered by a job: killed in the middle it leaves
nothing and is taken up again.
"""

import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import IO, Final

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from servicedesk import jobs, live
from servicedesk.accounts.models import User
from servicedesk.batches import batches
from servicedesk.database import keyring
from servicedesk.enterprises import import_files
from servicedesk.enterprises.import_drafts import Fault
from servicedesk.enterprises.import_files import Tally
from servicedesk.enterprises.import_models import ImportState, RegisterExport, RegisterImport
from servicedesk.enterprises.operations import bulk_entries, names
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.policy import require_moves_register
from servicedesk.enterprises.queries import imports as queries
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.park import local_day
from servicedesk.words import say, words_as_json

log = logging.getLogger(__name__)

ENTER: Final = "enterprises.enter_import"  # the task
WRITE: Final = "enterprises.write_export"  # the task of an export
KEPT: Final = timedelta(hours=24)  # a file that nobody says to enter; OWN
_AT_ONCE: Final = 500  # enterprises written together
Tell = Callable[[str, int], None]

_TAKEN_MEANWHILE: Final = (IntegrityError, Overtaken)


class DoesNotFit(RuleBroken):
    """Something in the file is wrong, or does not fit the register; nothing is entered."""

    def __init__(self, found: Tally) -> None:
        super().__init__(
            say("%(wrong)s of %(rows)s rows cannot be entered.", wrong=len(found.wrong),
                rows=found.rows)
        )  # fmt: skip
        self.found = found


def try_out(session: Session, file: IO[bytes], now: datetime) -> Tally:
    """Return what is wrong with a file, in itself and beside the register.  Nothing is written.

    Raises:
        SheetRefused: it is no table that we take.
        HeadingsWrong: its first row does not say what the columns are.
    """
    found = import_files.tally(file, local_day(now))
    for fault in _beside_the_register(session, found, now):
        found.blame(fault)
    found.faults.sort(key=lambda one: one.row)
    return found


def bring(
    session: Session, file: IO[bytes], file_name: str, *, by: User, now: datetime
) -> RegisterImport:
    """Try a file out and keep it for the person who brought it.

    Raises:
        NotPermitted: ``by`` has no post at the registrar.
        SheetRefused: it is no table that we take.
        HeadingsWrong: its first row does not say what the columns are.
    """
    require_moves_register(by)
    found = try_out(session, file, now)
    file.seek(0)
    content = file.read()
    brought = _note(found, content, file_name, by=by, now=now)
    brought.state, brought.content = ImportState.CHECKED, keyring.seal(content)
    session.add(brought)
    session.flush()
    log.info("import tried", extra=_figures(brought))
    return brought


def let_enter(session: Session, brought: RegisterImport, *, by: User, now: datetime) -> None:
    """Give the worker a file to enter that was tried out.

    Raises:
        NotPermitted: ``by`` has no post at the registrar.
        Overtaken: it was given before, has expired, or something in it is wrong.
    """
    require_moves_register(by)
    given = session.scalar(
        sa.update(RegisterImport)
        .where(
            RegisterImport.id == brought.id,
            RegisterImport.state == ImportState.CHECKED,
            RegisterImport.wrong_rows == 0,
            RegisterImport.expires_at > now,
        )
        .values(state=ImportState.WAITING, expires_at=now + KEPT)
        .returning(RegisterImport.id)
    )
    if given is None:
        raise Overtaken
    jobs.defer(session, ENTER, number=given)


def enter_kept(session: Session, number: int, *, now: datetime) -> None:
    """Enter a file that was given to the worker; safe to repeat.

    What no longer fits the register is noted, and nothing of the file is entered.  What the
    database cannot hold will not fit the next time either: it is given up at once.
    """
    brought = session.get(RegisterImport, number, with_for_update=True)
    if brought is None or brought.state is not ImportState.WAITING or brought.content is None:
        return
    file = io.BytesIO(keyring.open(brought.content))
    try:
        with session.begin_nested():
            enter_all(session, file, Decision(None, brought.by, now))
    except DoesNotFit as fault:
        _tell_faults(brought, fault.found)
        brought.state = ImportState.REFUSED
    except DataError as fault:
        brought.state = ImportState.FAILED
        log.error("an import cannot be entered", extra={"error": type(fault.orig).__name__})  # noqa: TRY400 - its text has what people typed
    else:
        brought.state = ImportState.DONE
    brought.content, brought.ended_at = None, now
    live.announce(session, f"import:{brought.id}")
    log.info("import ended", extra=_figures(brought) | {"state": brought.state.value})


def enter_file(
    session: Session,
    file: IO[bytes],
    file_name: str,
    *,
    now: datetime,
    tell: Tell | None = None,
) -> RegisterImport:
    """Enter a file at once, for a command; return the note of it.

    ``tell`` is called with what was done and with how many rows, now and then.

    Raises:
        DoesNotFit: something in it is wrong.
        SheetRefused: it is no table that we take.
        HeadingsWrong: its first row does not say what the columns are.
    """
    found = enter_all(session, file, Decision(None, None, now), tell)
    file.seek(0)
    brought = _note(found, file.read(), file_name, by=None, now=now)
    brought.state, brought.ended_at = ImportState.DONE, now
    session.add(brought)
    return brought


def enter_all(
    session: Session, file: IO[bytes], decision: Decision, tell: Tell | None = None
) -> Tally:
    """Enter every enterprise of a file, or none; return what was in it.

    One file goes after the other: who comes second is told what the first has brought.

    Raises:
        DoesNotFit: something in it is wrong, or does not fit the register any more.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(ENTER, 0))))
    names.lapse(session, now=decision.now)
    found = try_out(session, file, decision.now)
    if not found.is_good:
        raise DoesNotFit(found)
    if tell is not None:
        tell("rows looked at", found.rows)
    try:
        with session.begin_nested():
            _enter(session, file, found, decision, tell)
    except _TAKEN_MEANWHILE:  # by an application that was decided meanwhile
        again = try_out(session, file, decision.now)
        if again.is_good:
            raise
        raise DoesNotFit(again) from None
    log.info("enterprises imported", extra={"rows": found.rows})
    return found


def sweep(session: Session, *, now: datetime) -> int:
    """Forget the files that nobody needs any more; return how many.  Safe to run again.

    Those that nobody said to enter in time, and those that the worker was to enter and gave up.
    """
    given_up = [job["number"] for job in jobs.given_up(session, ENTER)]
    is_waiting = RegisterImport.state == ImportState.WAITING
    ended = session.scalars(
        sa.update(RegisterImport)
        .where(
            RegisterImport.content.is_not(None),
            sa.or_(
                RegisterImport.expires_at <= now,
                sa.and_(is_waiting, RegisterImport.id.in_(given_up)),
            ),
        )
        .values(
            state=sa.case((is_waiting, ImportState.FAILED), else_=ImportState.EXPIRED),
            content=None,
            faults=None,
            ended_at=now,
        )
        .returning(RegisterImport.id)
    ).all()
    for number in ended:
        live.announce(session, f"import:{number}")
    return len(ended)


def note_export(session: Session, *, by: User | None, now: datetime) -> RegisterExport:
    """Note that somebody takes the register along, and let the worker write it for them.

    ``by`` None: a command, which writes it itself.

    Raises:
        NotPermitted: ``by`` has no post at the registrar and is no administrator.
    """
    if by is not None:
        require_moves_register(by)
    noted = RegisterExport(by=by, at=now)
    session.add(noted)
    session.flush()
    if by is not None:
        jobs.defer(session, WRITE, number=noted.id)
    log.info("register exported", extra={"export": noted.id})
    return noted


def _enter(
    session: Session, file: IO[bytes], found: Tally, decision: Decision, tell: Tell | None
) -> None:
    places = queries.places(session, found.places)
    moved: list[tuple[int, str]] = []
    written = 0
    for some in batches(import_files.drafts(file, decision.day), _AT_ONCE):
        moved += bulk_entries.enter(session, some, places, decision)
        written += len(some)
        if tell is not None:
            tell("written", written)
    if moved:
        bulk_entries.move_in(session, moved, now=decision.now)
    bulk_entries.keep_codes_ahead(session, list(found.codes))


def _beside_the_register(session: Session, found: Tally, now: datetime) -> Iterator[Fault]:
    for code, name in queries.taken_codes(session, found.codes).items():
        words = say("The register has this code already: “%(name)s”.", name=name)
        yield Fault(found.codes[code], "credit_code", words)
    taken = queries.taken_names(session, found.names, now)
    for pair, name in taken.items():
        words = say("“%(name)s” holds this trade name in the same industry.", name=name)
        yield Fault(found.names[pair], "name", words)
    told = {found.names[pair] for pair in taken}
    for whole, name in queries.taken_whole_names(session, found.whole_names, now).items():
        if found.whole_names[whole] not in told:
            words = say("“%(name)s” is registered or reserved already.", name=name)
            yield Fault(found.whole_names[whole], "name", words)
    yield from _without_place(session, found)


def _without_place(session: Session, found: Tally) -> Iterator[Fault]:
    free = queries.free_places(session, found.places)
    for code, rows in found.places.items():
        words = say("The park has no place %(unit)s.", unit=code)
        if code in free:
            words = say(
                "%(unit)s has %(free)s free places, and the file needs %(wanted)s.",
                unit=code,
                free=max(free[code], 0),
                wanted=len(rows),
            )
        for row in rows[max(free.get(code, 0), 0) :]:
            yield Fault(row, "address_unit", words)


def _note(
    found: Tally, content: bytes, file_name: str, *, by: User | None, now: datetime
) -> RegisterImport:
    brought = RegisterImport(
        by=by,
        at=now,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        rows=found.rows,
        unread=list(found.unread),
        expires_at=now + KEPT,
    )
    _tell_faults(brought, found)
    return brought


def _tell_faults(brought: RegisterImport, found: Tally) -> None:
    brought.wrong_rows = len(found.wrong)
    brought.faults = [
        {"row": one.row, "column": one.column, "words": words_as_json(one.words)}
        for one in found.faults
    ]


def _figures(brought: RegisterImport) -> dict[str, int]:
    return {"import_id": brought.id, "rows": brought.rows, "wrong": brought.wrong_rows}
