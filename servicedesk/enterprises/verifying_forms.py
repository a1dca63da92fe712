"""The form that takes a file whose certificate is to be verified."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from servicedesk.web.forms import DeskForm

LARGEST: Final = 2 * 1024 * 1024  # bytes; OWN. Our own prints have about 50 kB
_BEGINNING: Final = b"%PDF-"


class FileForm(DeskForm):
    """Takes one PDF.  It changes nothing, so it needs no key."""

    request_key = None
    file = FileField(
        _l("The certificate as a PDF file"),
        description=_l(
            "The file as you got it, at most 2 MB. We look at it and forget it: it is not stored."
        ),
        validators=[FileRequired(_l("Choose the PDF file of the certificate."))],
    )

    def read(self) -> bytes | None:
        """Return what is in the file; None: it is no PDF of that size, and the form says so."""
        with self.file.data.stream as stream:
            data = bytes(stream.read(LARGEST + 1))
        if len(data) > LARGEST:
            self.complain(_l("The file is larger than 2 MB, so it is none of ours."), self.file)
        elif not data.startswith(_BEGINNING):
            self.complain(_l("This is not a PDF file. Choose the file we gave out."), self.file)
        else:
            return data
        return None
