"""Letters written out in both languages."""

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from servicedesk.cases.letter_reading import letter
from servicedesk.cases.models import IssuedLetter
from servicedesk.web.language import HTML_CODES

ORDER = ("zh", "en")  # both are valid; the Chinese text comes first, as on paper here


def texts(issued: IssuedLetter) -> list[tuple[str, Markup]]:
    """Return (html language, text) for each language, rendered by an escaping template."""
    written = []
    for code in ORDER:
        with force_locale(code):
            text = render_template("cases/letter_text.html", letter=letter(issued))
            written.append((HTML_CODES[code], Markup(text)))  # noqa: S704 - escaped by the template
    return written
