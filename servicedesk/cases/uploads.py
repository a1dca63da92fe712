"""Files that came with a form, stored before anything is locked: that may take a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import request
from flask_babel import gettext as _

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
from servicedesk.files.refusals import FileRefused
from servicedesk.web.words import spoken
from servicedesk.words import Words, say

MOST_AT_ONCE: Final = 20  # files of one request that are looked into
_LONGEST_NAME: Final = 60  # characters of the name of a file that is not taken
_TOO_MANY: Final = say("Send at most %(most)s files at one time.", most=MOST_AT_ONCE)


@dataclass(frozen=True)
class Taken:
    """The files that came with a page of the form, by the names of their inputs."""

    files: Mapping[str, Sequence[tuple[StoredFile, str]]]
    refused: Mapping[str, Sequence[str]]  # what to say of those that are not taken


def taken_for(page: Page) -> Taken:
    """Store the files that came for the questions of ``page``, each judged by itself.

    One that is refused keeps no other from being taken: nothing that was given is lost.
    """
    asked = attached.questions(page.fields)
    files: dict[str, list[tuple[StoredFile, str]]] = {}
    refused: dict[str, list[str]] = {}
    for name, upload in request.files.items(multi=True):
        question = asked.get(attached.place_of_input(name) or "")
        if question is None or not upload.filename:
            continue
        own = files.setdefault(name, [])
        fault = _too_many(question, name, here=len(own), sent=sum(map(len, files.values())))
        try:
            if fault is None:
                stored = files_of_desk.store(db.session, upload.stream, now=clock.now())
                own.append((stored, safe_name(upload.filename, stored.media_type)))
        except FileRefused as found:
            fault = found.words
        if fault is not None:
            refused.setdefault(name, []).append(_not_taken(upload.filename, fault))
    return Taken(files, refused)


def _too_many(question: FilesQuestion, name: str, *, here: int, sent: int) -> Words | None:
    """Return why there is no room for one more; a single file takes the place of the old one."""
    kept = len(request.form.getlist(f"{name}-{attached.KEPT}")) if question.max_files > 1 else 0
    if here + kept >= question.max_files:
        return say("At most %(most)s can be given here.", most=question.max_files)
    return _TOO_MANY if sent >= MOST_AT_ONCE else None


def _not_taken(filename: str, why: Words) -> str:
    name = cleaned(filename)[:_LONGEST_NAME]
    return spoken(say("“%(file)s” was not taken. %(why)s", file=name, why=spoken(why)))


def stored_uploads(form: UploadForm) -> list[tuple[StoredFile, str]]:
    """Store every file that was sent, with its name; say why where one is refused."""
    uploads = [one for one in request.files.getlist("file") if one.filename]
    if not uploads:
        form.complain(_("Choose a file, then send it."), form.file)
    stored = []
    try:
        for upload in uploads:
            file = files_of_desk.store(db.session, upload.stream, now=clock.now())
            stored.append((file, safe_name(upload.filename, file.media_type)))
    except FileRefused as refused:
        db.session.rollback()
        form.complain(spoken(refused.words), form.file)
        return []
    return stored
