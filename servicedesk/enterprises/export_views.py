"""Taking the whole register along, for the registrar; each time is noted."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from flask import redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises.operations import exports, imports
from servicedesk.enterprises.policy import require_moves_register
from servicedesk.enterprises.queries import imports as queries
from servicedesk.enterprises.views import bp
from servicedesk.extensions import db
from servicedesk.park import local
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm

_EXPORT: Final = "/desk/register/export"
_LASTS: Final = timedelta(hours=1)  # then one asks anew, and it is noted anew; OWN


@bp.route(_EXPORT, methods=["GET", "POST"])
@requires(Permission.REGISTER_MOVE)
@once.for_each_key
def export_register() -> ResponseReturnValue:
    """Say what an export holds and who took one; note that one is asked for."""
    require_moves_register(signed_in_user())
    form = ButtonForm()
    if form.validate_on_submit():
        noted = imports.note_export(db.session, by=signed_in_user(), now=clock.now())
        to = url_for("enterprises.export_file", number=noted.id)
        return once.commit(redirect(to, 303))
    return render_template(
        "enterprises/export.html", form=form, latest=queries.latest_exports(db.session)
    )


@bp.get(f"{_EXPORT}/<int:number>.zip")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_export)
def export_file(number: int) -> ResponseReturnValue:
    """Return the whole register as one file, to whoever asked for it a moment ago."""
    now = clock.now()
    user = signed_in_user()
    queries.get_export(db.session, number, by=user, since=now - _LASTS)
    require_moves_register(user)
    response = send_file(
        _packed(),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"register-{local(now):%Y-%m-%d}.zip",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _packed() -> IO[bytes]:
    """Return the register in a file without a name, which is gone when it is closed.

    It is written whole before the answer begins: what goes wrong is told by the status, and no
    slow reader keeps a transaction open.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer
    snapshot = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with tempfile.TemporaryDirectory() as name, db.sessionmaker(bind=snapshot) as session:
        exports.write(session, Path(name), now=clock.now())
        exports.pack(Path(name), file)
    file.seek(0)
    return file
