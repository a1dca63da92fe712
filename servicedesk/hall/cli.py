"""``servicedesk set-up-halls``, and ``simulate-hall``: a day of a hall, before it is lived."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import click
from flask.cli import with_appcontext

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.hall import hall_files, queries, simulated, simulation
from servicedesk.hall.operations import halls, slots
from servicedesk.hall.simulation import Report, SimulatedHall, Visit, percentile


@click.command("set-up-halls")
@with_appcontext
def set_up_halls() -> None:
    """Set up the halls of halls.yaml that are not there yet, and open their times to book.

    Safe to run again.  What is there stays as it is: administrators may have changed it.
    """
    new = halls.set_up(db.session, hall_files.halls())
    opened = sum(
        slots.open_ahead(db.session, hall, now=clock.now())
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
@with_appcontext
def simulate_hall(
    hall: str,
    *,
    days: int,
    seed: int,
    busy: float,
    counters: int | None,
    one_in: int | None,
    aged: int | None,
) -> None:
    """Play days of HALL through by its rules, and tell how long people waited.

    With --busy, --counters, --one-in or --aged also as it is, to compare.
    """
    found = queries.get_hall(db.session, hall)
    plan = simulated.whole_day(found, busy=1.0)
    click.echo("Every number of people and minutes is an assumption: see simulation.yaml.")
    _tell("As it is", _play(plan, days, seed))
    rules = replace(
        plan.rules,
        one_in=one_in or plan.rules.one_in,
        aged_after=timedelta(minutes=aged) if aged else plan.rules.aged_after,
    )
    other = replace(simulated.whole_day(found, busy=busy), rules=rules)
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
