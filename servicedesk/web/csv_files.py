"""Tables that people download."""

from flask import Response


def csv_file(text: str, name: str) -> Response:
    """Return a table as a file of this name; its mark tells table programs that it is UTF-8."""
    answer = Response("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
