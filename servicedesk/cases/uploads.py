"""Files that came with a form, stored before anything is locked: that may take a while."""

from dataclasses import dataclass, field
from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from servicedesk import clock
from servicedesk.cases.forms import UploadForm
from servicedesk.catalogue import attached
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import FilesQuestion
from servicedesk.catalogue.typed import cleaned
from servicedesk.extensions import db
from servicedesk.files import operations as files_of_desk
from servicedesk.files.models import StoredFile
from servicedesk.files.names import safe_name
from servicedesk.files.refusals import FileRefused, words_of
from servicedesk.web.words import spoken
from servicedesk.words import Words, say

MOST_AT_ONCE: Final = 20  # files of one request that are looked into
_LONGEST_NAME: Final = 60  # characters of the name of a file that is not taken
_TOO_MANY: Final = say("Send at most %(most)s files at one time.", most=MOST_AT_ONCE)
_NOT_TAKEN: Final = say("“%(file)s” was not taken. %(why)s")
_REPEATED: Final = say("You had already given the file “%(file)s”; it is kept once.")


@dataclass
class Taken:
    """The files that came with a page of the form, by the names of their inputs."""

    files: dict[str, list[tuple[StoredFile, str]]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)  # why one is not taken
    repeated: list[str] = field(default_factory=list)  # of which one is told that it is there


def taken_for(page: Page) -> Taken:
    """Store the files that came for the questions of ``page``, each judged by itself.

    One that is refused keeps no other from being taken: nothing that was given is lost.  One
    that is there already takes no room.
    """
    asked = attached.questions(page.fields)
    taken = Taken()
    for name, upload in request.files.items(multi=True):
        question = asked.get(attached.place_of_input(name) or "")
        if question is not None and upload.filename:
            _take(taken, question, name, upload)
    return taken


def _take(taken: Taken, question: FilesQuestion, name: str, upload: FileStorage) -> None:
    own = taken.files.setdefault(name, [])
    here = {stored.sha256 for stored, _ in own}
    kept = set(request.form.getlist(f"{name}-{attached.KEPT}"))
    if files_of_desk.address(upload.stream) in here | kept:
        taken.repeated.append(_of_file(_REPEATED, upload))
        return
    if question.max_files > 1:  # a single file takes the place of the old one
        here |= kept
    fault: Words | None = None
    if len(here) >= question.max_files:
        fault = say("At most %(most)s can be given here.", most=question.max_files)
    elif sum(map(len, taken.files.values())) >= MOST_AT_ONCE:
        fault = _TOO_MANY
    else:
        fault = _store(upload, own)
    if fault is not None:
        taken.refused.setdefault(name, []).append(_of_file(_NOT_TAKEN, upload, fault))


def stored_uploads(form: UploadForm) -> list[tuple[StoredFile, str]]:
    """Store the files that were sent, with their names; say of each that is refused why."""
    uploads = [one for one in request.files.getlist("file") if one.filename]
    if not uploads:
        form.complain(_("Choose a file, then send it."), form.file)
    stored: list[tuple[StoredFile, str]] = []
    for upload in uploads:
        if fault := _store(upload, stored):
            form.complain(_of_file(_NOT_TAKEN, upload, fault), form.file)
    return stored


def _store(upload: FileStorage, among: list[tuple[StoredFile, str]]) -> Words | None:
    """Put the file ``among`` those taken, under its name; or return why not."""
    called = upload.filename or ""
    try:
        stored = files_of_desk.store(db.session, upload.stream, now=clock.now())
    except FileRefused as found:
        return words_of(found, called)
    among.append((stored, safe_name(called, stored.media_type)))
    return None


def _of_file(words: Words, upload: FileStorage, why: Words | None = None) -> str:
    """Return ``words`` with the name of the file as it was given, and ``why``."""
    name = cleaned(upload.filename or "")[:_LONGEST_NAME]
    return spoken(Words(words.msgid, {"file": name, "why": spoken(why) if why else ""}))
