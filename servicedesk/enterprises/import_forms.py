"""The form that takes a table of enterprises."""

import os
from typing import IO, Final, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from servicedesk.enterprises.table_files import MOST_BYTES
from servicedesk.web.forms import DeskForm

ACCEPT: Final = ".csv,.xlsx,text/csv"
_LONGEST_NAME: Final = 200  # characters


class TableForm(DeskForm):
    """Takes one table."""

    file = FileField(
        _l("The table"),
        description=_l("CSV or XLSX, at most 8 MB and 5,000 rows. Nothing is entered yet."),
        validators=[FileRequired(_l("Choose the file with the table."))],
    )

    def table(self) -> IO[bytes] | None:
        """Return the file, to be closed; None: its size is wrong, and the form says so."""
        stream = cast("IO[bytes]", self.file.data.stream)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if size > MOST_BYTES:
            self.complain(_l("The file is larger than 8 MB. Divide it."), self.file)
        elif not size:
            self.complain(_l("The file is empty."), self.file)
        else:
            return stream
        stream.close()
        return None

    @property
    def file_name(self) -> str:
        """What the file is called where it came from."""
        name = os.path.basename(str(self.file.data.filename or "").replace("\\", "/"))  # noqa: PTH119 - of another machine
        return "".join(one for one in name if one.isprintable())[:_LONGEST_NAME] or "table"
