"""What only a bundle (高效办成一件事) writes: one form for several services, and their order.

A bundle is a service some of whose tasks are services of their own, its parts.  It asks
everything once; each part is opened as an application of its own on these answers.
"""

from typing import Annotated

from pydantic import Field

from servicedesk.catalogue.fields import Key, Part

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,30}$")]
# A question of the bundle, or what the desk knows ("enterprise.name"): ``registry.PREFILLS``.
Source = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]


class PagesOf(Part):
    """Pages, papers and the settings they need, taken over from another definition."""

    service: Code
    last: tuple[Key, ...] = ()  # those of its pages that come after ours


class Awaiting(Part):
    """What a task may say of its order, and of the service that does it."""

    service: Code | None = None  # the part that does it; its outcome confirms or objects
    after: tuple[Key, ...] = ()  # tasks of the same stage that have to be done first, in favour
    answers: dict[Key, Source] = {}  # {question of the part: where its answer comes from}
