"""The form in which somebody corrects what an application says of them in one place.

It is made of the same questions as the page of the definition, and judged in the same way.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from servicedesk.cases import readiness, sheets
from servicedesk.cases.models import Case
from servicedesk.catalogue import forms, wording
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.registry import Finding
from servicedesk.catalogue.wording import Choices
from servicedesk.confirmations.own_answers import corrected
from servicedesk.confirmations.people import Line, Person, questions_shown
from servicedesk.words import LANGUAGES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict


def choices_shown(session: Session, case: Case, service: Service, *, now: datetime) -> Choices:
    """Return the lists of all that people are shown to confirm."""
    shown = Page.model_construct(fields=questions_shown(service))
    return choices_of(shown, readiness.matter_of(session, case, service, now=now))


def form_of(
    case: Case,
    service: Service,
    line: Line,
    language: str,
    choices: Choices,
    *,
    sent: "MultiDict[str, str] | None" = None,
) -> PageForm:
    """Return the form of ``line`` as it was ``sent``, or as the application has it."""
    page = _page(service, line)
    form = forms.page_form(case.service_version_id, service, page, language, choices)
    around = {key: one for key, one in case.answers.items() if key not in line.answers}
    if sent is None:
        return form(answers=around, data=forms.fill(page, line.answers))
    return form(sent, answers=around)


def read(form: PageForm, service: Service, line: Line) -> dict[str, Any]:
    """Return the answers of a form in order; None for what is blank or not asked."""
    return forms.read(form, _page(service, line))


def complain(
    session: Session,
    case: Case,
    service: Service,
    form: PageForm,
    *,
    person: Person,
    line: Line,
    now: datetime,
) -> bool:
    """Say in the form what the page's rules find wrong in it and did not before; whether any.

    What they find in other places is for who fills in the application: somebody else's share does
    not keep a person from saying what is right about their own.
    """
    said = corrected(case.answers, person, line, read(form, service, line))[0]
    before = {one.place for one in _wrong(session, case, service, line, case.answers, now=now)}
    found = _wrong(session, case, service, line, said, now=now)
    new = [one for one in found if one.place not in before]
    for finding in new:
        field = forms.field_at(form, (finding.place or "").rpartition(".")[2])
        form.complain(sheets.sentence(finding), field)
    return bool(new)


def changes(
    line: Line, own: Mapping[str, Any], choices: Choices
) -> list[dict[str, dict[str, str]]]:
    """Return what a correction changes: label, before and after, each in both languages."""
    return [
        {
            "label": {one: field.label.in_language(one) for one in LANGUAGES},
            "before": _shown(field, line.answers.get(field.key), choices),
            "after": _shown(field, own.get(field.key), choices),
        }
        for field in line.may_be_corrected
        if line.answers.get(field.key) != own.get(field.key)
    ]


def _shown(field: Any, answer: Any, choices: Choices) -> dict[str, str]:  # noqa: ANN401
    return {one: wording.show(field, answer, one, choices) for one in LANGUAGES}


def _page(service: Service, line: Line) -> Page:
    plans = service.confirmation.people if service.confirmation else ()
    number = next(at for at, one in enumerate(plans) if one == line.plan)
    return Page.model_construct(
        key=f"own_line_{number}", section=line.page.section, title=line.page.title,
        fields=line.may_be_corrected,
    )  # fmt: skip


def _wrong(
    session: Session,
    case: Case,
    service: Service,
    line: Line,
    answers: Mapping[str, Any],
    *,
    now: datetime,
) -> list[Finding]:
    """Return what the page's rules find wrong in this one place."""
    matter = readiness.matter_of(session, case, service, now=now, answers=answers)
    found = readiness.wrong(readiness.run_checks(line.page, matter))
    own = {one.key for one in line.may_be_corrected} if line.at is None else set()
    return [
        one
        for one in found
        if one.place and (one.place in own or one.place.startswith(f"{line.place}."))
    ]
