"""Whether the figures of a definition can be: bounds, limits, currencies, settings.

Rules for ``catalogue.checking``.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from babel.numbers import is_currency

from servicedesk.catalogue import definitions, ranges, settings
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import (
    AnyField,
    DateQuestion,
    GroupQuestion,
    MoneyQuestion,
    NumberQuestion,
    PickQuestion,
    TextQuestion,
)
from servicedesk.catalogue.limits import Limit
from servicedesk.catalogue.registry import SETTINGS
from servicedesk.catalogue.suggesting import WHEN_WORDS, instead

_COUNTED: Final = (TextQuestion, PickQuestion, GroupQuestion)
_OF_NUMBERS: Final = ("least", "most", "not_above", "not_below")  # keys of a setting
_MAY_BE_NEGATIVE: Final = frozenset({"min", "max", "earliest_days", "latest_days"})


def _bounds(service: Service) -> Iterator[Problem]:
    """No question asks for less than its least and more than its most at once."""
    for where, field in service.all_fields():
        least, most = _least_and_most(field)
        if least is not None and most is not None and least > most:
            names = ("earliest_days", "latest_days") if field.kind == "date" else ("min", "max")
            fault = f"is more than {names[1]}: {least} > {most}; write {most} or less"
            yield Problem(f"{where}.{names[0]}", fault)
        if isinstance(field, _COUNTED) and (field.min < 0 or field.max < 0):
            yield Problem(where, "counts to less than nothing; write min and max from 0 on")
        if isinstance(field, PickQuestion) and field.min and not field.many:
            yield Problem(
                f"{where}.min", "counts choices, but only one can be made; write many: true"
            )


def _least_and_most(field: AnyField) -> tuple[Decimal | int | None, Decimal | int | None]:
    if isinstance(field, DateQuestion):
        return field.earliest_days, field.latest_days
    if isinstance(field, (*_COUNTED, NumberQuestion, MoneyQuestion)):
        return field.min, field.max
    return None, None


def _negative(service: Service) -> Iterator[Problem]:
    """Days, extensions, minutes, files and fees are never less than none."""
    data = definitions.dump(service)
    del data["examples"], data["settings"]
    for where, value in _figures(data, ""):
        if value < 0:
            yield Problem(where, f"is less than none: {value}; write 0 or more")
    for material in service.materials:
        if material.may_follow and material.may_follow.working_days == 0:
            where = f"materials[{material.key}].may_follow.working_days"
            yield Problem(where, "leaves no time to follow; write 1 or more")


def _figures(data: Any, where: str) -> Iterator[tuple[str, Decimal]]:  # noqa: ANN401 - any JSON
    if isinstance(data, dict):
        for key, part in data.items():
            at = f"{where}.{key}" if where else key
            is_price = key == "amount" and part is not None
            if is_price or (isinstance(part, int) and key not in _MAY_BE_NEGATIVE):
                yield at, Decimal(str(part)) if not isinstance(part, bool) else Decimal(0)
            elif key != "when":
                yield from _figures(part, at)
    elif isinstance(data, list):
        for at, part in enumerate(data):
            name = part.get("key", at) if isinstance(part, dict) else at
            yield from _figures(part, f"{where}[{name}]")


def _promise(service: Service) -> Iterator[Problem]:
    """What is promised is not longer than the law allows."""
    clock = service.clock
    if clock and clock.legal and clock.committed:
        promised, allowed = clock.committed.working_days, clock.legal.working_days
        if clock.legal.calendar_days is None and promised > allowed:
            where = "clock.committed.working_days"
            fault = (
                f"is longer than the law allows: {promised} > {allowed}; write {allowed} or less"
            )
            yield Problem(where, fault)


def _limits(service: Service) -> Iterator[Problem]:
    """An extension has who signs it; a limit for some says to readers for whom."""
    for where, limit in _all_limits(service):
        if limit.extend and limit.extend_by is None:
            sample = "extend_by: {en: the head of the office, zh: 负责人}"
            fault = f"is missing: who signs the extension?; write {sample}, for example"
            yield Problem(f"{where}.extend_by", fault)
        if limit.when is not None and where.startswith("clock."):
            yield Problem(
                f"{where}.when", "means nothing for the clock; take it out, tasks may have it"
            )
        elif limit.when is not None and limit.when_words is None:
            fault = f"is missing: tell readers when this limit holds; write {WHEN_WORDS}"
            yield Problem(f"{where}.when_words", fault)
    for stage, task in service.all_tasks():
        always = next((at for at, one in enumerate(task.limit[:-1]) if one.when is None), None)
        if always is not None:
            where = f"stages[{stage.key}].tasks[{task.key}].limit[{always}]"
            yield Problem(where, "always holds, so that those after it never count; put it last")


def _all_limits(service: Service) -> Iterator[tuple[str, Limit]]:
    if service.clock:
        for name in ("legal", "committed", "delivery"):
            limit = getattr(service.clock, name)
            if limit is not None:
                yield f"clock.{name}", limit
    for stage, task in service.all_tasks():
        for at, limit in enumerate(task.limit):
            yield f"stages[{stage.key}].tasks[{task.key}].limit[{at}]", limit


def _currencies(service: Service) -> Iterator[Problem]:
    named: list[tuple[str, Sequence[str]]] = [("fee.currency", [service.fee.currency])]
    for where, field in service.all_fields():
        if isinstance(field, MoneyQuestion):
            named.append((f"{where}.currencies", field.currencies))
    for where, currencies in named:
        if not currencies:
            yield Problem(where, "names no currency; write [CNY], for example")
        for code in currencies:
            if not is_currency(code):
                yield Problem(
                    where, f"names no currency of ISO 4217: {code!r}; write three letters, like CNY"
                )


def _totals(service: Service) -> Iterator[Problem]:
    """A running total adds up money, and looks at money of the application."""
    own = {field.key: field for page in service.pages for field in page.fields}
    for where, group in service.all_fields():
        if not isinstance(group, GroupQuestion) or group.total is None:
            continue
        inner = {field.key: field for field in group.fields}
        for name, key, known in (
            ("field", group.total.field, inner),
            ("target", group.total.target, own),
        ):
            if not isinstance(known.get(key), MoneyQuestion):
                there = [one.key for one in known.values() if isinstance(one, MoneyQuestion)]
                fault = f"names no question about money: {key!r}{instead(key, there)}"
                yield Problem(f"{where}.total.{name}", fault)


def _inserted(service: Service) -> Iterator[Problem]:
    """A text inserts settings that there are, and that have a value."""
    for where, key in settings.inserted_in(service):
        if key not in service.settings:
            yield Problem(
                where, f"inserts the unknown setting {key!r}{instead(key, service.settings)}"
            )
        elif where.split(".")[0] in {"name", "summary", "keywords"}:
            yield Problem(where, "inserts a setting, which lists and searches cannot; leave it out")
        elif service.settings[key].current is None:
            yield Problem(where, f"inserts the setting {key!r}, which has no value; give it one")


def _settings(service: Service) -> Iterator[Problem]:
    """A setting rules what it says it rules, and something reads it."""
    read = SETTINGS | {key for _, key in settings.inserted_in(service)}
    for key, setting in service.settings.items():
        if not setting.sets and key not in read:
            fault = "is read by nothing; let it set a figure, or leave it out"
            yield Problem(f"settings.{key}", fault)
        for place in setting.sets:
            there = settings.figure_at(service, place)
            if there is None or isinstance(there, dict | list):
                places = [at for at, _ in _figures(definitions.dump(service), "")]
                fault = f"names no figure: {place!r}{instead(place, places)}"
                yield Problem(f"settings.{key}.sets", fault)
            elif str(there) != str(setting.current):
                fault = (
                    f"{place} says {there}, the setting {setting.current}; write one figure in both"
                )
                yield Problem(f"settings.{key}.sets", fault)


def _ranges(service: Service) -> Iterator[Problem]:
    """A setting of the file lies between its bounds, those of a number, and keeps to the others.

    What an administrator chose was held to them when it was chosen.
    """
    service = settings.choosing(service, {})
    for key, setting in service.settings.items():
        where = f"settings.{key}"
        named = [one for one in _OF_NUMBERS if getattr(setting, one) is not None]
        if named and isinstance(setting.value, str):
            yield Problem(f"{where}.{named[0]}", "bounds a number, this is a text; leave it out")
            continue
        least, most = ranges.bounds(setting)
        if least > most:
            yield Problem(f"{where}.least", f"is more than most: {least} > {most}; write less")
        elif fault := ranges.fault(service, key):
            yield Problem(f"{where}.value", f"cannot be {setting.current}; write another: {fault}")
        for one in ("not_above", "not_below"):
            other = getattr(setting, one)
            is_own = setting.of is None and setting.shared is None  # others need not have both
            if other is not None and other not in service.settings and is_own:
                there = instead(other, [name for name in service.settings if name != key])
                yield Problem(f"{where}.{one}", f"names no setting here: {other!r}{there}")


RULES: Final = (
    _bounds,
    _negative,
    _promise,
    _limits,
    _currencies,
    _totals,
    _inserted,
    _settings,
    _ranges,
)
