"""Parts of a page that open pages fetch again when they hear that something changed."""

import hashlib
from collections.abc import Callable
from typing import Final, ParamSpec

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.web import language
from servicedesk.web.filters import time_to_the_second

AS_OF: Final = "As-Of"

P = ParamSpec("P")


def same_for_all(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Mark ``view`` as one that answers alike to all who ask the same in the same language.

    Those who ask at the same moment then share an answer; see ``servicedesk.sharing``.
    """
    view.is_same_for_all = True  # type: ignore[attr-defined]
    return view


def fragment(template: str, state: object, **shown: object) -> ResponseReturnValue:
    """Return the part, or only that it is as it was when the page fetched it last.

    ``state`` is what makes it another: everything it shows but the time.  The time is in the
    header ``As-Of`` of either answer, as the reader writes it; ``components/as_of.html`` is
    where the page puts it.
    """
    response = make_response(render_template(template, **shown))
    digest = hashlib.sha256(repr((state, language.current())).encode()).hexdigest()
    response.set_etag(digest[:32])
    response.headers[AS_OF] = time_to_the_second(clock.now())
    return response.make_conditional(request)
