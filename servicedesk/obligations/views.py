"""What enterprises owe: the calendar of one, the list of a person, the list of the desk."""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk import clock
from servicedesk.accounts.access import current_user_or_none, finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries import register
from servicedesk.extensions import db
from servicedesk.obligations import licence_queries, queries, showing
from servicedesk.obligations.duty_kinds import Kind, book
from servicedesk.obligations.forms import SeenForm, TakeUpForm
from servicedesk.obligations.operations import starting
from servicedesk.web import once
from servicedesk.web.csv_files import csv_file
from servicedesk.web.forms import ButtonForm
from servicedesk.web.language import current
from servicedesk.web.words import today

bp = Blueprint("obligations", __name__)

DESK: Final = "/desk/register/obligations"
_IN_PANEL: Final = 5  # lines of the short list on other pages


@bp.get("/enterprises/<int:enterprise_id>/obligations")
@requires(Permission.ACCOUNT_OWN)
@finds(register.get_enterprise)
def show(enterprise_id: int) -> ResponseReturnValue:
    """Show what an enterprise owes, to those who act for it and to staff who read the register."""
    user = signed_in_user()
    enterprise = register.get_enterprise(db.session, enterprise_id, visible_to=user, today=today())
    rights = queries.rights_of(db.session, user, enterprise_id, today=today())
    rows = _rows(enterprise, rights)
    forms = {row.one.key: _form(row) for row in rows if row.may_begin and not row.case}
    return render_template(
        "obligations/show.html",
        enterprise=enterprise,
        groups=showing.groups(rows),
        words=showing.WHEN_WORDS,
        forms=forms,
        primary=next((row.one.key for row in rows if row.is_for_them), None),
        soon_days=showing.SOON_DAYS,
        reminders=book().reminders,
        knows_people=bool(rights.acts) or user.is_staff,
        **_licences(enterprise, rights),
    )


@bp.post("/enterprises/<int:enterprise_id>/obligations/start")
@requires(Permission.CASE_APPLY)
@finds(register.get_enterprise)
@once.for_each_key
def start(enterprise_id: int) -> ResponseReturnValue:
    """Begin the application that fulfils an obligation, or go to the one that runs."""
    form = TakeUpForm()
    reference = starting.start(
        db.session, enterprise_id, form.kind.data or "", form.subject.data or "",
        by=signed_in_user(), now=clock.now(),
    )  # fmt: skip
    return once.commit(redirect(url_for("cases.show", reference=reference), 303))


@bp.get("/obligations")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List what is due at all enterprises of a person, by day; and their calendar's address."""
    user = signed_in_user()
    page = queries.page_of_own(
        db.session, user, today=today(),
        after=request.args.get("after"), before=request.args.get("before"),
    )  # fmt: skip
    return render_template(
        "obligations/index.html",
        page=page,
        rows=showing.listed(page.items, today()),
        soon_days=showing.SOON_DAYS,
        link=queries.find_link(db.session, user),
        button=ButtonForm(formdata=None),
    )


@bp.get(DESK)
@requires(Permission.REGISTER_READ)
def overdue() -> ResponseReturnValue:
    """List what is overdue in the whole register, for supervisors and registrars."""
    kind = _kind()
    page = queries.page_of_overdue(
        db.session, today=today(), kind=kind,
        after=request.args.get("after"), before=request.args.get("before"),
    )  # fmt: skip
    return render_template(
        "obligations/overdue.html",
        page=page,
        rows=showing.listed(page.items, today()),
        soon_days=showing.SOON_DAYS,
        kinds={one: book().kinds[one].heading for one in book().open_to_staff()},
        kind=kind,
        counts=queries.count_overdue(db.session, today=today()),
        as_of=queries.oldest_reckoning(db.session),
    )


@bp.get(f"{DESK}.csv")
@requires(Permission.REGISTER_READ)
def overdue_csv() -> ResponseReturnValue:
    """Return the same list as a file for tables."""
    heads = (_("Due on"), _("Days over"), _("What is due"), _("Enterprise"), _("Credit code"))
    found = queries.all_overdue(db.session, today=today(), kind=_kind())
    text = showing.as_csv(heads, found, current(), today())
    return csv_file(text, f"overdue-{today()}.csv")


def due_at(enterprise: Enterprise) -> Markup:
    """Return the panel "What is due" for the page of an enterprise."""
    user = signed_in_user()
    rights = queries.rights_of(db.session, user, enterprise.id, today=today())
    rows = _rows(enterprise, rights)
    near = [row for row in rows if row.when is not showing.When.LATER]
    page = render_template(
        "obligations/panel.html",
        enterprise=enterprise,
        rows=near[:_IN_PANEL],
        count=len(rows),
        soon_days=showing.SOON_DAYS,
    )
    return Markup(page)  # noqa: S704 - our own template, which escapes


def due_at_all() -> Markup:
    """Return the panel of what is due next at all enterprises of the person calling."""
    user = current_user_or_none()
    if user is None:
        return Markup()
    near = queries.soon(db.session, user, today=today(), days=showing.SOON_DAYS, most=_IN_PANEL)
    rows = showing.listed(near, today())
    soon_days = showing.SOON_DAYS
    shown = render_template("obligations/panel_of_all.html", rows=rows, soon_days=soon_days)
    return Markup(shown)  # noqa: S704 - our own template, which escapes


def _rows(enterprise: Enterprise, rights: queries.Rights) -> list[showing.Row]:
    day = today()
    owed = queries.owed_by(db.session, [enterprise], today=day)[enterprise.id]
    shown = queries.visible(owed, rights)
    cases = queries.applications_for(db.session, enterprise.id, shown) if rights.sees else {}
    return showing.rows(shown, cases, rights, day)


def _licences(enterprise: Enterprise, rights: queries.Rights) -> dict[str, Any]:
    """Return what was told of licences: who told what, what counts, and what can be taken back."""
    lines = licence_queries.lines_needing(enterprise)
    told = showing.tellings(licence_queries.told(db.session, enterprise.id), lines)
    last = licence_queries.newest(db.session, [enterprise.id]) if told else {}
    held = [one for one in showing.tellings(last.values(), lines) if one.licence and one.is_needed]
    take_back = {
        one.said.line: SeenForm(formdata=None, data={"seen": one.said.seq})
        for one in held
        if rights.tells
    }
    return {"told": told, "held": held, "take_back": take_back}


def _form(row: showing.Row) -> TakeUpForm:
    return TakeUpForm(formdata=None, data={"kind": row.one.kind, "subject": row.one.subject})


def _kind() -> Kind | None:
    asked = request.args.get("kind", "")
    return Kind(asked) if asked in set(book().open_to_staff()) else None
