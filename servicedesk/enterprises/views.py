"""The public register, and the pages of those who act for an enterprise."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises import reference
from servicedesk.enterprises.filing_words import kind_words
from servicedesk.enterprises.member_roles import ROLE_WORDS
from servicedesk.enterprises.queries import certificates
from servicedesk.enterprises.queries import register as queries
from servicedesk.enterprises.register_search import LONGEST_QUERY
from servicedesk.extensions import db
from servicedesk.web.filters import day
from servicedesk.web.words import today
from servicedesk.web.writing import Style

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
        phrases=reference.scope_phrases(),
        kind_words=kind_words,
    )


@bp.get("/enterprises/<int:enterprise_id>")
@requires(Permission.ACCOUNT_OWN)
@finds(queries.get_enterprise)
def show(enterprise_id: int) -> ResponseReturnValue:
    """Show an enterprise to those who act for it, and to staff: facts, certificates, filings."""
    user = signed_in_user()
    enterprise = queries.get_enterprise(db.session, enterprise_id, visible_to=user, today=today())
    team = queries.members_of(db.session, enterprise.id)
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        certificates=certificates.certificates_of(db.session, enterprise.id),
        members=team,
        is_member=any(one.user_id == user.id for one in team),
        role_words=ROLE_WORDS,
        phrases=reference.scope_phrases(),
        kind_words=kind_words,
    )


def iso_day(value: str, style: Style = "full") -> str:
    """Return a day of the register's facts, which are JSON, as the page's language writes it."""
    return day(date.fromisoformat(value), style) if value else ""
