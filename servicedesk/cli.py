"""The command ``servicedesk``: run it, look after it, look into it."""

import json
import sys
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import ScriptInfo, with_appcontext

from servicedesk import (
    cases,
    catalogue,
    clock,
    create_app,
    demo,
    enterprises,
    integrity,
    resources,
    route_list,
    schema,
    seeding,
    seeding_bench,
    serving,
    working,
)
from servicedesk.accounts import cli as accounts_cli
from servicedesk.api import cli as api_cli
from servicedesk.calendar import cli as calendar_cli
from servicedesk.cases.operations import stock
from servicedesk.catalogue import cli as catalogue_cli
from servicedesk.embedded.errors import ServerFailed
from servicedesk.enterprises import cli as enterprises_cli
from servicedesk.enterprises.operations import register
from servicedesk.extensions import db
from servicedesk.hall import cli as hall_cli
from servicedesk.park import park

_ON_PURPOSE = (
    ServerFailed,
    demo.DemoFailed,
    resources.ParkInvalid,
    resources.settings.SettingMissing,
    serving.PortTaken,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="servicedesk")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """The one-stop service desk of a science park."""
    ctx.obj = ScriptInfo(create_app=create_app)
    for part in (catalogue, enterprises, cases):
        part.join_catalogue()  # what definitions may name, also where no application is made


@commands.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="HOST:PORT")
@click.option("--workers", default=1, show_default=True, help="processes")
def serve(bind: str, workers: int) -> None:
    """Serve the web until SIGTERM or Ctrl-C."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= serving.LAST_PORT:
        raise click.BadParameter("say HOST:PORT, such as 127.0.0.1:8000", param_hint="--bind")
    serving.run(host.strip("[]"), int(port), workers=workers)


@commands.command()
@click.option("--concurrency", default=4, show_default=True, help="jobs at once")
def worker(concurrency: int) -> None:
    """Do background jobs until SIGTERM or Ctrl-C."""
    working.run_worker(create_app(), concurrency=concurrency)


@commands.command()
@with_appcontext
def migrate() -> None:
    """Bring the database's tables to this version.  Safe to run again."""
    schema.upgrade(db.engine)
    click.echo(f"the database is at {schema.head()}")


@commands.command()
@click.option("--profile", type=click.Choice(["demo", "bench"]), default="demo", show_default=True)
@click.option("--scale", default=1, show_default=True, help="Bench: thousands of applications.")
@click.option("--enterprises", default=0, show_default=True, help="Bench: with ten filings each.")
@click.option("--seed", "start", default=1, show_default=True, help="Bench: of what is random.")
@click.option(
    "--password",
    envvar="SERVICEDESK_DEMO_PASSWORD",
    prompt=True,
    hide_input=True,
    help="Of all the sign-ins it makes.",
)
@with_appcontext
def seed(profile: str, scale: int, enterprises: int, start: int, password: str) -> None:
    """Fill the desk with a park to try.  Safe to interrupt and to run again."""
    now = clock.now()
    if profile == "bench":
        seeding_bench.load_bench(
            db.session,
            scale=scale,
            enterprises=enterprises,
            seed=start,
            password=password,
            now=now,
            tell=click.echo,
        )
        return
    seeding.load_demo(db.session, password=password, now=now, tell=click.echo)
    db.session.commit()


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@with_appcontext
def routes(*, as_json: bool) -> None:
    """List every address: who may call it and what finds its object."""
    found = route_list.routes(current_app)
    if as_json:
        _print_json([route.as_json() for route in found])
        return
    for route in found:
        click.echo(f"{','.join(route.methods):10} {route.rule:50} {route.access or 'UNDECLARED'}")


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option(
    "--stray-hours",
    default=integrity.STRAY_AFTER // timedelta(hours=1),
    show_default=True,
    type=click.IntRange(0),
    help="Age at which a content that nothing names is a finding.",
)
@with_appcontext
def check(*, as_json: bool, stray_hours: int) -> None:
    """See whether what is stored is whole; exit with 1 when something is not."""
    data_dir, stray_after = Path(current_app.config["DATA_DIR"]), timedelta(hours=stray_hours)
    place = integrity.Place(db.session, data_dir, stray_after)
    found = list(integrity.findings(place))
    if as_json:
        listed = [vars(finding) for finding in found]
        _print_json({"checks": integrity.names(), "findings": listed})
    else:
        for finding in found:
            click.echo(f"{finding.check}: {finding.where}: {finding.what}")
        click.echo(f"checks run: {len(integrity.names())}, findings: {len(found)}")
    if found:
        sys.exit(1)


@commands.command()
@with_appcontext
def seal() -> None:
    """Seal the chains that are from before there were seals.  Safe to interrupt."""
    sealed, broken = 0, 0
    for name, holds in chain(
        stock.seal_old(db.session, now=clock.now()), register.seal_old(db.session)
    ):
        sealed, broken = sealed + holds, broken + (not holds)
        db.session.commit()
        if not holds:
            click.echo(f"{name}: its chain does not hold, so it is not sealed")
    click.echo(f"chains sealed: {sealed}, broken: {broken}")
    if broken:
        sys.exit(1)


@commands.command("demo")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, serving.LAST_PORT),
    help="where to serve",
)
@click.option(
    "--data",
    "data_dir",
    default=Path(".data"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="where everything is kept",
)
@click.option("--reset", is_flag=True, help="Forget what was done in the demo before.")
def run_demo(port: int, data_dir: Path, *, reset: bool) -> None:
    """Run the demo park: a database, the web, a worker, until Ctrl-C."""
    park()  # what is wrong with its files is told before anything starts
    demo.run(port, data_dir.absolute(), reset=reset)


commands.add_command(accounts_cli.create_staff)
commands.add_command(api_cli.commands)
commands.add_command(calendar_cli.commands)
commands.add_command(catalogue_cli.commands)
commands.add_command(enterprises_cli.export_register)
commands.add_command(enterprises_cli.import_enterprises)
commands.add_command(enterprises_cli.rotate_signing_key)
commands.add_command(enterprises_cli.sign_certificates)
commands.add_command(enterprises_cli.verify)
commands.add_command(hall_cli.set_up_halls)
commands.add_command(hall_cli.simulate_hall)


def main() -> NoReturn:
    """Run the command; what can go wrong on purpose ends with its words, not with a trace."""
    try:
        commands(prog_name="servicedesk")
    except _ON_PURPOSE as error:
        click.echo(f"servicedesk: {error}", err=True)
        sys.exit(2)
    sys.exit(0)


def _print_json(value: Any) -> None:  # noqa: ANN401 - any JSON
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
