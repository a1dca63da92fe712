"""Files that came with a form, stored before anything is locked: that may take a while."""

from flask import request
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.cases.forms import UploadForm
from servicedesk.extensions import db
from servicedesk.files import operations as files
from servicedesk.files.models import StoredFile
from servicedesk.files.names import safe_name
from servicedesk.files.refusals import FileRefused
from servicedesk.web.words import spoken


def stored_uploads(form: UploadForm) -> list[tuple[StoredFile, str]]:
    """Store every file that was sent, with its name; say why where one is refused."""
    uploads = [one for one in request.files.getlist("file") if one.filename]
    if not uploads:
        form.complain(_("Choose a file, then send it."), form.file)
    stored = []
    try:
        for upload in uploads:
            file = files.store(db.session, upload.stream, now=clock.now())
            stored.append((file, safe_name(upload.filename, file.media_type)))
    except FileRefused as refused:
        db.session.rollback()
        form.complain(spoken(refused.words), form.file)
        return []
    return stored
