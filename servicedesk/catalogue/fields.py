"""The kinds of question a service may ask, as its definition writes them.

Pure data, checked by pydantic: what each kind may say about itself.  How a kind is
asked, read and shown is ``catalogue.kinds``.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from servicedesk.catalogue import blocks
from servicedesk.catalogue.suggesting import instead
from servicedesk.words import Text as PlainText

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Condition = dict[str, Any]  # JsonLogic, the subset of ``catalogue.conditions``

MOST_FIELDS_ON_A_PAGE = 10
MOST_FILES = 10  # of one question


class Part(BaseModel):
    """Base of everything in a definition: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text in both languages; neither may be empty."""

    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]
    source: str | None = None  # an id of domain/sources.yaml

    def plain(self) -> PlainText:
        """Return the two texts without their source."""
        return PlainText(self.en, self.zh)

    def in_language(self, language: str) -> str:
        """Return the text in ``language``, ``zh`` or else English."""
        return self.plain().in_language(language)


class Option(Part):
    """One answer to choose."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
    label: Text
    help: Text | None = None


class Question(Part):
    """What every kind of question has."""

    key: Key
    label: Text
    help: Text | None = None
    required: bool = True
    when: Condition | None = None  # asked only if this holds
    sensitive: bool = False  # shown masked to those who need not see it whole
    prefill: tuple[str, ...] = ()  # where the answer may be known from, the best place first

    @field_validator("prefill", mode="before")
    @classmethod
    def _is_a_list_of_one(cls, said: object) -> object:
        return [] if said is None else [said] if isinstance(said, str) else said


class TextQuestion(Question):
    """Words on one line or several; ``script`` narrows the characters allowed.

    Where the list ``source`` (``catalogue.registry``) has entries, one of them is chosen; the
    answer is its key, as if it had been typed.
    """

    kind: Literal["text", "long_text"]
    min: int = 0  # characters
    max: int = 200  # characters
    script: Literal["any", "chinese", "latin"] = "any"
    source: str | None = None


class NumberQuestion(Question):
    """A number; ``percent`` is 0 to 100 with two places.

    The answer is an integer, or digits as text ("33.5") where there may be places.
    """

    kind: Literal["number", "percent"]
    min: Decimal | None = None
    max: Decimal | None = None
    places: int = 0


class MoneyQuestion(Question):
    """An amount with its currency.  The answer is ``{"currency": "CNY", "amount": "1.00"}``."""

    kind: Literal["money"]
    currencies: tuple[str, ...] = ("CNY",)
    min: Decimal | None = None
    max: Decimal | None = None


class DateQuestion(Question):
    """A day, in three boxes.  The answer is ISO; bounds are days from today."""

    kind: Literal["date"]
    earliest_days: int | None = None
    latest_days: int | None = None
    not_before: Key | None = None  # another day on the page, or of the same entry


class ChoiceQuestion(Question):
    """One of a few (``choice``) or some of a few (``many``)."""

    kind: Literal["choice", "many"]
    options: Annotated[tuple[Option, ...], Field(min_length=2)]


class YesNoQuestion(Question):
    """Yes or no; the answer is a JSON boolean."""

    kind: Literal["yes_no"]


class PickQuestion(Question):
    """One or several entries of a list kept elsewhere: scope, country, address unit, own names.

    ``source`` names the list (``catalogue.registry``); the answer is a key, or a list of
    keys when ``many``.
    """

    kind: Literal["pick"]
    source: str
    many: bool = False
    min: int = 0
    max: int = 100
    among: Key | None = None  # only what is chosen in this question is of use; told by a check


class CodeQuestion(Question):
    """A number with a built-in check, or a way to reach somebody."""

    kind: Literal["credit_code", "chinese_id", "passport", "phone", "email", "address"]


class PermitQuestion(Question):
    """The number of a permit, a licence or another paper: capitals, figures and hyphens."""

    kind: Literal["permit_number"]
    min: int = 5  # characters
    max: int = 30


class SignatureQuestion(Question):
    """A signature by confirmation: one's name typed again; ``of`` is the question it must be."""

    kind: Literal["signature"]
    of: Key | None = None


class FilesQuestion(Question):
    """Files given on the page itself, such as the identity paper of each shareholder.

    They are papers of the application (``catalogue.attached``).  The answer is a list of
    ``{"name": "passport.pdf", "size": 84000, "sha256": "..."}``.
    """

    kind: Literal["files"]
    max_files: Annotated[int, Field(ge=1, le=MOST_FILES)] = 1


class ComputedQuestion(Question):
    """Worked out from other answers (``catalogue.formulas``); nothing is asked.

    The answer is kept as one of its ``unit``: a number of as many ``places``, a percentage,
    or money in ``currency``.
    """

    kind: Literal["computed"]
    value: dict[str, Any]
    unit: Literal["number", "percent", "money"] = "number"
    places: int = 0
    currency: str = "CNY"
    required: bool = False


class DeclarationQuestion(Question):
    """A sentence to confirm with a tick; ``label`` is the sentence."""

    kind: Literal["declaration"]


class StatementQuestion(Question):
    """Words to read; nothing is asked."""

    kind: Literal["statement"]


class RunningTotal(Part):
    """A sum shown under a group while it is filled in, beside the amount it should reach."""

    label: Text
    field: Key  # a money question of the group
    target: Key  # a money question of the application


class GroupQuestion(Question):
    """The same questions for each of several: shareholders, directors.

    The answer is a list of objects.  ``title`` and ``line`` are the keys of the fields
    that head a closed card and that its second line is made of.
    """

    kind: Literal["group"]
    min: int = 1
    max: int = 50
    item: Text  # "shareholder"
    title: tuple[Key, ...]
    line: tuple[Key, ...] = ()
    total: RunningTotal | None = None
    fields: Annotated[tuple["SimpleField", ...], Field(min_length=1, max_length=14)]

    @field_validator("fields", mode="before")
    @classmethod
    def _unfolds_its_blocks(cls, said: object) -> object:
        return blocks.unfolded(said)

    @model_validator(mode="after")
    def _names_its_own_fields(self) -> "GroupQuestion":
        own = {field.key for field in self.fields}
        summed = {self.total.field} if self.total else set[str]()
        if strangers := sorted({*self.title, *self.line, *summed} - own):
            there = instead(strangers[0], sorted(own))
            raise ValueError(f"title, line or total names no field here: {strangers[0]!r}{there}")
        return self


SimpleField = Annotated[
    TextQuestion
    | NumberQuestion
    | MoneyQuestion
    | DateQuestion
    | ChoiceQuestion
    | YesNoQuestion
    | PickQuestion
    | CodeQuestion
    | PermitQuestion
    | SignatureQuestion
    | FilesQuestion
    | DeclarationQuestion
    | StatementQuestion,
    Field(discriminator="kind"),
]
AnyField = Annotated[SimpleField | ComputedQuestion | GroupQuestion, Field(discriminator="kind")]


def list_of(question: AnyField) -> str | None:
    """Return the name of the list that ``question`` lets one choose from, if it has one."""
    return question.source if isinstance(question, PickQuestion | TextQuestion) else None
