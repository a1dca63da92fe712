"""The time a service takes, as its definition says it: limits, corrections, renewals."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from servicedesk.catalogue.fields import Condition, Key, Part, Text


class Limit(Part):
    """A number of days, with who may extend it, and where that is written.

    Working days, or where an old law says so ``calendar_days``: one of the two is written.
    ``when`` is for limits of tasks: it says for which applications, ``when_words`` to readers.
    """

    working_days: Annotated[int, Field(ge=0)] = 0
    calendar_days: Annotated[int, Field(ge=1)] | None = None
    extend: int = 0
    extend_by: Text | None = None
    basis: Text | None = None
    source: str
    when: Condition | None = None
    when_words: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _counts_one_way(cls, said: Any) -> Any:  # noqa: ANN401 - whatever the file has
        if isinstance(said, Mapping):
            if not {"working_days", "calendar_days"} & said.keys():
                raise ValueError(
                    "says neither working_days nor calendar_days; write working_days: 5"
                )
            if said.get("calendar_days") and said.get("working_days"):
                raise ValueError("says working_days and calendar_days; take one of the two out")
        return said


class CorrectionRule(Part):
    """How and how often the desk may ask for corrections (one list, 一次性告知)."""

    working_days: int | None = 5  # within which the desk must tell; None: no limit is written
    deemed_accepted: bool = False  # silent for longer: accepted from the day of receipt
    clock: Literal["resumes", "restarts"] = "resumes"  # what a resubmission does
    basis: Text
    source: str


class DeemedGranted(Part):
    """A renewal not decided before the old permit ends counts as granted (行政许可法 art. 50)."""

    by: Key  # the question that asks for the day on which the old permit ends
    ruling: Key | None = None  # of several authorities: the task whose decision it takes
    apply_before_days: Annotated[int, Field(ge=0)] = 30  # only who applies by then is protected
    basis: Text
    source: str


class ClockPlan(Part):
    """The time the desk has: by law, and as it promises."""

    starts: Literal["receipt", "acceptance"]
    legal: Limit | None
    committed: Limit | None
    correction: CorrectionRule
    delivery: Limit | None = None
    deemed_granted: DeemedGranted | None = None
