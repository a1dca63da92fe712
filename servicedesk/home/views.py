"""The front page, help, and what programs ask for at the root."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import public
from servicedesk.calendar.queries import load_calendar
from servicedesk.catalogue import queries as catalogue
from servicedesk.extensions import db
from servicedesk.home import gallery, queries
from servicedesk.home.front_page import front_page
from servicedesk.home.hall_hours import hall_now
from servicedesk.park import local, park

bp = Blueprint("home", __name__)

SECURITY_NOTE_LASTS: Final = timedelta(days=180)
PLAIN: Final = "text/plain; charset=utf-8"


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Show what can be done here."""
    page, hall = front_page(), park().hall
    calendar = load_calendar(db.session)
    return render_template(
        "home/index.html",
        page=page,
        promises=queries.promises(db.session, page.services),
        topics=catalogue.topic_counts(db.session),
        hall=hall,
        hall_now=hall_now(local(clock.now()), hall.opens, hall.closes, calendar.is_working),
    )


@bp.get("/help")
@public
def help_() -> ResponseReturnValue:
    """Say how to reach a person, and answer what is often asked."""
    return render_template("home/help.html", kept_days=current_app.config["DRAFT_KEPT_DAYS"])


@bp.get("/help/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """Say for whom these pages work, and how to tell us where they do not."""
    return render_template("home/accessibility.html")


@bp.get("/help/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is kept of a person, and why."""
    return render_template("home/privacy.html", kept_days=current_app.config["DRAFT_KEPT_DAYS"])


@bp.get("/help/complaints")
@public
def complaints() -> ResponseReturnValue:
    """Say what one can do against a decision."""
    return render_template("home/complaints.html")


@bp.route("/help/components", methods=["GET", "POST"])
@public
def components() -> ResponseReturnValue:
    """Show every component in every state, to those who build this."""
    if not current_app.config["SHOWS_COMPONENT_GALLERY"]:
        abort(404)
    samples = gallery.samples()
    page = render_template("home/components.html", **samples)
    return page, 422 if samples["form"].errors else 200


@bp.get("/.well-known/security.txt")
@public
def security() -> ResponseReturnValue:
    """Say where to report a weakness (RFC 9116)."""
    expires = (clock.now() + SECURITY_NOTE_LASTS).replace(microsecond=0, second=0, minute=0)
    base = current_app.config["BASE_URL"]
    lines = (
        f"Contact: {base}/help",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, zh",
        f"Canonical: {base}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", content_type=PLAIN)


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Let programs read the public pages only."""
    private = (
        *("/account", "/admin", "/assets", "/cases", "/desk", "/events", "/track"),
        "/register?",  # each search is a page of its own
    )
    lines = ("User-agent: *", *(f"Disallow: {path}" for path in private))
    return Response("\n".join(lines) + "\n", content_type=PLAIN)
