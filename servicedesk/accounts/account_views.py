"""One's own account: details, password, sessions."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user

from servicedesk import clock
from servicedesk.accounts import known_browsers, operations, passwords, queries, throttle_rules
from servicedesk.accounts.access import requires, signed_in_user
from servicedesk.accounts.forms import ChangePasswordForm, DetailsForm
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.views import bp
from servicedesk.extensions import db
from servicedesk.web import once, sessions
from servicedesk.web.forms import ButtonForm


@bp.route("/account", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@once.for_each_key
def account() -> ResponseReturnValue:
    """Show the account; change name and language of mails."""
    user = signed_in_user()
    form = DetailsForm(name=user.name, language=user.language)
    if form.validate_on_submit():
        operations.change_details(
            user, name=form.name.data or "", language=form.language.data or ""
        )
        flash(gettext("Your details are saved."), "success")
        return once.commit(redirect(url_for("accounts.account"), 303))
    page = render_template(
        "accounts/account.html",
        form=form,
        everywhere=ButtonForm(),
        email=user.email,
        session_count=queries.count_sessions(db.session, user, now=clock.now()),
    )
    return page, 422 if form.errors else 200


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@once.for_each_key
def password() -> ResponseReturnValue:
    """Change the password; every other session ends, this one gets a new secret (S6)."""
    user = signed_in_user()
    form = ChangePasswordForm(user.email)
    if form.validate_on_submit() and _is_present_password(form):
        operations.change_password(
            db.session, user, password=form.password.data or "", now=clock.now()
        )
        response = once.commit(redirect(url_for("accounts.account"), 303))
        session.clear()
        login_user(user)
        sessions.rotate()
        flash(gettext("Your password is changed. You are signed out everywhere else."), "success")
        return response
    status = 422 if form.errors else 200
    return render_template("accounts/password.html", form=form), status


@bp.route("/account/sign-out-everywhere", methods=["POST"])
@requires(Permission.ACCOUNT_OWN)
@once.for_each_key
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this person, this one too."""
    operations.sign_out_everywhere(db.session, signed_in_user())
    response = once.commit(redirect(url_for("accounts.sign_in"), 303))
    session.clear()
    flash(gettext("You are signed out everywhere."), "success")
    return response


def _is_present_password(form: ChangePasswordForm) -> bool:
    """Whether the person knows the password they have now; guessing is slowed as at sign-in."""
    user, now = signed_in_user(), clock.now()
    circles = throttle_rules.guessing(
        user.email, request.remote_addr or "", known_browsers.mark_of(user.email)
    )
    with throttle().attempt(circles, now=now) as forgive:
        if passwords.fits(form.current_password.data or "", user.password_hash):
            forgive()
            return True
    form.complain(gettext("This is not your present password."), form.current_password)
    return False
