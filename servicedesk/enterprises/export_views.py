"""Taking the whole register along, for the registrar; each time is noted."""

from pathlib import Path
from typing import Final

from flask import current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock, jobs
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises.import_models import RegisterExport
from servicedesk.enterprises.operations import exports, imports
from servicedesk.enterprises.policy import require_moves_register
from servicedesk.enterprises.queries import imports as queries
from servicedesk.enterprises.views import bp
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.park import local
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment
from servicedesk.words import say

_EXPORT: Final = "/desk/register/export"


@bp.route(_EXPORT, methods=["GET", "POST"])
@requires(Permission.REGISTER_MOVE)
@once.for_each_key
def export_register() -> ResponseReturnValue:
    """Say what an export holds and who took one; let the worker write one that is asked for."""
    require_moves_register(signed_in_user())
    form = ButtonForm()
    if form.validate_on_submit():
        noted = imports.note_export(db.session, by=signed_in_user(), now=clock.now())
        to = url_for("enterprises.export_made", number=noted.id)
        return once.commit(redirect(to, 303))
    return render_template(
        "enterprises/export.html", form=form, latest=queries.latest_exports(db.session)
    )


@bp.get(f"{_EXPORT}/<int:number>")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_export)
def export_made(number: int) -> ResponseReturnValue:
    """Show whether an export is ready."""
    noted = _found(number)
    return render_template("enterprises/export_made.html", noted=noted, how_far=_state(noted))


@bp.get(f"{_EXPORT}/<int:number>/now")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_export)
def export_now(number: int) -> ResponseReturnValue:
    """Return whether an export is ready, if that changed since it was fetched last."""
    noted = _found(number)
    how_far = _state(noted)
    return fragment("enterprises/export_now.html", how_far, noted=noted, how_far=how_far)


@bp.get(f"{_EXPORT}/<int:number>.zip")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_export)
def export_file(number: int) -> ResponseReturnValue:
    """Return the whole register as one file, to whoever asked for it."""
    noted = _found(number)
    file = exports.kept(_directory(), noted.id)
    if not file.is_file():
        raise NotFound(say("There is no such export any more. Ask for a new one."))
    response = send_file(
        file,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"register-{local(noted.at):%Y-%m-%d}.zip",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(number: int) -> RegisterExport:
    user = signed_in_user()
    since = clock.now() - exports.KEPT
    noted = queries.get_export(db.session, number, by=user, since=since)
    require_moves_register(user)
    return noted


def _state(noted: RegisterExport) -> str:
    """Return how far an export is: ready, failed or running."""
    if exports.kept(_directory(), noted.id).is_file():
        return "ready"
    given_up = (job["number"] for job in jobs.given_up(db.session, imports.WRITE))
    return "failed" if noted.id in given_up else "running"


def _directory() -> Path:
    return Path(current_app.config["DATA_DIR"]) / exports.FOLDER
