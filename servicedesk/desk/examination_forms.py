"""The form in which a task is done: the reason, and what the task asks of the officer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final, cast

from sqlalchemy.orm import Session
from wtforms import Field

from servicedesk.cases import examination_queries, queries, readiness, workflow
from servicedesk.cases.actions import OPINIONS
from servicedesk.cases.models import Case, Task
from servicedesk.catalogue import examining, forms, wording
from servicedesk.catalogue.definition import Action, Service, TaskPlan
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.fragments import Check
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.wording import Choices
from servicedesk.desk.forms import AdviseForm, DoForm, TurnAwayForm
from servicedesk.park import local_day
from servicedesk.web.words import spoken

_FORMS: Final[Mapping[Action, type[DoForm]]] = {
    Action.REFUSE_ACCEPTANCE: TurnAwayForm,
    **dict.fromkeys(OPINIONS, AdviseForm),
}


class _KeepsToRules:
    """Says at its field what was found and no rule of the task allows."""

    plan: ClassVar[TaskPlan]
    today: ClassVar[date]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as in WTForms
        """Check what was found by itself, then by the rules."""
        form = cast("PageForm", self)
        is_whole: bool = super().validate(extra_validators)  # type: ignore[misc]
        for key, words in examining.beyond(self.plan, form.counting(), form.around, self.today):
            if not form[f"f_{key}"].errors:
                form.complain(spoken(words), form[f"f_{key}"])
                is_whole = False
        return is_whole


@dataclass(frozen=True)
class Seen:
    """What a point looks at: an answer in words, or a paper to open."""

    label: str
    value: str
    document_id: int | None = None


@dataclass(frozen=True)
class Point:
    """A point to confirm, with what shows it."""

    field: Field
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class Examining:
    """What a task asks of the officer, as a form."""

    form: DoForm
    fields: tuple[Field, ...] = ()
    points: tuple[Point, ...] = ()
    around: Mapping[str, Any] | None = None  # answers that conditions in the browser look at

    @property
    def found(self) -> dict[str, Any]:
        """Return what was filled in, as far as it is asked."""
        if not isinstance(self.form, PageForm):
            return {}
        return {key: one for key, one in self.form.counting().items() if one is not None}


def do_form(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    action: Action,
    *,
    is_whole: bool,
    language: str,
    now: datetime,
) -> Examining:
    """Return the form by which ``task`` is done by ``action``; ``is_whole``: now, not later.

    It begins with what was saved, else with what was found when the task was done before,
    else with what the applicant said.
    """
    plan = workflow.plan_of(service, task.stage, task.key)
    base = _FORMS.get(action, DoForm)
    if not plan.is_filled_in:
        return Examining(base())
    is_needed = is_whole and action in examining.IN_FAVOUR
    fragment = examining.fragment(plan, needed=is_needed)
    choices = choices_of(service, readiness.matter_of(session, case, service, now=now))
    asked = forms.page_form(case.service_version_id, service, fragment, language, choices)
    bases = (_KeepsToRules, base, asked) if is_needed else (base, asked)
    own = {"plan": plan, "today": local_day(now)}
    form_class = cast("type[PageForm]", type("ExamineForm", bases, own))
    begun = _begun(session, case, service, task, plan)
    form = form_class(answers=case.answers, data=forms.fill(fragment, begun))
    looking = _Looking(session, case, service, language, choices)
    return Examining(
        cast("DoForm", form),
        fields=tuple(form[f"f_{one.key}"] for one in plan.fields),
        points=tuple(Point(form[f"f_{one.key}"], looking.at(one)) for one in plan.checks),
        around=form.answers_looked_at(),
    )


def _begun(
    session: Session, case: Case, service: Service, task: Task, plan: TaskPlan
) -> dict[str, Any]:
    """Return what the form shows before anything is typed.

    Points count as confirmed only where that was saved of what is there now: not after the
    application was sent again, and not when the task is done again.
    """
    kept = examination_queries.examinations_of(session, case, service)
    saved = examination_queries.last_of(kept, task)
    last = saved or examination_queries.last_before(kept, task)
    begun = {**examining.begun(plan, case.answers), **(last.found if last else {})}
    sent = queries.submissions_of(session, case)
    if saved is None or (sent and sent[-1].at > saved.at):
        begun = {key: one for key, one in begun.items() if key not in _keys(plan)}
    return begun


def _keys(plan: TaskPlan) -> set[str]:
    return {check.key for check in plan.checks}


class _Looking:
    """Finds what points look at."""

    def __init__(
        self, session: Session, case: Case, service: Service, language: str, choices: Choices
    ) -> None:
        self._case, self._service = case, service
        self._language, self._choices = language, choices
        self._fields = {field.key: field for page in service.pages for field in page.fields}
        self._papers = queries.documents_in_force(session, case)

    def at(self, check: Check) -> tuple[Seen, ...]:
        """Return the answers and papers that ``check`` looks at, those that are there."""
        return tuple(seen for key in check.looks_at for seen in self._of(key))

    def _of(self, key: str) -> tuple[Seen, ...]:
        field, material = self._fields.get(key), self._service.material(key)
        if field is not None:
            answer = self._case.answers.get(key)
            value = wording.show(field, answer, self._language, self._choices)
            label = field.label.in_language(self._language)
            return (Seen(label, value),) if value else ()
        label = material.name.in_language(self._language) if material else key
        papers = [one for one in self._papers if one.material == key]
        return tuple(Seen(label, one.name, one.id) for one in papers)
