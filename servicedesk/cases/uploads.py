"""Files that came with a form, stored before anything is locked: that may take a while."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from servicedesk import clock
from servicedesk.catalogue import attached
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.typed import cleaned
from servicedesk.extensions import db
from servicedesk.files import operations as files_of_desk
from servicedesk.files.models import StoredFile
from servicedesk.files.names import safe_name
from servicedesk.files.refusals import FileRefused, words_of
from servicedesk.web.forms import DeskForm
from servicedesk.web.words import spoken
from servicedesk.words import Words, say

MOST_AT_ONCE: Final = 20  # files of one request that are looked into
_LONGEST_NAME: Final = 60  # characters of the name of a file that is not taken
_TOO_MANY: Final = say("Send at most %(most)s files at one time.", most=MOST_AT_ONCE)
_NOT_TAKEN: Final = say("“%(file)s” was not taken. %(why)s")
_REPEATED: Final = say("You had already given the file “%(file)s”; it is kept once.")


@dataclass
class Taken:
    """The files that came with a form, by the names of their inputs."""

    files: dict[str, list[tuple[StoredFile, str]]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)  # why one is not taken
    repeated: list[str] = field(default_factory=list)  # of which one is told that it is there


@dataclass(frozen=True)
class Place:
    """Where files may be given, and which are there already."""

    most: int
    kept: AbstractSet[str]  # their addresses
    is_replaced: bool = False  # what is there makes way for what comes

    @property
    def room(self) -> int:
        """How many more can be taken."""
        return self.most - (0 if self.is_replaced else len(self.kept))


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
            kept = set(request.form.getlist(f"{name}-{attached.KEPT}"))
            most = question.max_files
            _take(taken, name, upload, Place(most, kept, is_replaced=most == 1))
    return taken


def taken_by(form: DeskForm, place: Place) -> Taken:
    """Store the files that were sent, as ``taken_for`` does; say on the form which are refused.

    ``form`` has a ``file``, as ``UploadForm``.
    """
    uploads, taken = [one for one in request.files.getlist("file") if one.filename], Taken()
    if not uploads:
        form.complain(_("Choose a file, then send it."), form["file"])
    for upload in uploads:
        _take(taken, "file", upload, place)
    for words in taken.refused.get("file", ()):
        form.complain(words, form["file"])
    return taken


def _take(taken: Taken, name: str, upload: FileStorage, place: Place) -> None:
    own = taken.files.setdefault(name, [])
    if files_of_desk.address(upload.stream) in {stored.sha256 for stored, _ in own} | place.kept:
        taken.repeated.append(_of_file(_REPEATED, upload))
        return
    fault: Words | None = None
    if len(own) >= place.room:
        fault = say("At most %(most)s can be given here.", most=place.most)
    elif sum(map(len, taken.files.values())) >= MOST_AT_ONCE:
        fault = _TOO_MANY
    else:
        fault = _store(upload, own)
    if fault is not None:
        taken.refused.setdefault(name, []).append(_of_file(_NOT_TAKEN, upload, fault))


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
