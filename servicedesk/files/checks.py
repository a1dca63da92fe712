"""What ``servicedesk check`` looks at here."""

from collections.abc import Iterator

from servicedesk import clock
from servicedesk.files import queries
from servicedesk.integrity import Place, check


@check("files.rows_without_files")
def rows_without_files(place: Place) -> Iterator[tuple[str, str]]:
    """Every stored file lies in the store, with the content it had."""
    for sha256, what in queries.rows_without_files(place.session):
        yield f"file {sha256[:12]}", what


@check("files.files_without_rows")
def files_without_rows(place: Place) -> Iterator[tuple[str, str]]:
    """No content lies in the store that nothing names, but what may be on its way."""
    older_than = clock.now() - place.stray_after
    for sha256 in queries.files_without_rows(place.session, older_than=older_than):
        yield f"file {sha256[:12]}", "no row names it"
