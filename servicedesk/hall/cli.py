"""``servicedesk set-up-halls``, and ``simulate-hall``: a day of a hall, before it is lived."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import click
from flask.cli import with_appcontext

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.hall import hall_files, live_day, queries, simulated, simulation
from servicedesk.hall.live_client import CallRefused, DeskAway, LiveDesk
from servicedesk.hall.live_day import LiveDay, NoSuchTokens
from servicedesk.hall.operations import halls, hours
from servicedesk.hall.simulation import Report, SimulatedHall, Visit, percentile


@click.command("set-up-halls")
@with_appcontext
def set_up_halls() -> None:
    """Set up the halls of halls.yaml that are not there yet, and open their times to book.

    Safe to run again.  What is there stays as it is: administrators may have changed it.
    """
    new = halls.set_up(db.session, hall_files.halls())
    opened = sum(
        hours.follow_calendar(db.session, hall, now=clock.now())
        for hall in queries.list_halls(db.session)
    )
    db.session.commit()
    click.echo(f"halls: {new} new; times to book: {opened} new")


@click.command("simulate-hall")
@click.argument("hall", default="changping")
@click.option("--days", default=20, show_default=True, help="Played through, one after the other.")
@click.option("--seed", default=1, show_default=True, help="Of the first day; the same, the same.")
@click.option("--busy", default=1.0, show_default=True, help="So many times as many people.")
@click.option("--counters", type=int, help="So many counters instead of all.")
@click.option("--one-in", type=int, help="The rule: of so many calls one is in turn.")
@click.option("--aged", type=int, help="The rule: who has waited so many minutes is next.")
@click.option("--live", metavar="URL", help="Let the desk that runs there live the first day.")
@click.option("--speed", default=60.0, show_default=True, help="Live: minutes in one of ours.")
@click.option("--minutes", type=float, help="Live: only so many minutes of the day.")
@click.option(
    "--token",
    "tokens",
    multiple=True,
    envvar="SERVICEDESK_TOKENS",
    help="Live: of a kiosk, and one of each clerk; see servicedesk token create.",
)
def simulate_hall(
    hall: str,
    *,
    live: str | None,
    speed: float,
    minutes: float | None,
    tokens: tuple[str, ...],
    days: int,
    seed: int,
    busy: float,
    **rules: int | None,
) -> None:
    """Play days of HALL through by its rules, and tell how long people waited.

    With --busy, --counters, --one-in or --aged also as it is, to compare.  With --live the same
    day is lived by a running service desk, over HTTP: for training, to show it, and as a load
    test.  Ctrl-C closes the counters; run it again at any time.
    """
    if live is None:
        with_appcontext(_simulate)(hall, days=days, seed=seed, busy=busy, **rules)
        return
    desk = LiveDesk(live)
    try:
        staff = live_day.sort_tokens(desk, tokens)
        day = LiveDay(desk, hall, staff, speed, seed, busy=busy, minutes=minutes, tell=click.echo)
        _live(day)
    except (CallRefused, DeskAway, NoSuchTokens) as error:
        raise click.ClickException(str(error)) from None
    finally:
        desk.close()
    if day.faults:
        sys.exit(1)


def _live(day: LiveDay) -> None:
    """Live the day; the first Ctrl-C, or a request to end, ends it in order."""
    stopping = (signal.SIGINT, signal.SIGTERM)
    before = [(one, signal.signal(one, lambda *_: day.stop())) for one in stopping]
    try:
        report = day.live()
    finally:
        for one, handler in before:
            signal.signal(one, handler)
    _tell("Lived" if not day.is_stopped else "Lived until it was ended", report)
    click.echo(f"\n{day.desk.calls} calls; {day.others} tickets of others were served, too")
    for fault in day.faults:
        click.echo(f"fault: {fault}")
    click.echo("nobody was called twice, nobody is lost" if not day.faults else "")


def _simulate(
    hall: str,
    *,
    days: int,
    seed: int,
    busy: float,
    counters: int | None,
    one_in: int | None,
    aged: int | None,
) -> None:
    found = queries.get_hall(db.session, hall)
    plan = simulated.whole_day(db.session, found, busy=1.0)
    click.echo("Every number of people and minutes is an assumption: see simulation.yaml.")
    _tell("As it is", _play(plan, days, seed))
    rules = replace(
        plan.rules,
        one_in=one_in or plan.rules.one_in,
        aged_after=timedelta(minutes=aged) if aged else plan.rules.aged_after,
    )
    other = replace(simulated.whole_day(db.session, found, busy=busy), rules=rules)
    if counters is not None:
        other = replace(other, counters=other.counters[:counters])
    if other != plan:
        _tell("As asked", _play(other, days, seed))


def _play(plan: SimulatedHall, days: int, seed: int) -> Report:
    with click.progressbar(range(days), label="days", width=20) as numbers:
        visits = [
            visit
            for number in numbers
            for visit in simulation.simulate(plan, seed=seed + number).visits
        ]
    return Report(visits)


def _tell(title: str, report: Report) -> None:
    click.echo(f"\n{title}: {len(report.visits)} visits")
    click.echo(f"{'':24}{'visits':>8}{'P50 wait':>10}{'P90 wait':>10}{'gave up':>9}")
    for name, visits in report.groups():
        click.echo(_row(name, visits))


def _row(name: str, visits: Sequence[Visit]) -> str:
    waits = [one.wait for one in visits if one.wait is not None]
    gave_up = sum(one.gave_up for one in visits)
    half, most = percentile(waits, 50), percentile(waits, 90)
    return f"{name:24}{len(visits):>8}{half:>10.0f}{most:>10.0f}{gave_up:>9}"
