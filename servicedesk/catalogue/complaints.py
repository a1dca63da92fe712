"""Why a service cannot have a value of a setting, in words for administrators.

Pure.  ``checking`` speaks to authors of definition files, by place and key; an administrator
has neither.  The complaints that a setting can cause are said anew here; of any other one is
said that the definition has to change first.
"""

import re
from collections.abc import Callable
from typing import Final

from servicedesk.catalogue.definitions import Problem
from servicedesk.words import Text, Words, say

_ELSE: Final = say(
    "The rest of this service’s definition does not allow this value. The definition has to be"
    " changed first."
)


def in_words(problem: Problem, service: Text) -> Words:
    """Return why ``service`` cannot have a value that ``problem`` is found with."""
    said = next((say_it(found) for found, say_it in _found(problem)), _ELSE)
    return say("%(service)s: %(why)s", service=service, why=said)


def _found(problem: Problem) -> list[tuple[re.Match[str], Callable[[re.Match[str]], Words]]]:
    fitting = ((pattern.search(problem.fault), words) for pattern, words in _WORDS)
    return [(found, words) for found, words in fitting if found]


_WORDS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Words]], ...]] = (
    (
        re.compile(r"is longer than the law allows: \d+ > (\d+)"),
        lambda found: say(
            "The time promised may not be longer than the legal limit of %(most)s working days.",
            most=found[1],
        ),
    ),
    (
        re.compile(r"is more than (?:max|latest_days): (\S+) > (\S+)"),
        lambda found: say(
            "The least may not be more than the most: %(least)s is more than %(most)s.",
            least=found[1],
            most=found[2],
        ),
    ),
    (
        re.compile(r"leaves no time to follow"),
        lambda _: say("A paper that may follow needs at least 1 working day."),
    ),
    (
        re.compile(r"is less than none|greater than or equal to|counts to less than nothing"),
        lambda _: say("The value is too small."),
    ),
    (
        re.compile(r"less than or equal to"),
        lambda _: say("The value is too large."),
    ),
    (
        re.compile(r"says \S+, the setting"),
        lambda _: say(
            "Another setting rules the same figure. Set both to the same value in the definition."
        ),
    ),
)
