"""What a service is, as one YAML file says it.

Pure data, checked by pydantic: guide, form, materials, stages, clocks, letters, result,
appointment, examples.  ``docs/catalogue/`` explains it to officers;
``catalogue.checking`` finds what pydantic cannot (unreachable stages, missing letters).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator

from servicedesk.catalogue import blocks
from servicedesk.catalogue.bundle_keys import Awaiting, Code, PagesOf
from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.fees import Fee
from servicedesk.catalogue.fields import (
    MOST_FIELDS_ON_A_PAGE,
    AnyField,
    Condition,
    GroupQuestion,
    Key,
    Part,
    Text,
)
from servicedesk.catalogue.fragments import FilledIn
from servicedesk.catalogue.guide_text import Guide
from servicedesk.catalogue.joint_confirmation import JointConfirmation
from servicedesk.catalogue.limits import ClockPlan, Limit

# fmt: off
_OUR_ADDRESSES: Final = frozenset({
    "check", "submit", "materials", "withdraw", "messages", "letters", "documents", "marks",
    "people", "status", "version", "commitments", "confirmations",
})
# fmt: on


class Audience(StrEnum):
    """Who applies."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    BOTH = "both"


class ItemType(StrEnum):
    """事项类型: what kind of act the service is."""

    LICENCE = "licence"
    CONFIRMATION = "confirmation"
    REGISTRATION = "registration"
    FILING = "filing"
    PUBLIC_SERVICE = "public_service"
    INFORMATION = "information"


class Standing(StrEnum):
    """Whether people may apply for a service."""

    OPEN = "open"
    ARCHIVE = "archive"  # no longer begun; kept to be read
    EX_OFFICIO = "ex_officio"  # the authority begins it, not the person concerned


class Setting(Part):
    """A fact on which sources differ; an administrator may change it (``conflict``, ``OWN``).

    What reads it: the figures it ``sets``, texts that say ``{key}``, and rules of the program.
    """

    label: Text
    value: int | str | None  # as the file has it; None: a number that is not known yet
    unit: Text | None = None
    least: int | None = None  # of a number; what is left out follows from the unit (``ranges``)
    most: int | None = None
    not_above: Key | None = None  # another setting of the service
    not_below: Key | None = None
    sets: tuple[str, ...] = ()  # "clock.committed.working_days", "pages[place].fields[years].max"
    options: dict[str, Text] = {}  # of words: those that there are, and what they are called
    source: str
    differs: dict[str, Text | int | str] = {}  # by source, what it says instead
    confidence: Literal["high", "medium", "low"] = "medium"
    of: Code | None = None  # whose it is, if it came with another's pages; never in a file
    shared: Key | None = None  # under which name services share it (``catalogue.sharing``)
    chosen: int | str | None = None  # what an administrator set instead; never in a file

    @field_validator("options", mode="before")
    @classmethod
    def _are_called_as_they_are_written(cls, said: object) -> object:
        if not isinstance(said, list | tuple):
            return said
        return {one: {"en": one, "zh": one} for one in said if isinstance(one, str)}

    @property
    def current(self) -> int | str | None:
        """Return the value in force."""
        return self.value if self.chosen is None else self.chosen


class MayFollow(Part):
    """容缺: the material may come later, within so many working days of acceptance."""

    working_days: int
    when: Condition | None = None  # for whom; always where absent
    when_words: Text | None = None  # the same for readers of the guide
    source: str


class Material(Part):
    """A document the service asks for."""

    key: Key
    name: Text
    need: Literal["required", "conditional", "by_promise"]
    # for conditional: asked if it holds; for by_promise: who may promise
    when: Condition | None = None
    when_words: Text | None = None  # the same for readers of the guide: "if an agent acts"
    asked_when: Condition | None = None  # for by_promise: asked for at all only if it holds
    may_follow: MayFollow | None = None
    note: Text | None = None
    most_files: Annotated[int, Field(ge=1, le=20)] = 5
    source: str | None = None


class Section(Part):
    """A heading of the task list."""

    key: Key
    title: Text


