"""One page of an application's form, built for the person who fills it in.

Between the compiler of forms (``catalogue.forms``) and the views: which questions are open,
which choices there are, what the form begins with, and where findings belong.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from servicedesk.accounts.models import User
from servicedesk.cases import policy, queries, readiness
from servicedesk.cases.known import Known
from servicedesk.cases.models import Case, Document
from servicedesk.cases.operations import attaching, drafts
from servicedesk.cases.uploads import Taken
from servicedesk.catalogue import attached, forms, showing
from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.given_files import Given
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.catalogue.wording import Choices
from servicedesk.errors import NotFound
from servicedesk.web.file_fields import KeptFile
from servicedesk.web.words import spoken
from servicedesk.words import say

LONGEST_TYPED = 20_000  # characters of one answer
_OURS = re.compile(r"f_[a-z0-9_]+(-[a-z]+)?|f_[a-z0-9_]+-[0-5]?[0-9](-[a-z0-9_-]+)?")
SEEN = "seen"  # the input that says which state of the page the person looked at


@dataclass(frozen=True)
class Sheet:
    """A page to fill in."""

    case: Case
    service: Service
    page: Page  # with its open questions only
    choices: Choices
    language: str
    seen: str  # a digest of what is saved of the page
    given: Given  # the files that its questions may name
    typed: "MultiDict[str, str] | None" = None  # what was sent, files by their names

    def form(self, known: Mapping[str, Known]) -> PageForm:
        """Return the form: as it was sent, as it was left to put right, or as it was saved.

        ``known`` is what the desk knows already, for questions without an answer.
        """
        form_class = self._form_class()
        kept = self.case.typed.get(self.page.key)
        if self.typed is not None:
            return form_class(self.typed, answers=self.case.answers, given=self.given)
        if kept is not None:
            return self.typed_form(_multi(kept))
        begun = {**{key: one.answer for key, one in known.items()}, **self.case.answers}
        data = forms.fill(self.page, begun)
        form = form_class(answers=self.case.answers, given=self.given, data=data)
        for key, one in known.items():
            form[f"f_{key}"].known_from = one.source
        return form

    def typed_form(self, typed: "MultiDict[str, str]") -> PageForm:
        """Return the form with what was typed, and what it says about that."""
        form = self._form_class()(typed, answers=self.case.answers, given=self.given)
        form.validate()
        form.csrf_token.errors = ()
        return form

    def _form_class(self) -> type[PageForm]:
        return forms.page_form(
            self.case.service_version_id, self.service, self.page, self.language, self.choices
        )


def open_sheet(
    session: Session,
    case: Case,
    service: Service,
    key: str,
    *,
    language: str,
    now: datetime,
    taken: Taken | None = None,
    by: User,
) -> Sheet:
    """Return the page ``key`` to be filled in, or as it was sent.

    Args:
        session: the database.
        case: the application; locked where something was sent.
        service: the definition the case is pinned to.
        key: of the page.
        language: "en" or "zh".
        now: the moment.
        taken: the files that came along, if the page was sent; those of its open questions
            become documents of the case, whether the page is in order or not.
        by: who fills it in.

    Raises:
        NotFound: there is no such page, these answers do not call for it, or it is not open.
    """
    page = queries.open_pages(session, case, service).get(key)
    if page is None or asked(service, case.answers).page(key) is None:
        raise NotFound(say("This page of the form is not open now."))
    choices = choices_of(page, readiness.matter_of(session, case, service, now=now))
    sheet = Sheet(case, service, page, choices, language, digest(case, page), Given())
    if taken is not None:
        typed = request.form.copy()
        if policy.may_edit(case):
            _attach(session, case, page, taken, typed, by=by, now=now)
        sheet = replace(sheet, typed=typed)
    refused = taken.refused if taken else {}
    return replace(sheet, given=Given(_files(session, case, page), refused))


def title_of(sheet: Sheet, answers: Mapping[str, Any]) -> str | None:
    """Return what the matter is called, if this page has a say in it."""
    if {field.key for field in sheet.page.fields}.isdisjoint(sheet.service.title_from):
        return None
    return showing.title(sheet.service, answers, "zh", sheet.choices)


def digest(case: Case, page: Page) -> str:
    """Return a short name for what is saved of the page: two people cannot overwrite unseen."""
    keys = [field.key for field in page.fields]
    saved = [case.answers.get(key) for key in keys], case.typed.get(page.key)
    text = json.dumps(saved, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def place_findings(form: PageForm, findings: Sequence[Finding]) -> None:
    """Write each finding at its question, or above the form where it has none here."""
    for finding in findings:
        field = forms.field_at(form, finding.place) if finding.place else None
        form.complain(sentence(finding), field)


def beyond_list(session: Session, sheet: Sheet, answers: Mapping[str, Any]) -> list[Finding]:
    """Return a finding for each group in which cards were changed that the list leaves shut."""
    words = say(
        "The correction list opens single entries here. Leave the others as they were sent, and"
        " add or remove none."
    )
    changed = drafts.changed_beyond_list(session, sheet.case, answers)
    return [Finding(Weight.WRONG, words, key) for key in changed]


def sentence(finding: Finding) -> str:
    """Return what the finding says, and in which rule it stands, in the reader's language."""
    words = spoken(finding.words)
    if finding.rule is None:
        return words
    return str(_("%(found)s (%(rule)s)", found=words, rule=spoken(finding.rule)))


def links(session: Session, case: Case, service: Service) -> dict[tuple[str, str], str]:
    """Return the addresses of the files that answers may name, by place and content."""
    if not any(attached.questions(page.fields) for page in service.pages):
        return {}
    found = queries.files_of_questions(session, case)
    return {(one.material, one.sha256): _address(case, one) for one in found}


def raw(typed: "MultiDict[str, str]") -> dict[str, list[str]]:
    """Return what was typed on a page, without what is not the visitor's.

    Of a group no more entries than any group may have, of an answer no more than a page of text.
    """
    return {
        key: [value[:LONGEST_TYPED] for value in values]
        for key, values in typed.lists()
        if _OURS.fullmatch(key)
    }


def _attach(
    session: Session,
    case: Case,
    page: Page,
    taken: Taken,
    typed: "MultiDict[str, str]",
    *,
    by: User,
    now: datetime,
) -> None:
    """Put what came along to the open questions of the page, and name it in ``typed``."""
    asked = attached.questions(page.fields)
    for name, stored in taken.files.items():
        place = attached.place_of_input(name) or ""
        if place not in asked or not stored:
            continue
        given = [
            attaching.attach(session, case, place, file, name=called, by=by, now=now).sha256
            for file, called in stored
        ]
        kept = f"{name}-{attached.KEPT}"
        before = typed.getlist(kept) if asked[place].max_files > 1 else []
        typed.setlist(kept, [*before, *given])


def _files(session: Session, case: Case, page: Page) -> dict[str, dict[str, KeptFile]]:
    """Return what was ever given to the questions of the page, by their places."""
    files: dict[str, dict[str, KeptFile]] = {place: {} for place in attached.questions(page.fields)}
    for one in queries.files_of_questions(session, case) if files else ():
        if one.material in files:
            file = KeptFile(one.name, one.file.size, one.sha256, _address(case, one))
            files[one.material][one.sha256] = file
    return files


def _address(case: Case, document: Document) -> str:
    return url_for("cases.document", reference=case.reference, document_id=document.id)


def _multi(kept: Mapping[str, list[str]]) -> "MultiDict[str, str]":
    return MultiDict([(key, value) for key, values in kept.items() for value in values])
