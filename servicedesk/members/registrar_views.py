"""The first owner of an enterprise that has none, invited by the registrar."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing
from servicedesk.enterprises.queries.register import get_by_code
from servicedesk.extensions import db
from servicedesk.members.forms import FirstOwnerForm
from servicedesk.members.operations import invitations
from servicedesk.members.views import bp
from servicedesk.web import once


@bp.route("/desk/register/<string:code>/first-owner", methods=["GET", "POST"])
@requires(Permission.REGISTER_FILE)
@finds(get_by_code)
@once.for_each_key
def first_owner(code: str) -> ResponseReturnValue:
    """Invite the first owner of an enterprise by mail, with the reason."""
    enterprise, form, now = get_by_code(db.session, code), FirstOwnerForm(), clock.now()
    if form.validate_on_submit():
        email, user = form.email.data or "", signed_in_user()
        throttle().hit([*mailing(email, request.remote_addr or "", None), *mailbox(email)], now=now)
        invitations.invite_first_owner(
            db.session, enterprise, email, reason=form.reason.data or "", by=user, now=now
        )
        flash(_("We have sent an invitation to this address. It works for seven days."), "success")
        there = url_for("enterprises.show", enterprise_id=enterprise.id)
        return once.commit(redirect(there, 303))
    page = render_template("members/first_owner.html", enterprise=enterprise, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)
