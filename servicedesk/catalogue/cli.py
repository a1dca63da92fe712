"""``servicedesk catalogue``: check, publish and compare definitions; set what may be set."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup

from servicedesk import clock
from servicedesk.accounts import queries as accounts
from servicedesk.accounts.models import User
from servicedesk.catalogue import (
    bundles,
    change_words,
    checking,
    definitions,
    operations,
    previews,
    queries,
    registry,
    revisions,
    settings,
)
from servicedesk.catalogue.definition import Service, Setting
from servicedesk.catalogue.definitions import Problem, Written
from servicedesk.catalogue.fields import Text
from servicedesk.catalogue.json_schema import json_schema
from servicedesk.catalogue.models import REASON_LENGTH, ServiceVersion
from servicedesk.catalogue.revisions import MATTER_WORDS
from servicedesk.catalogue.sources import sources
from servicedesk.errors import DeskError, NotFound
from servicedesk.extensions import db
from servicedesk.web.words import spoken

commands = AppGroup("catalogue", help="Check, publish and compare service definitions.")
_NOT_WALKED = "the examples were not walked: mend these first"
_files = click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))


@commands.command(with_appcontext=False)
@_files
def check(files: Sequence[Path]) -> None:
    """Say what is wrong with FILES or folders of them, by default every service of the park.

    Needs no settings and no database.  The examples are walked, their days counted by the
    calendar delivered; what lists, rules of pages and the register say of them is held by the
    tests.
    """
    count = 0
    for path in _chosen(files):
        faults, words = _judged(path)
        count += faults
        click.echo(words)
    if count:
        raise click.ClickException(f"faults found: {count}")
    click.echo("not checked here: pick lists, the rules of pages, and the register")


@commands.command()
@_files
@click.option("--preview", is_flag=True, help="Only say what would change, and for whom.")
@click.option("--reason", default="", help="Why; kept with the new versions.")
@click.option("--by", "email", help="E-mail of the administrator who decides it.")
@click.option("--force", is_flag=True, help="Check again also what is unchanged since it was.")
def publish(
    files: Sequence[Path], *, preview: bool, reason: str, email: str | None, force: bool
) -> None:
    """Put FILES in force, all or none.  Safe to run again: unchanged ones stay as they are.

    What is unchanged, with its parts, was checked when it was published and is not checked again.
    """
    now, by = clock.now(), _person(email) if email else None
    if len(reason) > REASON_LENGTH:
        raise click.ClickException(f"the reason is longer than {REASON_LENGTH} characters")
    put = partial(operations.publish, db.session, now=now, by=by, reason=reason, look_again=force)
    try:
        written = [definitions.read(path) for path in _chosen(files)]
        written.sort(key=lambda one: bundles.is_bundle(one.service))  # parts first
        lines = [line for one in written for line in _put(one, put, now, preview=preview)]
    except definitions.DefinitionInvalid as error:
        db.session.rollback()
        raise click.ClickException(f"nothing was published\n{error}") from None
    if preview:
        db.session.rollback()
        lines.append("nothing was published: this was a preview")
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


@commands.command(with_appcontext=False)
def schema() -> None:
    """Print the JSON Schema of a definition, for editors that check while one types."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@commands.command("settings")
@click.argument("code", required=False)
def list_settings(code: str | None) -> None:
    """List what may be set of the service CODE, by default of all: values and their sources."""
    try:
        found = (
            queries.services_in_force(db.session)
            if code is None
            else [queries.get_service(db.session, code)[1]]
        )
    except NotFound:
        raise click.ClickException(f"there is no service {code}") from None
    for service in found:
        for key, setting in service.settings.items():
            click.echo("\n".join(_told(f"{service.code} {key}", setting)))


@commands.command("set")
@click.argument("code")
@click.argument("key")
@click.argument("value")
@click.option("--by", "email", required=True, help="E-mail of the administrator who decides it.")
@click.option("--reason", required=True, help="Why; kept with the new versions.")
@click.option("--preview", is_flag=True, help="Only say what would change, and for whom.")
def change_setting(
    code: str, key: str, value: str, email: str, reason: str, *, preview: bool
) -> None:
    """Set KEY of the service CODE to VALUE, for applications begun from now on.  Safe to repeat.

    A setting that services share is set for all of them.
    """
    by, now = _person(email), clock.now()
    if len(reason) > REASON_LENGTH:
        raise click.ClickException(f"the reason is longer than {REASON_LENGTH} characters")
    try:
        foreseen = previews.preview(db.session, code, key, value)
        made = operations.set_setting(
            db.session, code, key, value, by=by, now=now, reason=reason
        )  # fmt: skip
    except DeskError as error:
        db.session.rollback()
        raise click.ClickException(str(error)) from None
    changed = {
        one.code: [spoken(change.words) for change in one.changes] for one in foreseen.prospects
    }
    lines = [
        line for one in made for line in _published(one, changed[one.code], now, preview=preview)
    ]
    if preview:
        db.session.rollback()
        lines.append("nothing was published: this was a preview")
    db.session.commit()
    click.echo("\n".join(lines or [f"{code} {key}: {value} already"]))


