"""The public register, and the pages of those who act for an enterprise."""

from datetime import date

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import (
    current_user_or_none,
    finds,
    public,
    requires,
    signed_in_user,
)
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises import (
    moment_showing,
    reference,
    register_limits,
    register_showing,
)
from servicedesk.enterprises.ledger import exported
from servicedesk.enterprises.member_roles import ROLE_WORDS
from servicedesk.enterprises.offers import offers_to
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.queries import addresses, certificates, entries
from servicedesk.enterprises.queries import register as queries
from servicedesk.enterprises.register_search import Life
from servicedesk.extensions import db
from servicedesk.web.filters import day, named
from servicedesk.web.forms import ButtonForm
from servicedesk.web.language import current
from servicedesk.web.words import today, written
from servicedesk.web.writing import Style
from servicedesk.words import Text

bp = Blueprint("enterprises", __name__)


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """List the enterprises registered here, or those that answer a search."""
    _count()
    asked = register_showing.asked(request.args)
    page = entries.search(
        db.session,
        asked.wanted,
        asked.years,
        order=asked.order,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "enterprises/register.html",
        page=page,
        found=[register_showing.found(one, asked.wanted, current()) for one in page.items],
        asked=asked,
        lives=Life,
        phrases=reference.scope_phrases(),
        forms=reference.org_forms(),
    )


@bp.get("/register/<string:code>")
@public
@finds(queries.get_by_code)
def register_entry(code: str) -> ResponseReturnValue:
    """Show what the register publishes of one enterprise, and its filings."""
    clean = compact(code)
    if clean != code:
        return redirect(url_for("enterprises.register_entry", code=clean), 301)
    _count()
    enterprise = queries.get_by_code(db.session, code)
    return render_template(
        "enterprises/register_entry.html",
        enterprise=enterprise,
        entry=register_showing.entry(enterprise),
        revoked=certificates.revoked_of(db.session, enterprise.id),
        seen=moment_showing.seen(enterprise, request.args, today(), is_public=True),
    )


@bp.get("/register/<string:code>.json")
@public
@finds(queries.get_by_code)
def register_entry_json(code: str) -> ResponseReturnValue:
    """Return the same for programs."""
    _count()
    return jsonify(register_showing.entry(queries.get_by_code(db.session, code)).as_json)


def _count() -> None:
    """Count this look at the register; staff who work with it are not counted."""
    user = current_user_or_none()
    if user is None or not user.may(Permission.REGISTER_READ):
        throttle().hit(register_limits.asking(request.remote_addr or ""), now=clock.now())


@bp.get("/enterprises/<int:enterprise_id>")
@requires(Permission.ACCOUNT_OWN)
@finds(queries.get_enterprise)
def show(enterprise_id: int) -> ResponseReturnValue:
    """Show an enterprise to those who act for it, and to staff: facts, certificates, filings."""
    user = signed_in_user()
    enterprise = queries.get_enterprise(db.session, enterprise_id, visible_to=user, today=today())
    team = queries.members_of(db.session, enterprise.id)
    is_member = any(one.user_id == user.id for one in team)
    is_public = not (is_member or user.may(Permission.REGISTER_READ))  # for agents
    seen = moment_showing.seen(enterprise, request.args, today(), is_public=is_public)
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        certificates=certificates.certificates_of(db.session, enterprise.id),
        members=team,
        is_member=is_member,
        is_public=is_public,
        role_words=ROLE_WORDS,
        places=addresses.taken_places(db.session, enterprise.id),
        prove=None if user.is_staff else ButtonForm(formdata=None),
        offers=offers_to(db.session, enterprise),
        registrar=moment_showing.registrar_part(enterprise, user, seen.moment, today()),
        seen=seen,
    )


@bp.get("/enterprises/<int:enterprise_id>/filings.json")
@requires(Permission.ACCOUNT_OWN)
@finds(queries.get_enterprise)
def filings(enterprise_id: int) -> ResponseReturnValue:
    """Return all filings as they were hashed, for those who want to check the chain themselves.

    Not for agents: a report that nobody else may see is in it.
    """
    user = signed_in_user()
    enterprise = queries.get_enterprise(db.session, enterprise_id, visible_to=user, today=today())
    team = queries.members_of(db.session, enterprise.id)
    if not (user.may(Permission.REGISTER_READ) or any(one.user_id == user.id for one in team)):
        abort(404)
    chain = exported(links_of(enterprise))
    return jsonify({"credit_code": enterprise.credit_code, "filings": chain})


def iso_day(value: str, style: Style = "full") -> str:
    """Return a day of the register's facts, which are JSON, as the page's language writes it."""
    return day(date.fromisoformat(value), style) if value else ""


def fact(line: Text) -> str:
    """Return a line of the register's facts; a name in it keeps the script it is in."""
    return named(written(line))
