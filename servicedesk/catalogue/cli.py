"""``servicedesk catalogue``: check, publish and compare definitions."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from servicedesk import clock
from servicedesk.catalogue import checking, definitions, operations, queries
from servicedesk.catalogue.definition import Service
from servicedesk.errors import NotFound
from servicedesk.extensions import db

commands = AppGroup("catalogue", help="Check, publish and compare service definitions.")
_files = click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@commands.command()
@_files
def check(files: Sequence[Path]) -> None:
    """Say what is wrong with FILES, by default every service we ship."""
    count = 0
    for path in _chosen(files):
        try:
            problems = checking.problems(definitions.load(path))
        except definitions.DefinitionInvalid as error:
            count += len(error.problems)
            click.echo(str(error))
            continue
        count += len(problems)
        for problem in problems:
            click.echo(f"{path.name}: {problem}")
        if not problems:
            click.echo(f"{path.name}: in order")
    if count:
        raise click.ClickException(f"faults found: {count}")


@commands.command()
@_files
def publish(files: Sequence[Path]) -> None:
    """Put FILES in force, all or none.  Safe to run again: unchanged ones stay as they are."""
    now = clock.now()
    try:
        services = [definitions.load(path) for path in _chosen(files)]
        versions = [operations.publish(db.session, service, now) for service in services]
    except definitions.DefinitionInvalid as error:
        db.session.rollback()
        raise click.ClickException(f"nothing was published\n{error}") from None
    lines = [
        f"{one.code}: version {one.number} "
        + ("published" if one.published_at == now else "is in force already")
        for one in versions
    ]
    db.session.commit()
    click.echo("\n".join(lines))


@commands.command()
@_files
def diff(files: Sequence[Path]) -> None:
    """Say in what FILES differ from the versions in force."""
    for path in _chosen(files):
        try:
            service = definitions.load(path)
        except definitions.DefinitionInvalid as error:
            raise click.ClickException(str(error)) from None
        for line in _differences(service):
            click.echo(f"{service.code}: {line}")


@commands.command()
def schema() -> None:
    """Print the JSON Schema of a definition, for editors that check while one types."""
    shape = Service.model_json_schema(by_alias=True)
    click.echo(json.dumps(shape, ensure_ascii=False, indent=2))


def _chosen(files: Sequence[Path]) -> Sequence[Path]:
    return files or sorted(definitions.SERVICES.glob("*.yaml"))


def _differences(service: Service) -> Iterator[str]:
    try:
        entry, published = queries.get_service(db.session, service.code)
    except NotFound:
        yield "not published yet"
        return
    before, after = definitions.dump(published), definitions.dump(service)
    lines = list(_changes(before, after, ""))
    yield from lines or [f"no difference from version {entry.current.number}"]


def _changes(before: Any, after: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            at = f"{where}.{key}" if where else str(key)
            yield from _changes(before.get(key), after.get(key), at)
    elif _is_keyed(before) and _is_keyed(after):
        old, new = ({one["key"]: one for one in part} for part in (before, after))
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _changes(old.get(key), new.get(key), f"{where}[{key}]")
        if [key for key in old if key in new] != [key for key in new if key in old]:
            yield f"{where}: put in another order"
    elif before != after:
        yield f"{where}: {_short(before)} -> {_short(after)}"


def _is_keyed(part: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(part, list) and all(isinstance(one, dict) and "key" in one for one in part)


def _short(part: Any) -> str:  # noqa: ANN401 - any JSON
    if part is None:
        return "nothing"
    text = json.dumps(part, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}..."  # noqa: PLR2004 - a line of a terminal
