"""Form pages, compiled from definitions.

Usage, in a view::

    Form = page_form(case.service_version_id, service, page, language, choices)
    form = Form(answers=case.answers, data=fill(page, case.answers))
    if form.validate_on_submit():
        answers = read(form, page)

Fields are named ``f_<key>``, so that no key can shadow what a form needs for itself.  A
question whose ``when`` does not hold is neither required nor read, whatever was sent for
it.  When a form was sent, only what was sent counts; ``data`` is for showing a page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from flask_wtf.form import _Auto, _is_submitted
from wtforms import Field, Form, FormField
from wtforms.validators import StopValidation

from servicedesk.catalogue import asking, attached, given_files, kinds, wording
from servicedesk.catalogue.conditions import variables
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.fields import (
    AnyField,
    ComputedQuestion,
    GroupQuestion,
    RunningTotal,
    SimpleField,
    list_of,
)
from servicedesk.catalogue.fragments import Fragment
from servicedesk.catalogue.given_files import Given
from servicedesk.catalogue.wording import Choices
from servicedesk.web.fields import Chosen, GroupField, Option, Total
from servicedesk.web.forms import DeskForm
from servicedesk.web.groups import edited
from servicedesk.web.option_lists import OptionList
from servicedesk.web.words import spoken
from servicedesk.words import say

if TYPE_CHECKING:
    from wtforms.form import BaseForm

__all__ = ["PageForm", "compiled", "edited", "field_at", "fill", "page_form", "read"]

MOST_CARDS: Final = 100  # of one group in one request; more are not looked at
MOST_COMPILED: Final = 2_000  # classes kept

_PLACE: Final = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d{1,3})\](?:\.([a-z][a-z0-9_]*))?)?")


class _Asking:
    """What a page and a card of a group share: questions, some of which do not apply."""

    questions: ClassVar[tuple[AnyField, ...]] = ()
    language: ClassVar[str] = "en"
    choices: Choices
    around: Mapping[str, Any]  # answers that conditions may look at, besides those here

    def counting(self) -> dict[str, Any]:
        """Return the answers here that count; None for what is blank or not asked."""
        given = {one.key: _read_any(one, self.field(one)) for one in self.questions}
        return asking.answered(self.questions, given, self.around)

    def field(self, question: AnyField) -> Field:
        """Return the field that asks ``question``."""
        return cast("BaseForm", self)[f"f_{question.key}"]

    def open_questions(self) -> list[AnyField]:
        """Return the questions that apply, given the answers here and around."""
        seen = {**self.around, **self.counting()}
        return [one for one in self.questions if asking.applies(one, seen)]

    def settle(self) -> None:
        """Let every card know the answers around it."""
        seen = {**self.around, **self.counting()}
        for question in self.questions:
            if isinstance(question, GroupQuestion):
                for card in _cards(self.field(question)):
                    card.around = asking.inside(question, {}, seen)

    def forgive(self) -> None:
        """Drop the errors of questions that do not apply."""
        asked = {one.key for one in self.open_questions()}
        for question in self.questions:
            if question.key not in asked:
                _clear(self.field(question))


class CardForm(_Asking, Form):
    """One entry of a group."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in WTForms
        self.choices, self.around = {}, {}
        super().__init__(*args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as in WTForms
        """Check the questions that apply."""
        super().validate(extra_validators)
        self.forgive()
        return not self.errors


class PageForm(_Asking, DeskForm):
    """One page of a service's form.  ``page_form`` makes the classes."""

    choices: Choices = {}

    def __init__(
        self,
        formdata: Any = _Auto,  # noqa: ANN401 - as in Flask-WTF
        *,
        answers: Mapping[str, Any] | None = None,
        given: Given | None = None,
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        own = {question.key for question in self.questions}
        self.around = {key: one for key, one in (answers or {}).items() if key not in own}
        is_sent = _is_submitted() if formdata is _Auto else formdata is not None
        if is_sent:
            kwargs.pop("data", None)
        super().__init__(formdata, **kwargs)
        _offer(self, self.choices)
        given_files.put(self, given or Given())
        _add_up(self)
        _work_out(self)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as in WTForms
        """Check the questions that apply."""
        self.settle()
        super().validate(extra_validators)
        self.forgive()
        return not self.errors

    @property
    def takes_files(self) -> bool:
        """Whether a question here is for files, so that the browser must send them."""
        return bool(attached.questions(self.questions))

    def answers_looked_at(self) -> dict[str, Any]:
        """Return the answers of other pages that conditions here look at, for the browser."""
        keys = {
            key
            for question in _all(self.questions)
            if question.when
            for key in variables(question.when)
        }
        return {key: self.around[key] for key in sorted(keys) if key in self.around}


def page_form(
    service_version_id: int,
    service: Service,
    page: Page | Fragment,
    language: str,
    choices: Choices,
) -> type[PageForm]:
    """Return the form of ``page`` in ``language``, compiled once for a version.

    Args:
        service_version_id: what the application is pinned to.
        service: its definition.
        page: one of its pages; or one with some of its questions left out, as when only
            some places are open for correction; or what a task asks of the officer.
        language: "en" or "zh".
        choices: the entries of the lists that the page's questions name.
    """
    keys = tuple(field.key for field in page.fields)
    place = (service_version_id, page.key, keys, language)
    known = _compiled.get(place)
    if known is None or known[0] is not service:
        if len(_compiled) >= MOST_COMPILED:
            _compiled.clear()
        known = _compiled[place] = (service, compiled(page, language))
    form = known[1]
    return type(form.__name__, (form,), {"choices": choices}) if choices else form


def fill(page: Page | Fragment, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data by which the form of ``page`` shows ``answers``."""
    return _fill(page.fields, answers)


def read(form: PageForm, page: Page | Fragment) -> dict[str, Any]:
    """Return the answers of a form in order: one for each question of ``page``.

    None stands for what is blank or not asked; such an answer from before no longer counts.
    """
    counting = form.counting()
    return {question.key: counting[question.key] for question in page.fields}


def field_at(form: PageForm, place: str) -> Field | None:
    """Return the field at ``place``, ``capital`` or ``shareholders[1].pay_by``, or None."""
    match = _PLACE.fullmatch(place)
    key, index, inner = match.groups() if match else ("", None, None)
    field: Field | None = form._fields.get(f"f_{key}")
    if field is None or index is None:
        return field
    cards = list(_cards(field))
    if int(index) >= len(cards) or inner is None:
        return field
    found: Field = cards[int(index)]._fields.get(f"f_{inner}", field)
    return found


def compiled(page: Page | Fragment, language: str) -> type[PageForm]:
    """Return the form of a page of questions; whoever asks often keeps it."""
    members = {f"f_{one.key}": _build(one, language) for one in page.fields}
    return type(
        f"{page.key.title().replace('_', '')}Form",
        (PageForm,),
        {**members, "questions": page.fields, "language": language, "__module__": __name__},
    )


_compiled: dict[tuple[int, str, tuple[str, ...], str], tuple[Service, type[PageForm]]] = {}


def _build(question: AnyField, language: str) -> Any:  # noqa: ANN401 - an unbound field
    if isinstance(question, GroupQuestion):
        return _build_group(question, language)
    return kinds.build(question, language)


def _build_group(group: GroupQuestion, language: str) -> Any:  # noqa: ANN401
    members = {f"f_{one.key}": kinds.build(one, language) for one in group.fields}
    card = type(
        f"{group.key.title().replace('_', '')}Card",
        (CardForm,),
        {**members, "questions": group.fields, "language": language, "__module__": __name__},
    )
    return GroupField(
        FormField(card),
        **kinds.words(group, language),
        validators=[_CountCards(group, language)],
        item=group.item.in_language(language),
        heading=lambda entry: _shown(entry, group.title),
        line=lambda entry: _shown(entry, group.line),
        min_entries=min(group.min, 1),
        max_entries=max(group.max + 1, MOST_CARDS),
    )


class _CountCards:
    """Checks that a group has neither too few entries nor too many."""

    def __init__(self, group: GroupQuestion, language: str) -> None:
        self._group, self._item = group, group.item.in_language(language)

    def __call__(self, form: object, field: GroupField) -> None:  # noqa: ARG002 - as in WTForms
        """Refuse the group if it has."""
        group, count = self._group, len(field.entries)
        if count < group.min:
            words = say("Add at least %(least)s: %(item)s.", least=group.min, item=self._item)
            raise StopValidation(spoken(words))
        if count > group.max:
            words = say("Remove some: at most %(most)s are possible.", most=group.max)
            raise StopValidation(spoken(words))


def _shown(entry: "FormField[Any]", keys: Sequence[str]) -> str:
    """Return what a closed card says under its title."""
    card = cast("CardForm", entry.form)
    answers = card.counting()
    asked = [one for one in card.questions if one.key in keys]
    asked.sort(key=lambda one: keys.index(one.key))
    parts = [wording.show(one, answers[one.key], card.language, card.choices) for one in asked]
    return " · ".join(part for part in parts if part)


def _offer(form: _Asking, choices: Choices) -> None:
    """Give every question that has a list its own, in cards too; each list is made once."""
    sources = {source for one in _all(form.questions) if (source := list_of(one))}
    lists = {source: _options(choices, source, form.language) for source in sources}
    for asking_here in (
        form,
        *(card for one in form.questions for card in _cards(form.field(one))),
    ):
        asking_here.choices = choices
        for question in asking_here.questions:
            if source := list_of(question):
                cast("Chosen", asking_here.field(question)).options = lists[source]


def _add_up(form: PageForm) -> None:
    """Give every group that has a running total its sum."""
    answers = {**form.around, **form.counting()}
    for group in form.questions:
        if isinstance(group, GroupQuestion) and group.total is not None:
            field = cast("GroupField", form.field(group))
            field.total = _total(group, group.total, answers, form.language)


def _work_out(form: PageForm) -> None:
    """Show what is worked out from the answers, as far as they are there."""
    answers = {**form.around, **form.counting()}
    for question in form.questions:
        if isinstance(question, ComputedQuestion):
            found = answers.get(question.key)
            form.field(question).data = wording.show(question, found, form.language, {})


def _total(
    group: GroupQuestion, total: RunningTotal, answers: Mapping[str, Any], language: str
) -> Total:
    target = answers.get(total.target) or {}
    currency = str(target.get("currency") or "CNY")
    given = [entry.get(total.field) or {} for entry in answers.get(group.key) or ()]
    amounts = [Decimal(one["amount"]) for one in given if one.get("currency") == currency]
    return Total(
        label=total.label.in_language(language),
        field=f"f_{total.field}",
        target_field=f"f_{total.target}",
        currency=currency,
        amount=sum(amounts, Decimal(0)),
        target=Decimal(target["amount"]) if target.get("amount") else None,
    )


def _options(choices: Choices, source: str, language: str) -> OptionList:
    return OptionList(
        Option(
            value=one.key,
            label=one.label.in_language(language),
            help=one.note.in_language(language) if one.note else "",
            group=one.group.in_language(language) if one.group else "",
            is_taken=one.taken,
            find=one.find,
        )
        for one in choices.get(source, ())
    )


def _clear(field: Field) -> None:
    """Drop the errors of a field, and of all that is on its cards."""
    field.errors = ()
    for card in _cards(field):
        for own in card:
            own.errors = ()


def _cards(field: Field) -> Iterator[CardForm]:
    if isinstance(field, GroupField):
        yield from (cast("CardForm", entry.form) for entry in field.entries)


def _read_any(question: AnyField, field: Field) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(question, GroupQuestion):
        return kinds.read(question, field)
    return [
        {
            one.key: answer
            for one in question.fields
            if (answer := kinds.read(one, card.field(one))) is not None
        }
        for card in _cards(field)
    ]


def _fill(
    questions: Sequence[AnyField] | Sequence[SimpleField], answers: Mapping[str, Any]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for question in questions:
        answer = answers.get(question.key)
        if answer is None:
            continue
        if isinstance(question, GroupQuestion):
            data[f"f_{question.key}"] = [_fill(question.fields, entry) for entry in answer]
        else:
            data[f"f_{question.key}"] = kinds.write(question, answer)
    return data


def _all(questions: Sequence[AnyField]) -> Iterator[AnyField]:
    for question in questions:
        yield question
        if isinstance(question, GroupQuestion):
            yield from question.fields
