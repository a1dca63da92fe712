"""Bringing enterprises that exist already into the register, for the registrar."""

from typing import Final

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises import import_showing as showing
from servicedesk.enterprises.import_columns import COLUMNS
from servicedesk.enterprises.import_forms import ACCEPT, TableForm
from servicedesk.enterprises.import_models import RegisterImport
from servicedesk.enterprises.operations import imports
from servicedesk.enterprises.policy import require_moves_register
from servicedesk.enterprises.queries import imports as queries
from servicedesk.enterprises.views import bp
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.csv_files import csv_file
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment
from servicedesk.web.words import spoken

_IMPORT: Final = "/desk/register/import"
_ONE: Final = f"{_IMPORT}/<int:number>"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route(_IMPORT, methods=["GET", "POST"])
@requires(Permission.REGISTER_MOVE)
@once.for_each_key
def import_table() -> ResponseReturnValue:
    """Take a table of enterprises and try it out; nothing is entered yet."""
    require_moves_register(signed_in_user())
    form = TableForm()
    if form.validate_on_submit():
        brought = _brought(form)
        if brought is not None:
            to = url_for("enterprises.import_tried", number=brought.id)
            return once.commit(redirect(to, 303))
    page = render_template(
        "enterprises/import.html",
        form=form,
        accept=ACCEPT,
        columns=COLUMNS,
        latest=queries.latest_imports(db.session),
    )
    return once.commit((page, 422)) if form.problems() else (page, 200)


@bp.get(f"{_IMPORT}/template.xlsx")
@requires(Permission.REGISTER_MOVE)
def import_template() -> ResponseReturnValue:
    """Return an empty table to fill in."""
    answer = Response(showing.template(), content_type=_XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename="enterprises.xlsx")
    return answer


@bp.get(_ONE)
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_import)
def import_tried(number: int) -> ResponseReturnValue:
    """Show what is in a table: what would be entered, or what is wrong."""
    return render_template("enterprises/import_tried.html", **_shown(_found(number)))


@bp.get(f"{_ONE}/now")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_import)
def import_now(number: int) -> ResponseReturnValue:
    """Return how far it is, if that changed since it was fetched last."""
    found = _found(number)
    return fragment("enterprises/import_now.html", found.state, **_shown(found))


@bp.get(f"{_ONE}/wrong.csv")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_import)
def import_faults(number: int) -> ResponseReturnValue:
    """Return what is wrong as a file, to mend the table by."""
    return csv_file(showing.faults_csv(_found(number)), f"import-{number}-wrong.csv")


@bp.post(f"{_ONE}/enter")
@requires(Permission.REGISTER_MOVE)
@finds(queries.get_import)
@once.for_each_key
def import_enter(number: int) -> ResponseReturnValue:
    """Let the worker enter a table that was tried out."""
    found = _found(number)
    imports.let_enter(db.session, found, by=signed_in_user(), now=clock.now())
    return once.commit(redirect(url_for("enterprises.import_tried", number=number), 303))


def _brought(form: TableForm) -> RegisterImport | None:
    """Return what was tried out; None: it is no table, and the form says why."""
    file = form.table()
    if file is None:
        return None
    user, now = signed_in_user(), clock.now()
    with file:
        try:
            return imports.bring(db.session, file, form.file_name, by=user, now=now)
        except RuleBroken as fault:
            form.complain(spoken(fault.words), form.file)
            return None


def _found(number: int) -> RegisterImport:
    return queries.get_import(db.session, number, by=signed_in_user())


def _shown(found: RegisterImport) -> dict[str, object]:
    told = showing.faults(found)
    return {
        "brought": found,
        "good": found.rows - found.wrong_rows,
        "faults": told[: showing.MOST_SHOWN],
        "untold": max(len(told) - showing.MOST_SHOWN, 0),
        "form": ButtonForm(),
    }
