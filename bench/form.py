"""What the largest form of the catalogue costs, its groups filled with cards."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

from bench.applications import submit
from bench.desks import Desk
from bench.measuring import Measured
from bench.requests import repeated, sent
from servicedesk.catalogue import checking, definitions, forms, queries, settings
from servicedesk.catalogue.definition import Example, Page, Service
from servicedesk.catalogue.fields import GroupQuestion

WHO = "enterprise"
_LEFT_EMPTY = "-f_full_name"  # of every card, in the request with mistakes


def measure(url: str, directory: Path, cards: int, rounds: int) -> list[Measured]:
    """Return what it costs to compile, show, refuse and send the largest form."""
    desk = Desk(url, directory)
    desk.fill(0, 1)
    code = largest(definitions.load_all()).code
    service = desk.service(code)
    example = grown(service, service.examples[0], cards)
    page = _longest_page(service, example)
    measured = [*_made(desk, service, rounds)]
    reference, *others = desk.drafts(WHO, code, example, rounds + 4)
    address = f"/cases/{reference}/{page.key}"
    person = desk.browser(WHO)
    for name, path in (("page", address), ("check page", f"/cases/{reference}/check")):
        measured.append(repeated(desk, name, cards, partial(person.get, path), rounds))
    desk.engine.dispose()
    mistaken = sent(
        url, directory, "page with mistakes", cards, partial(_mistaken, address, rounds)
    )
    send = sent(url, directory, "submit", cards, partial(_sent, others))
    return [*measured, mistaken, send]


def largest(services: Sequence[Service]) -> Service:
    """Return the service that asks the most questions, those on cards among them."""
    return max(services, key=lambda one: len(list(one.all_fields())))


def grown(service: Service, example: Example, cards: int) -> Example:
    """Return the example with so many cards in each group, or as many as it may have."""
    answers = dict(example.answers)
    for _where, question in service.all_fields():
        if isinstance(question, GroupQuestion) and question.key in answers:
            some = answers[question.key]
            number = max(len(some), min(cards, question.max))
            answers[question.key] = [some[at % len(some)] for at in range(number)]
    return example.model_copy(update={"answers": answers})


def _longest_page(service: Service, example: Example) -> Page:
    """Return the page of the example with the most boxes."""

    def boxes(page: Page) -> int:
        return sum(
            len(question.fields) * len(example.answers.get(question.key, ()))
            for question in page.fields
            if isinstance(question, GroupQuestion)
        )

    return max(service.pages, key=boxes)


def _made(desk: Desk, service: Service, rounds: int) -> Iterator[Measured]:
    """Yield what happens once: reading the file, checking it, reading a version, compiling."""
    path = definitions.SERVICES / f"{service.code}.yaml"
    known = definitions.beside(path)
    written = definitions.load(path)
    works: tuple[tuple[str, Callable[[], object]], ...] = (
        ("read the file", lambda: definitions.load(path)),
        ("check the definition", lambda: checking.problems(written, known)),
        ("read the stored version", partial(_read, desk, service.code)),
        ("compile the pages", lambda: [forms.compiled(one, "en") for one in service.pages]),
    )
    for name, work in works:
        yield repeated(desk, name, 0, work, rounds)


def _read(desk: Desk, code: str) -> Service:
    with desk.session() as session:
        entry, _ = queries.get_service(session, code)
        return settings.in_force(queries.written(entry.current))


def _mistaken(address: str, rounds: int, desk: Desk) -> Iterator[Callable[[], object]]:
    """Yield requests that leave the name empty on every card."""
    person = desk.browser(WHO)
    for _ in range(rounds + 3):
        page = _Boxes()
        page.feed(person.get(address))
        data = {
            name: [""] if name.endswith(_LEFT_EMPTY) else values
            for name, values in page.values.items()
        }
        yield partial(person.post, address, data, HTTPStatus.UNPROCESSABLE_ENTITY)


def _sent(references: Sequence[str], desk: Desk) -> Iterator[Callable[[], object]]:
    person = desk.browser(WHO)
    return (partial(submit, person, reference) for reference in references)


class _Boxes(HTMLParser):
    """What a browser would send of the form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select = ""
        self._is_asked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the value of an input, and of the chosen option of a list."""
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "form":
            self._is_asked = said.get("method") == "post" and "action" not in said
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said:
            self._add(self._select, value)
        elif tag == "input" and (
            said.get("type") not in {"radio", "checkbox"} or "checked" in said
        ):
            self._add(name, value)

    def _add(self, name: str, value: str) -> None:
        if name:
            self.values.setdefault(name, []).append(value)
