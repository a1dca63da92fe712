"""The public register, and the pages of those who act for an enterprise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises.chronology import is_replaced
from servicedesk.enterprises.fact_words import Line
from servicedesk.enterprises.filing_words import kind_words
from servicedesk.enterprises.history import moment, shown
from servicedesk.enterprises.models import Enterprise, Filing
from servicedesk.enterprises.offers import offers_to
from servicedesk.enterprises.operations.orders import is_registrar
from servicedesk.enterprises.operations.register import SET_UP_SEQ, get_filing, links_of
from servicedesk.enterprises.orders import ORDERS
from servicedesk.enterprises.queries import address_stock, certificates
from servicedesk.enterprises.queries import register as queries
from servicedesk.enterprises.register_search import LONGEST_QUERY
from servicedesk.enterprises.registrar_forms import correctable
from servicedesk.extensions import db
from servicedesk.web.filters import day, named
from servicedesk.web.words import today, written
from servicedesk.web.writing import Style
from servicedesk.words import Words

bp = Blueprint("enterprises", __name__)


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """List the enterprises registered here, or those that answer a search."""
    typed = request.args.get("q", "").strip()[:LONGEST_QUERY]
    page = queries.search(
        db.session,
        typed,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template("enterprises/register.html", page=page, text=typed)


@bp.get("/register/<string:code>")
@public
@finds(queries.get_by_code)
def register_entry(code: str) -> ResponseReturnValue:
    """Show what the register publishes of one enterprise, and its filings."""
    clean = compact(code)
    if clean != code:
        return redirect(url_for("enterprises.register_entry", code=clean), 301)
    enterprise = queries.get_by_code(db.session, code)
    return render_template(
        "enterprises/register_entry.html",
        enterprise=enterprise,
        revoked=certificates.revoked_of(db.session, enterprise.id),
        **_at_moment(enterprise),
    )


@bp.get("/enterprises")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List the enterprises that this person acts for."""
    enterprises = queries.enterprises_of(db.session, signed_in_user())
    return render_template("enterprises/index.html", enterprises=enterprises)


@bp.get("/enterprises/<int:enterprise_id>")
@requires(Permission.ACCOUNT_OWN)
@finds(queries.get_enterprise)
def show(enterprise_id: int) -> ResponseReturnValue:
    """Show an enterprise to those who act for it, and to staff: facts, certificates, filings."""
    enterprise = queries.get_enterprise(db.session, enterprise_id, visible_to=signed_in_user())
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        certificates=certificates.certificates_of(db.session, enterprise.id),
        places=address_stock.places_of(db.session, enterprise.id),
        members=queries.members_of(db.session, enterprise.id),
        offers=offers_to(db.session, enterprise),
        registrar=_registrar_on(enterprise),
        **_at_moment(enterprise),
    )


@dataclass(frozen=True)
class RegistrarPart:
    """What the registrar may file of their own accord on the page of an enterprise."""

    orders: Mapping[str, Words]
    filing: Filing  # the one that is looked at
    may_strike: bool
    may_correct: bool


def _registrar_on(enterprise: Enterprise) -> RegistrarPart | None:
    """Return what the registrar, if that is who looks, may file about the enterprise now."""
    user, day = signed_in_user(), today()
    if not (user.may(Permission.REGISTER_FILE) and is_registrar(user)):
        return None
    seq = _at_moment(enterprise)["moment"].filing.seq
    filing = get_filing(enterprise, seq)
    counts = not is_replaced(links_of(enterprise), seq)
    return RegistrarPart(
        {kind: one.words for kind, one in ORDERS.items() if one.bar(enterprise.facts, day) is None},
        filing,
        may_strike=counts and seq > SET_UP_SEQ,
        may_correct=counts and correctable(filing),
    )


def _at_moment(enterprise: Enterprise) -> dict[str, Any]:
    """Return what the page shows of an enterprise at the filing and on the day that are asked."""
    seq = request.args.get("filing", type=int)
    on = _asked_day(request.args.get("on", ""))
    seen = moment(links_of(enterprise), today=today(), seq=seq, on=on)
    return {"moment": seen, "shown": shown(seen.facts), "kind_words": kind_words}


def _asked_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def iso_day(value: str, style: Style = "full") -> str:
    """Return a day of the register's facts, which are JSON, as the page's language writes it."""
    return day(date.fromisoformat(value), style) if value else ""


def fact(line: Line) -> str:
    """Return a line of the register's facts; a name in it keeps the script it is in."""
    return named(written(line))
