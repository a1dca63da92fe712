"""What a catalogue of thousands of services costs: lists, search, guides, publishing."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.desks import Desk
from bench.measuring import Measured
from bench.requests import repeated, sent
from servicedesk import clock
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.catalogue import checking, definitions, operations, queries
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.web.forms import new_request_key

_APPLICANT, _CLERK, _ADMIN = "enterprise", "clerk1", "admin"
# (what the table calls it, who opens it, where)
PAGES = (
    ("front page", _APPLICANT, "/"),
    ("list, first page", _APPLICANT, "/services"),
    ("list, page in the middle", _APPLICANT, "/services?after={middle}"),
    ("list of a topic", _APPLICANT, "/services?topic=set_up_company"),
    ("search, two characters", _APPLICANT, "/services?q=公司"),
    ("search, a sentence", _APPLICANT, "/services?q=我想办理外国人工作许可延期"),
    ("search, English", _APPLICANT, "/services?q=work+permit"),
    ("search, with a slip", _APPLICANT, "/services?q=shareholdr"),
    ("search, pinyin", _APPLICANT, "/services?q=gongsi"),
    ("guide", _APPLICANT, "/services/E_SET_LLC"),
    ("guide of a part", _APPLICANT, "/services/E_ONE_SEALS"),
    ("adviser", _APPLICANT, "/advice/service"),
    ("inbox of a clerk", _CLERK, "/desk"),
    ("administrators' list", _ADMIN, "/admin/services"),
)


def measure(url: str, directory: Path, number: int, rounds: int) -> list[Measured]:
    """Return what pages and publishing cost in a catalogue of ``number`` services."""
    desk = Desk(url, directory)
    desk.fill(0, 1)
    size = _filled(desk, number)
    middle = _cursor_of_the_middle(desk, size)
    measured = [
        repeated(
            desk, name, size, partial(desk.browser(who).get, path.format(middle=middle)), rounds
        )
        for name, who, path in PAGES
    ]
    measured.append(_guides_not_read(desk, size, rounds))
    checked = definitions.load(definitions.SERVICES / "E_HOST.yaml")
    measured.append(repeated(desk, "check", size, lambda: checking.problems(checked), rounds))
    desk.engine.dispose()
    for name, requests in (
        ("start an application", _started),
        ("publish, changed", partial(_published, changed=True)),
        ("publish, unchanged", partial(_published, changed=False)),
        ("change a setting", _set),
    ):
        measured.append(sent(url, directory, name, size, partial(requests, rounds + 3)))
    return measured


def copies(shipped: Iterable[Service], number: int) -> Iterator[Service]:
    """Yield ``number`` services like the shipped ones, each under a code and names of its own."""
    for at, service in enumerate(islice(cycle(list(shipped)), number), start=1):
        name = {"en": f"{service.name.en}, {at}", "zh": f"{service.name.zh}（{at}）"}
        yield _changed(service, code=f"{service.code}_{at}", name=name)


def _filled(desk: Desk, number: int) -> int:
    """Publish copies of the shipped services until there are ``number``; return how many."""
    with desk.session() as session:
        there = session.scalar(sa.select(sa.func.count()).select_from(CatalogueEntry)) or 0
        for service in islice(copies(definitions.load_all(), number), there, None):
            operations.publish(session, service, clock.now())
            session.commit()
    return max(there, number)


def _cursor_of_the_middle(desk: Desk, size: int) -> str:
    with desk.session() as session:
        place: str | None = None
        for _ in range(max(1, size // queries.PAGE_OF_SERVICES // 2)):
            page = queries.page_of_services(session, language="en", after=place)
            place = page.following
    return place or ""


def _guides_not_read(desk: Desk, size: int, rounds: int) -> Measured:
    """Open guides that this process has not read yet, or not for long."""
    with desk.session() as session:
        codes = cycle([one.code for one in queries.list_services(session, language="en")])
    person = desk.browser(_APPLICANT)
    return repeated(
        desk,
        "guide, another each time",
        size,
        lambda: person.get(f"/services/{next(codes)}"),
        rounds,
    )


def _started(rounds: int, desk: Desk) -> Iterator[Callable[[], object]]:
    person = desk.browser(_APPLICANT)
    for _ in range(rounds):
        data = {"request_key": new_request_key()}
        yield partial(person.post, "/services/E_HOST/start", data)


def _published(rounds: int, desk: Desk, *, changed: bool) -> Iterator[Callable[[], object]]:
    with desk.session() as session:
        service = queries.written(queries.get_service(session, "E_HOST")[0].current)
    for at in range(rounds):
        minutes = {"minutes_to_fill": 100 + at} if changed else {}
        yield partial(_publish, desk, _changed(service, **minutes))


def _publish(desk: Desk, service: Service) -> None:
    with desk.session() as session:
        operations.publish(session, service, clock.now())
        session.commit()


def _set(rounds: int, desk: Desk) -> Iterator[Callable[[], object]]:
    for percent in islice(cycle((26, 27)), rounds):
        yield partial(_set_to, desk, str(percent))


def _set_to(desk: Desk, percent: str) -> None:
    with desk.session() as session:
        by = find_user_by_email(session, f"{_ADMIN}@demo.example")
        assert by is not None
        operations.set_setting(
            session, "E_SET_LLC", "bo_percent", percent, by=by, now=clock.now(), reason="Bench"
        )
        session.commit()


def _changed(service: Service, **said: Any) -> Service:  # noqa: ANN401 - any JSON
    return definitions.parse({**definitions.dump(service), **said})