def _person(email: str) -> User:
    by = accounts.find_user_by_email(db.session, email)
    if by is None:
        raise click.ClickException(f"nobody here has the address {email}")
    return by


def _put(
    written: Written, put: Callable[[Service], ServiceVersion], now: datetime, *, preview: bool
) -> Iterator[str]:
    """Put a definition in force; tell what is otherwise now, and which cases keep what was.

    Raises:
        DefinitionInvalid: it may not be; each problem is told with its line.
    """
    try:
        version = put(written.service)
    except definitions.DefinitionInvalid as error:
        raise definitions.DefinitionInvalid(written.name, written.located(error.problems)) from None
    before = queries.version_before(db.session, version) if version.published_at == now else None
    changed = _changes(queries.written(before), queries.written(version)) if before else []
    yield from _published(version, changed, now, preview=preview)


def _published(
    version: ServiceVersion, changed: Sequence[str], now: datetime, *, preview: bool
) -> Iterator[str]:
    """Tell what a version does otherwise, and which cases keep the ones before it."""
    if version.published_at != now:
        yield f"{version.code}: version {version.number} is in force already"
        return
    done = "would be published" if preview else "published"
    yield f"{version.code}: version {version.number} {done}"
    if version.number > 1:
        yield from (f"    {line}" for line in changed)
        for keepers in registry.KEEPERS:
            yield from (f"    {spoken(words)}" for words in keepers(db.session, version.code))


def _told(name: str, setting: Setting) -> Iterator[str]:
    yield f"{name}: {spoken(change_words.setting_value(setting))}"
    yield f"    {setting.label.en} / {setting.label.zh}"
    if setting.chosen is not None:
        yield f"    set here; the file says {setting.value}"
    yield f"    source {setting.source}, confidence {setting.confidence}"
    yield f"        {sources().get(setting.source, 'not known here')}"
    yield from (
        f"    differs: {said}: {_english(other)}" for said, other in setting.differs.items()
    )
    if setting.shared:
        yield f"    shared under the name {setting.shared}"
    yield from (f"    sets {place}" for place in setting.sets)


def _english(other: object) -> object:
    return other.en if isinstance(other, Text) else other


def _judged(path: Path) -> tuple[int, str]:
    """Return how many faults the definition in a file has, and what to say of it."""
    is_sound = False
    try:
        written, known = definitions.read(path), definitions.beside(path)
        _refuse(written, checking.unsound(written.service, known))
        is_sound = True
        _refuse(written, checking.walked(written.service, known))
    except definitions.DefinitionInvalid as error:
        rest = "" if is_sound else f"\n{path.name}: {_NOT_WALKED}"
        return len(error.problems), f"{error}{rest}"
    return 0, f"{path.name}: in order, examples walked: {len(written.service.examples)}"


def _refuse(written: Written, problems: Sequence[Problem]) -> None:
    """Tell each of ``problems`` with its line, if there are any.

    Raises:
        DefinitionInvalid: there are.
    """
    if problems:
        raise definitions.DefinitionInvalid(written.name, written.located(problems))


def _chosen(files: Sequence[Path]) -> Sequence[Path]:
    """Return FILES, folders as the definitions in them; by default every service of the park."""
    if not files:
        return definitions.files()
    return [one for path in files for one in (definitions.files(path) if path.is_dir() else [path])]


def _differences(service: Service) -> Iterator[str]:
    try:
        entry, _ = queries.get_service(db.session, service.code)
    except NotFound:
        yield "not published yet"
        return
    chosen = queries.chosen_settings(db.session, service)
    before = queries.written(entry.current)
    after = settings.with_chosen(service, chosen) if chosen else service
    lines = _changes(before, after)
    yield from lines or [f"no difference from version {entry.current.number}"]


def _changes(before: Service, after: Service) -> list[str]:
    found = revisions.changes(before, after)
    return [f"{spoken(MATTER_WORDS[one.matter])}: {spoken(one.words)}" for one in found]
