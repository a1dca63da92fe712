"""Whether an example of a definition could be sent: all is answered, all papers are there.

Pure.  What follows the sending is ``example_walk``'s.
"""

from collections.abc import Iterator
from datetime import date

from servicedesk.catalogue import judging
from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.definition import Example, Service
from servicedesk.catalogue.materials import needed


def faults(service: Service, example: Example, today: date) -> Iterator[tuple[str, str]]:
    """Yield what keeps ``example`` from being sent ``today``: where, and why."""
    yield from _answers(service, example, today)
    yield from _papers(service, example)


def _answers(service: Service, example: Example, today: date) -> Iterator[tuple[str, str]]:
    """Only the first sending must be whole; a correction is judged by its outcome."""
    whole = asked(service, example.answers)
    for key in example.answers:
        if key not in whole.answers:
            yield f"answers.{key}", "is answered, but not asked with these answers; take it out"
    for page in whole.pages:
        yield from ((f"answers.{key}", "is not answered; write an answer") for key in page.missing)
        for place, fault in judging.faults(page.questions, whole.answers, today):
            yield f"answers.{place}", fault


def _papers(service: Service, example: Example) -> Iterator[tuple[str, str]]:
    wanted = {one.material.key: one for one in needed(service, example.answers)}
    for key in example.promises:
        if key not in wanted or not wanted[key].may_promise:
            yield "promises", f"promises {key!r}, which these answers do not allow; take it out"
    for key in example.materials:
        if key not in wanted:
            yield "materials", f"gives {key!r}, which these answers do not call for; take it out"
    given = {*example.materials, *example.promises}
    for key, one in wanted.items():
        if key not in given and one.may_follow is None:
            yield "materials", f"lacks {key!r}, which these answers call for; add it"
