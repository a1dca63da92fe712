"""The register in figures, for people and for programs."""

from collections.abc import Sequence

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from servicedesk.accounts.access import public
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.indicators import disclosure, open_data, queries, showing
from servicedesk.indicators.figures import ENOUGH, Figures
from servicedesk.indicators.models import RegisterStatistics
from servicedesk.web.csv_files import csv_file
from servicedesk.web.filters import words
from servicedesk.web.language import current
from servicedesk.words import say

bp = Blueprint("indicators", __name__)


@bp.get("/register/statistics")
@public
def statistics() -> ResponseReturnValue:
    """Show the park in figures, as they were counted last."""
    latest = queries.find_latest(db.session)
    if latest is None:
        return render_template("indicators/statistics.html", latest=None)
    figures = _figures(latest)
    return render_template(
        "indicators/statistics.html",
        latest=latest,
        figures=figures,
        headline=showing.headline(figures, current()),
        panels=showing.panels(figures, current()),
        growth=showing.growth_rows(figures),
        fewest=disclosure.FEWEST,
        enough=f"{ENOUGH * 100:.0f}",
        columns=open_data.COLUMNS,
    )


@bp.get("/register/statistics.csv")
@public
def statistics_csv() -> ResponseReturnValue:
    """Return all figures as a file for tables."""
    latest = _latest()
    return csv_file(open_data.as_csv(_figures(latest)), f"register-statistics-{latest.day}.csv")


@bp.get("/register/statistics.json")
@public
def statistics_json() -> ResponseReturnValue:
    """Return all figures for programs."""
    latest = _latest()
    return jsonify(open_data.as_json(_figures(latest), latest.as_of))


def told_rows(
    rows: Sequence[Sequence[showing.Label | None]],
) -> list[list[str | None]]:
    """Return the rows of a table in the page's language; None stays."""
    return [[None if cell is None else words(cell) for cell in row] for row in rows]


def _latest() -> RegisterStatistics:
    latest = queries.find_latest(db.session)
    if latest is None:
        raise NotFound(say("The register has not been counted yet."))
    return latest


def _figures(latest: RegisterStatistics) -> Figures:
    return Figures(latest.day, latest.figures)
