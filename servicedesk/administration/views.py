"""Services, their versions and settings: for administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.administration import queries
from servicedesk.administration.forms import SettingForm
from servicedesk.cases import versions
from servicedesk.catalogue import operations, revisions
from servicedesk.catalogue.queries import get_service
from servicedesk.catalogue.sources import sources
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.words import spoken

bp = Blueprint("administration", __name__, url_prefix="/admin")


@bp.get("")
@requires(Permission.ADMIN)
def home() -> ResponseReturnValue:
    """Lead to the services."""
    return redirect(url_for("administration.index"))


@bp.get("/services")
@requires(Permission.ADMIN)
def index() -> ResponseReturnValue:
    """List the services in force, with how many of their settings are unsure."""
    return render_template("administration/index.html", services=queries.services(db.session))


@bp.get("/services/<string:code>")
@requires(Permission.ADMIN)
@finds(get_service)
def service(code: str) -> ResponseReturnValue:
    """Show a service's settings with their sources, and its versions with who keeps them."""
    entry, found = get_service(db.session, code)
    return render_template(
        "administration/service.html",
        service=found,
        version=entry.current,
        uses=versions.uses(db.session, code),
        keepers=versions.told(db.session, code),
        is_unsure=queries.is_unsure,
        sources=sources(),
    )


@bp.get("/services/<string:code>/versions/<int:number>")
@requires(Permission.ADMIN)
@finds(queries.get_revision)
def version(code: str, number: int) -> ResponseReturnValue:
    """Show what a version does otherwise than the one before it."""
    shown, changed = queries.get_revision(db.session, code, number)
    _entry, found = get_service(db.session, code)
    return render_template(
        "administration/version.html",
        service=found,
        version=shown,
        changes=revisions.grouped(changed),
    )


@bp.route("/services/<string:code>/settings/<string:key>", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_setting)
@once.for_each_key
def setting(code: str, key: str) -> ResponseReturnValue:
    """Ask for a new value of a setting; it holds for applications begun from then on."""
    found, kept = queries.get_setting(db.session, code, key)
    form = SettingForm(value="" if kept.current is None else str(kept.current))
    if form.validate_on_submit() and _set(code, key, form):
        flash(_("The new value holds for applications begun from now on."), "success")
        return once.commit(redirect(url_for("administration.service", code=code), 303))
    page = render_template(
        "administration/setting.html",
        service=found,
        setting=kept,
        form=form,
        sources=sources(),
    )
    return page, 422 if form.problems() else 200


def _set(code: str, key: str, form: SettingForm) -> bool:
    """Set the value; say on the form why it cannot be."""
    try:
        operations.set_setting(
            db.session, code, key, form.value.data or "", by=signed_in_user(), now=clock.now()
        )
    except RuleBroken as refusal:
        db.session.rollback()
        form.complain(spoken(refusal.words), form.value)
        return False
    return True
