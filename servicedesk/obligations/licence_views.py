"""Telling which licences an enterprise has for its business, and taking that back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises.queries import register
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.obligations import licence_queries
from servicedesk.obligations.forms import LicenceForm, SeenForm
from servicedesk.obligations.models import LicenceTelling
from servicedesk.obligations.operations import licences
from servicedesk.obligations.views import bp
from servicedesk.web import once
from servicedesk.web.words import spoken, today
from servicedesk.words import Words


@bp.route(
    "/enterprises/<int:enterprise_id>/obligations/licences/<string:line>", methods=["GET", "POST"]
)
@requires(Permission.CASE_APPLY)
@finds(register.get_enterprise)
@once.for_each_key
def tell_licence(enterprise_id: int, line: str) -> ResponseReturnValue:
    """Ask for the licence that a line of the scope needs, and keep what is told."""
    user, now = signed_in_user(), clock.now()
    register.get_enterprise(db.session, enterprise_id, visible_to=user, today=today())
    licences.require_teller(db.session, user, enterprise_id, now=now)
    if request.method != "POST":
        return _page(enterprise_id, line, _known(_last(enterprise_id, line)))
    form = LicenceForm()
    if form.validate():
        try:
            licences.tell(
                db.session, enterprise_id, line, form.licence(),
                seen=form.seen.data or 0, by=user, now=now,
            )  # fmt: skip
        except Overtaken as overtaken:
            return _look_again(enterprise_id, line, form, overtaken)
        except licences.NotHeldYet as refusal:
            form.complain(spoken(refusal.words), form.valid_from)
    if form.errors:
        return once.commit((_page(enterprise_id, line, form), 422))
    flash(_("We have noted the licence."), "success")
    return once.commit(_to_the_calendar(enterprise_id))


@bp.post("/enterprises/<int:enterprise_id>/obligations/licences/<string:line>/take-back")
@requires(Permission.CASE_APPLY)
@finds(register.get_enterprise)
@once.for_each_key
def take_licence_back(enterprise_id: int, line: str) -> ResponseReturnValue:
    """Take back what was told of a licence; it is owed again."""
    licences.take_back(
        db.session, enterprise_id, line,
        seen=SeenForm().seen.data or 0, by=signed_in_user(), now=clock.now(),
    )  # fmt: skip
    flash(_("What was told of the licence is taken back. It is due again."), "success")
    return once.commit(_to_the_calendar(enterprise_id))


def _last(enterprise_id: int, line: str) -> LicenceTelling | None:
    return licence_queries.newest(db.session, [enterprise_id]).get((enterprise_id, line))


def _known(last: LicenceTelling | None) -> LicenceForm:
    """Return the form with what was told before: a licence that is renewed keeps much of it."""
    licence = last.licence if last else None
    return LicenceForm(formdata=None, obj=licence, data={"seen": last.seq if last else 0})


def _look_again(
    enterprise_id: int, line: str, form: LicenceForm, overtaken: Overtaken
) -> ResponseReturnValue:
    """Show what was typed beside what somebody else told meanwhile."""
    db.session.rollback()
    last = _last(enterprise_id, line)
    form.look_again(last.seq if last else 0)
    return _page(enterprise_id, line, form, last, [(None, overtaken.words)]), 409


def _page(
    enterprise_id: int,
    line: str,
    form: LicenceForm,
    other: LicenceTelling | None = None,
    found: list[tuple[None, Words]] | None = None,
) -> str:
    enterprise = register.get_enterprise(
        db.session, enterprise_id, visible_to=signed_in_user(), today=today()
    )
    return render_template(
        "obligations/tell_licence.html",
        enterprise=enterprise,
        phrase=licence_queries.get_phrase(enterprise, line),
        form=form,
        other=other,
        found=found or [],
    )


def _to_the_calendar(enterprise_id: int) -> ResponseReturnValue:
    return redirect(
        url_for("obligations.show", enterprise_id=enterprise_id, _anchor="licences"), 303
    )
