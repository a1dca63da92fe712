"""Writes ``Words`` and facts in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeGuard

from flask_babel import gettext

from servicedesk import clock
from servicedesk.park import local, local_day
from servicedesk.web import language, writing
from servicedesk.words import Words


class Bilingual(Protocol):
    """A text that comes in both languages: ``words.Text``, a definition's ``Text``."""

    def in_language(self, language: str) -> str:
        """Return the text in ``language``."""


def is_bilingual(value: object) -> TypeGuard[Bilingual]:
    """Whether ``value`` is such a text; asked for everything that a page shows, so cheaply."""
    return hasattr(type(value), "in_language")


def spoken(words: Words) -> str:
    """Return ``words`` translated, its facts written as the language writes them."""
    sentence = str(gettext(words.msgid))
    if not words.facts:
        return sentence
    return writing.filled(sentence, {name: written(fact) for name, fact in words.facts.items()})


def written(fact: object) -> str:
    """Return any fact as a reader of the present language reads it."""
    if isinstance(fact, Words):
        return spoken(fact)
    if is_bilingual(fact):
        return fact.in_language(language.current())
    if isinstance(fact, date):
        return _day_or_moment(fact)
    if isinstance(fact, Decimal):
        return writing.number(fact)
    if isinstance(fact, Mapping) and "currency" in fact:
        return writing.money(Decimal(fact["amount"]), fact["currency"], language.current())
    return str(fact)


def _day_or_moment(fact: date) -> str:
    if isinstance(fact, datetime):  # a kind of date, says Python
        return writing.moment(local(fact), language.current(), today(), style="full")
    return writing.day(fact, language.current(), today())


def today() -> date:
    """Return the day it is in the park."""
    return local_day(clock.now())
