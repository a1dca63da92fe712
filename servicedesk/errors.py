"""What can go wrong on purpose.

    DeskError
    ├── NotFound       no such thing, or not for this person's eyes      404
    ├── NotPermitted   it exists, but this person may not do this         403
    ├── RuleBroken     the rules forbid it now, whoever asks              409
    │   └── Overtaken  somebody else was faster                           409
    ├── KeyReused      one request key, two different requests            422
    └── TooMany        too often in too short a time                      429

Operations and queries raise these and views let them pass; which page and HTTP
status a visitor then gets is decided in ``servicedesk.web``.
"""

from datetime import timedelta

from servicedesk.words import Words, say


class DeskError(Exception):
    """Base of every error we raise on purpose; its words are fit for a visitor to read."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


class NotFound(DeskError):
    """There is no such thing, as far as this person is concerned."""


class NotPermitted(DeskError):
    """The person is known, and may not do this."""


class RuleBroken(DeskError):
    """The rules forbid this now, whoever asks."""


class Overtaken(RuleBroken):
    """Somebody else has changed the thing since this person looked."""

    def __init__(self) -> None:
        super().__init__(say("Somebody else has just changed this. Look again before you go on."))


class KeyReused(DeskError):
    """The same request key came with another request."""

    def __init__(self) -> None:
        super().__init__(say("This form was already sent with other answers. Open the page again."))


class TooMany(DeskError):
    """Too often in too short a time; ``retry_after`` says when to try again."""

    def __init__(self, words: Words, retry_after: timedelta) -> None:
        super().__init__(words)
        self.retry_after = retry_after