class Page(Part):
    """One page of the form: one matter, at most ten questions."""

    key: Key
    section: Key
    title: Text  # in the task list
    question: Text | None = None  # the page's heading; the title where absent
    intro: Text | None = None
    when: Condition | None = None
    checks: tuple[str, ...] = ()  # rules named in ``catalogue.registry``
    fields: Annotated[tuple[AnyField, ...], Field(min_length=1, max_length=MOST_FIELDS_ON_A_PAGE)]

    @field_validator("fields", mode="before")
    @classmethod
    def _unfolds_its_blocks(cls, said: object) -> object:
        return blocks.unfolded(said)

    @field_validator("key")
    @classmethod
    def _leaves_our_own_addresses_free(cls, key: str) -> str:
        if key in _OUR_ADDRESSES:
            raise ValueError(
                f"{key!r} is an address of ours under /cases/<reference>/; write another"
            )
        return key


class Duty(StrEnum):
    """Who may do a task: somebody with this duty, or a higher one, in its department."""

    MACHINE = "machine"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    PART = "part"  # nobody in a post: a service of its own does it


NO_PERSON: Final = frozenset({Duty.MACHINE, Duty.PART})  # duties that nobody in a post has


class Action(StrEnum):
    """What one may do with a task.  Its words are in ``cases.actions``."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    RECOMMEND = "recommend"
    ADVISE_REFUSAL = "advise_refusal"
    CONFIRM = "confirm"
    OBJECT = "object"
    APPROVE = "approve"
    REFUSE = "refuse"
    SEND_BACK = "send_back"


class Outcome(StrEnum):
    """How a case may end by decision.  A target ``end.<outcome>`` leads there."""

    APPROVED = "approved"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"


Remedy = Literal["reconsideration", "litigation"]


class Ruling(Part):
    """A decision that one of several authorities takes in the case, and what letters say of it."""

    name: Text  # what it decides on: "Work permit"
    granted: Text | None = None  # said where it is in favour
    refused: Text | None = None  # said where it is against
    legal: Limit | None = None  # for this decision, where no law sets one for all together
    remedies: tuple[Remedy, ...] = ()  # against it; none where the law says that it is final


class TaskPlan(Awaiting, FilledIn):
    """What one department does in a stage."""

    key: Key
    name: Text
    department: str
    duty: Duty
    when: Condition | None = None
    not_who_did: tuple[Key, ...] = ()  # four eyes: nobody decides what they examined
    concerns: tuple[Key, ...] = ()  # answers this task judges; mending one voids its result
    limit: tuple[Limit, ...] = ()  # one, or several of which the first that holds counts
    ruling: Ruling | None = None  # in a stage with the join ``each``
    # "next", "applicant", "end.approved", "end.refused", "end.not_accepted", or a stage's key
    actions: dict[Action, str]

    @field_validator("limit", mode="before")
    @classmethod
    def _is_a_list_of_one(cls, said: object) -> object:
        return [] if said is None else [said] if isinstance(said, Mapping) else said

    def limit_for(self, answers: Mapping[str, Any]) -> Limit | None:
        """Return the limit that counts for an application with ``answers``."""
        fitting = (one for one in self.limit if one.when is None or holds(one.when, answers))
        return next(fitting, None)


class StagePlan(Part):
    """One step of the way; its tasks run at the same time."""

    key: Key
    name: Text
    # each: all have to be done, also where one of them ends the case
    join: Literal["all", "any", "n_of_m", "first_reject", "each"] = "all"
    n: int | None = None  # for n_of_m
    tasks: Annotated[tuple[TaskPlan, ...], Field(min_length=1)]


class PromiseCheck(Part):
    """Who looks, after the approval, whether what was promised is so, and within what time."""

    department: str
    duty: Duty
    limit: Limit  # from the approval


class Letter(Part):
    """One letter: the standard words of its kind, with additions and the remedies that apply."""

    note: Text | None = None
    remedies: tuple[Remedy, ...] = ()
    signed_by: Text | None = None  # a body that decides and has no desk here; None: who acted


class LetterKind(StrEnum):
    """The letters a case can bring."""

    RECEIPT = "receipt"
    ACCEPTED = "accepted"
    CORRECTION = "correction"
    NOT_ACCEPTED = "not_accepted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    DELIVERED = "delivered"


class Result(Part):
    """What an approval brings."""

    name: Text
    validity: Text
    effect: str | None = None  # named in ``catalogue.registry``: register_enterprise, ...
    certificate: str | None = None  # a typst template in enterprises/certificates/
    handover: Literal["online", "counter", "courier"] = "online"  # how the result reaches people


class Appointment(Part):
    """Settings for visits to the hall."""

    needed: bool = False
    queue: str | None = None
    minutes: int = 15


class Example(Part):
    """An application worked through: run as a test, shown in the demo; all named in it confirm."""

    name: str
    at: str  # ISO moment with offset: when it is sent
    answers: dict[str, Any]
    materials: tuple[Key, ...] = ()
    promises: tuple[Key, ...] = ()  # materials promised instead of given
    # [day or moment, task key or "applicant", what]: an action, {"correct": [...]}, or
    # {"do": an action, "finds": {...}}; of the applicant {"answers", "gives"}, or
    # {"brings": [...]} for papers that may follow
    # In a part of a bundle: "part.task" and "part.applicant".
    steps: tuple[tuple[str, str, Any], ...] = ()
    expect: "Expectation"


class Expectation(Part):
    """What an example must come to."""

    outcome: Outcome | Literal["withdrawn", "open"]
    accepted_on: date | None = None
    legal_due: date | None = None
    committed_due: date | None = None
    letters: tuple[LetterKind, ...] = ()
    parts: dict[Key, Outcome | Literal["open", "ended"]] = {}  # of a bundle: how each part ends


class Service(Part):
    """One service of the catalogue, whole."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    code: Code
    name: Text
    summary: Text
    audience: Audience
    topics: tuple[Key, ...]
    item_type: ItemType
    standing: Standing = Standing.OPEN
    listed: bool = True  # False: it is only done as a part of a bundle
    department: str  # implementing body: a key of park.yaml
    instant: bool = False  # 即办件, else 承诺件
    reference_letter: Annotated[str, Field(pattern=r"^[A-Z]$")]  # R26-04417
    keywords: Text | None = None  # more words to find it by
    minutes_to_fill: int | None = None
    old_drafts_days: Annotated[int, Field(ge=0)] = 30  # drafts of the version before; OWN
    settings: dict[Key, Setting] = {}
    guide: Guide
    fee: Fee
    pages_of: tuple[PagesOf, ...] = ()  # taken over when the file is read
    materials: tuple[Material, ...] = ()
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()
    confirmation: JointConfirmation | None = None  # before it is sent; None: nobody need
    declaration: Text | None = None  # confirmed on the check page
    title_from: tuple[Key, ...] = ()  # the answers that name the matter in lists
    clock: ClockPlan | None = None
    stages: tuple[StagePlan, ...] = ()
    promise_check: PromiseCheck | None = None
    letters: dict[LetterKind, Letter] = {}
    result: Result
    appointment: Appointment = Appointment()
    examples: tuple[Example, ...] = ()

    def sheets(self) -> Iterator[tuple[str, tuple[AnyField, ...]]]:
        """Yield what is asked at one time with its place: each page, and what each task asks."""
        for page in self.pages:
            yield f"pages[{page.key}]", page.fields
        for stage, task in self.all_tasks():
            if task.fields:
                yield f"stages[{stage.key}].tasks[{task.key}]", task.fields

    def all_fields(self) -> Iterator[tuple[str, AnyField]]:
        """Yield every question with its place, those inside groups too."""
        for sheet, fields in self.sheets():
            for field in fields:
                where = f"{sheet}.fields[{field.key}]"
                yield where, field
                if isinstance(field, GroupQuestion):
                    yield from ((f"{where}.fields[{one.key}]", one) for one in field.fields)

    def all_tasks(self) -> Iterator[tuple[StagePlan, TaskPlan]]:
        """Yield every task with its stage, in their order."""
        for stage in self.stages:
            for task in stage.tasks:
                yield stage, task

    @property
    def setting_values(self) -> dict[str, int | str | None]:
        """Return the values of the settings that are in force."""
        return {key: setting.current for key, setting in self.settings.items()}

    def page(self, key: str) -> Page | None:
        """Return the page ``key``, or None."""
        return next((page for page in self.pages if page.key == key), None)

    def material(self, key: str) -> Material | None:
        """Return the material ``key``, or None."""
        return next((material for material in self.materials if material.key == key), None)

    def stage(self, key: str) -> StagePlan | None:
        """Return the stage ``key``, or None."""
        return next((stage for stage in self.stages if stage.key == key), None)


Example.model_rebuild()
