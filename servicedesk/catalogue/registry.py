"""Rules, lists and effects that definitions name, and the code behind the names.

Upper features add theirs in ``join_catalogue``; a definition that names something unknown
is not published.  The tables are filled once at start and never changed afterwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Known
from servicedesk.words import Text, Words


class Weight(StrEnum):
    """How much a finding weighs."""

    IN_ORDER = "in_order"  # checked and found right; shown to staff
    LOOK = "look"  # may go on; somebody should look
    WRONG = "wrong"  # must be put right before the application is sent


@dataclass(frozen=True)
class Finding:
    """What a rule has to say about some answers."""

    weight: Weight
    words: Words
    place: str | None = (
        None  # "capital", "shareholders[1].pay_by", "material:lease"; None: the page
    )
    rule: Words | None = None  # where it is written


@dataclass(frozen=True)
class Matter:
    """What a rule may look at: the answers so far, and where and when we are."""

    session: Session
    answers: Mapping[str, Any]
    applicant_id: int
    case_id: int | None
    now: datetime
    service: str  # its code; of a part, that of the whole: so it was sent, and mandated
    settings: Mapping[str, Any]
    is_examined: bool = True  # a person looks at it; False: a machine alone decides
    effect: str | None = None  # what an approval does; of a bundle, its part to an enterprise
    sender_id: int | None = None  # who sends it; None: nobody yet
    is_bundled: bool = False  # of a bundle, or a part of one: offices begin before anybody accepts


@dataclass(frozen=True)
class Choice:
    """One entry of a pick list."""

    key: str
    label: Text
    group: Text | None = None
    note: Text | None = None
    taken: bool = False  # shown, cannot be chosen now
    find: str = ""  # by what a browser finds it (``searching.findable``)


class Check(Protocol):
    """A rule over one page's answers.  Returns findings, those in order included."""

    def __call__(self, matter: Matter) -> Sequence[Finding]:
        """Look at ``matter`` and say what there is to say."""


class PickList(Protocol):
    """Where the entries of a ``pick`` question come from, in their order."""

    def __call__(self, matter: Matter) -> Sequence[Choice]:
        """Return the entries that ``matter``'s applicant may see."""


class Walk(Protocol):
    """What cannot happen as an example of a service says: where, and why."""

    def __call__(self, service: Service, known: Known) -> Iterable[tuple[str, str]]:
        """Walk every example of ``service``, its parts being ``known``, without a database."""


class Keepers(Protocol):
    """Who keeps older versions of a service when a new one is published."""

    def __call__(
        self, session: Session, code: str, *, replaced_at: datetime | None = None
    ) -> Sequence[Words]:
        """Say which stay on which version of the service ``code``, which may move, and why.

        With ``replaced_at``: as it would be, were a new version published then.
        """


Effect = Callable[..., Any]  # what an approval does; its shape is ``enterprises.applications``'

CHECKS: Final[dict[str, Check]] = {}
PICK_LISTS: Final[dict[str, PickList]] = {}
EFFECTS: Final[dict[str, Effect]] = {}
CERTIFICATES: Final[set[str]] = set()  # what can be printed
PREFILLS: Final[set[str]] = set()  # what the desk knows of a person before asking
SETTINGS: Final[set[str]] = set()  # those that rules, lists and effects read
WALKS: Final[list[Walk]] = []  # how the examples of a definition are walked through its stages
KEEPERS: Final[list[Keepers]] = []  # who says which cases keep an older version
