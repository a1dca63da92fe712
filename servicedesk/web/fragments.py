"""Parts of a page that open pages fetch again when they hear that something changed."""

import hashlib

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from servicedesk.web import language


def fragment(template: str, state: object, **shown: object) -> ResponseReturnValue:
    """Return the part, or only that it is as it was when the page fetched it last.

    ``state`` is what makes it another: everything it shows but the time.
    """
    response = make_response(render_template(template, **shown))
    digest = hashlib.sha256(repr((state, language.current())).encode()).hexdigest()
    response.set_etag(digest[:32])
    return response.make_conditional(request)
