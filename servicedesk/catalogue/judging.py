"""Whether an answer can be one: the bounds that questions set, without a form around them.

Pure.  Forms refuse by these rules what people type; ``faults`` judges whole answers as they
are kept, such as those of the examples of a definition.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue import asking, between, typed
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    CodeQuestion,
    DateQuestion,
    DeclarationQuestion,
    FilesQuestion,
    GroupQuestion,
    MoneyQuestion,
    NumberQuestion,
    PermitQuestion,
    PickQuestion,
    SignatureQuestion,
    TextQuestion,
    YesNoQuestion,
)
from servicedesk.catalogue.numbers import Unfit
from servicedesk.words import Words, say


def day(question: DateQuestion, given: date, today: date) -> Words | None:
    """Return what is wrong with a day, or None."""
    if question.earliest_days is not None:
        earliest = today + timedelta(days=question.earliest_days)
        if given < earliest:
            return say("Choose %(day)s or a later day.", day=earliest)
    if question.latest_days is not None:
        latest = today + timedelta(days=question.latest_days)
        if given > latest:
            return say("Choose %(day)s or an earlier day.", day=latest)
    return None


def amount(question: MoneyQuestion, given: Decimal) -> Words | None:
    """Return what is wrong with an amount of money, or None."""
    if question.min is not None and given < question.min:
        return say("Enter %(least)s or more.", least=question.min)
    if question.max is not None and given > question.max:
        return say("Enter %(most)s or less.", most=question.max)
    return None


def picked(question: PickQuestion, given: Sequence[str]) -> Words | None:
    """Return what is wrong with a choice of several entries of a list, or None."""
    if len(given) < question.min:
        return say("Choose at least %(least)s.", least=question.min)
    if len(given) > question.max:
        return say("Choose at most %(most)s.", most=question.max)
    return None


def files(question: FilesQuestion, given: Sequence[object]) -> Words | None:
    """Return what is wrong with a number of files, or None."""
    if len(given) > question.max_files:
        return say("Remove some: at most %(most)s are possible.", most=question.max_files)
    return None


def faults(
    questions: Sequence[AnyField], answers: Mapping[str, Any], today: date
) -> Iterator[tuple[str, str]]:
    """Yield the place of each answer that cannot be one, and why, in English.

    Args:
        questions: those that are asked, of a page or an entry of a group.
        answers: as kept (JSON); what is missing is not judged.
        today: from when the bounds of days are counted.
    """
    yield from ((place, str(words)) for place, words in between.faults(questions, answers))
    yield from _each(questions, answers, today)


def _each(
    questions: Sequence[AnyField], answers: Mapping[str, Any], today: date
) -> Iterator[tuple[str, str]]:
    for question in questions:
        given = answers.get(question.key)
        if given is None:
            continue
        if isinstance(question, GroupQuestion):
            yield from _group(question, given, answers, today)
        elif fault := _fault(question, given, today):
            yield question.key, fault


def _group(
    group: GroupQuestion, given: object, answers: Mapping[str, Any], today: date
) -> Iterator[tuple[str, str]]:
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        yield group.key, "is not a list of entries"
        return
    if not group.min <= len(given) <= group.max:
        yield group.key, f"has {len(given)} entries, not {group.min} to {group.max}"
    for at, entry in enumerate(given):
        seen = asking.inside(group, entry, answers)
        asked = [field for field in group.fields if asking.applies(field, seen)]
        for place, fault in _each(asked, entry, today):
            yield f"{group.key}[{at}].{place}", fault


def _fault(question: AnyField, given: Any, today: date) -> str | None:  # noqa: ANN401 - any JSON
    judge = next((judge for kinds, judge in _JUDGES if isinstance(question, kinds)), None)
    try:
        words = judge(question, given, today) if judge else None
    except Unfit as refusal:
        words = refusal.words
    except (ValueError, ArithmeticError, KeyError, TypeError):
        return f"cannot be an answer: {given!r}"
    return str(words) if words else None


def _typed(question: typed.TypedQuestion, given: Any, today: date) -> None:  # noqa: ANN401
    typed.read(question, str(given), today)


def _day(question: DateQuestion, given: Any, today: date) -> Words | None:  # noqa: ANN401
    return day(question, date.fromisoformat(str(given)), today)


def _money(question: MoneyQuestion, given: Any, today: date) -> Words | None:  # noqa: ANN401, ARG001
    if given["currency"] not in question.currencies:
        raise ValueError(given["currency"])
    return amount(question, Decimal(str(given["amount"])))


def _pick(question: PickQuestion, given: Any, today: date) -> Words | None:  # noqa: ANN401, ARG001
    if isinstance(given, list) is not question.many:
        raise TypeError
    return picked(question, given) if question.many else None


def _files(question: FilesQuestion, given: Any, today: date) -> Words | None:  # noqa: ANN401, ARG001
    """Judge files as answers name them, or as an example says what is on them."""
    for one in given if isinstance(given, list) and given else [None]:
        said = one.get("sha256") if isinstance(one, Mapping) else one
        if not isinstance(said, str) or not said:
            raise TypeError
    return files(question, given)


def _choice(question: ChoiceQuestion, given: Any, today: date) -> None:  # noqa: ANN401, ARG001
    chosen = given if question.kind == "many" else [given]
    known = {option.key for option in question.options}
    if not isinstance(chosen, list) or not set(chosen) <= known:
        raise ValueError(given)


def _tick(question: AnyField, given: Any, today: date) -> None:  # noqa: ANN401, ARG001
    if given is not True and not (given is False and isinstance(question, YesNoQuestion)):
        raise TypeError


_JUDGES: Final[tuple[tuple[Any, Callable[[Any, Any, date], Words | None]], ...]] = (
    (
        TextQuestion | NumberQuestion | CodeQuestion | PermitQuestion | SignatureQuestion,
        _typed,
    ),
    (DateQuestion, _day),
    (MoneyQuestion, _money),
    (PickQuestion, _pick),
    (ChoiceQuestion, _choice),
    (FilesQuestion, _files),
    (YesNoQuestion | DeclarationQuestion, _tick),
)
