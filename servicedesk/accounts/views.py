"""Signing up, in and out, and confirming what was mailed."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user, logout_user

from servicedesk import clock
from servicedesk.accounts import known_browsers, operations, queries, throttle_rules, tokens
from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.forms import (
    AddressForm,
    ConfirmForm,
    NewPasswordForm,
    SignInForm,
    SignUpForm,
)
from servicedesk.accounts.models import TokenPurpose, User
from servicedesk.accounts.own_paths import landing_path, own_path
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.extensions import db
from servicedesk.web import language, once, sessions
from servicedesk.web.forms import ButtonForm

bp = Blueprint("accounts", __name__)


@bp.route("/sign-up", methods=["GET", "POST"])
@public
@once.for_each_key
def sign_up() -> ResponseReturnValue:
    """Make an account; the answer is the same whether there was one or not (S4)."""
    form = SignUpForm()
    if form.validate_on_submit():
        if _may_mail(form.email.data or ""):
            operations.sign_up(
                db.session,
                email=form.email.data or "",
                name=form.name.data or "",
                password=form.password.data or "",
                language=language.current(),
                now=clock.now(),
            )
        return once.commit(redirect(url_for("accounts.sign_up_sent"), 303))
    return render_template("accounts/sign_up.html", form=form), 422 if form.errors else 200


@bp.route("/sign-up/sent")
@public
def sign_up_sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return render_template("accounts/sign_up_sent.html")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Let a person in, and back to where they wanted to go."""
    form = SignInForm()
    if form.validate_on_submit():
        user = _person_of(form)
        if user is not None:
            return _let_in(user)
        form.complain(gettext("E-mail address and password do not belong together."))
    status = 422 if form.errors else 200
    return render_template("accounts/sign_in.html", form=form), status


@bp.route("/sign-out", methods=["POST"])
@public
def sign_out() -> ResponseReturnValue:
    """End this session."""
    logout_user()
    session.clear()
    flash(gettext("You are signed out."), "success")
    return redirect("/", 303)


@bp.route("/account/unconfirmed", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN, unconfirmed_too=True)
@once.for_each_key
def unconfirmed() -> ResponseReturnValue:
    """Say that the address is not confirmed yet, and send the link again."""
    user = signed_in_user()
    if user.confirmed_at is not None:
        return redirect(landing_path(user), 303)
    form = ButtonForm()
    if form.validate_on_submit():
        throttle().hit(
            [*_mailing(user.email), *throttle_rules.mailbox(user.email)], now=clock.now()
        )
        operations.send_confirmation(db.session, user, now=clock.now())
        flash(gettext("We have sent the mail again."), "success")
        return once.commit(redirect(url_for("accounts.unconfirmed"), 303))
    return render_template("accounts/unconfirmed.html", form=form, email=user.email)


@bp.route("/account/confirm/<string:token>", methods=["GET", "POST"])
@public
@finds(tokens.subject_of, tokens.spend)
@once.for_each_key
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address.  Opening the link only shows a form: mail scanners open links."""
    now = clock.now()
    form = ConfirmForm()
    if form.validate_on_submit():
        user = operations.confirm_email(
            db.session, token, password=form.password.data or "", now=now
        )
        if user is not None:
            flash(gettext("Your e-mail address is confirmed. You can sign in now."), "success")
            response = once.commit(redirect(url_for("accounts.sign_in"), 303))
            known_browsers.remember(response, user.email)
            return response
        form.complain(gettext("The account has another password."), form.password)
    if tokens.subject_of(db.session, TokenPurpose.CONFIRM_EMAIL, token, now=now) is None:
        return render_template("accounts/link_spent.html", purpose="confirm"), 410
    return render_template("accounts/confirm.html", form=form), 422 if form.errors else 200


@bp.route("/account/forgot", methods=["GET", "POST"])
@public
@once.for_each_key
def forgot() -> ResponseReturnValue:
    """Mail a link for a new password; the answer is the same for every address (S4)."""
    form = AddressForm()
    if form.validate_on_submit():
        if _may_mail(form.email.data or ""):
            operations.forgot_password(
                db.session,
                email=form.email.data or "",
                language=language.current(),
                now=clock.now(),
            )
        return once.commit(redirect(url_for("accounts.forgot_sent"), 303))
    return render_template("accounts/forgot.html", form=form), 422 if form.errors else 200


@bp.route("/account/forgot/sent")
@public
def forgot_sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return render_template("accounts/forgot_sent.html")


@bp.route("/account/reset/<string:token>", methods=["GET", "POST"])
@public
@finds(tokens.subject_of)
@once.for_each_key
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by a mailed link, which works until the password is set."""
    now = clock.now()
    subject = tokens.subject_of(db.session, TokenPurpose.RESET_PASSWORD, token, now=now)
    if subject is None or not subject.isdecimal():
        return render_template("accounts/link_spent.html", purpose="reset"), 410
    user = queries.get_user(db.session, int(subject))
    form = NewPasswordForm(user.email)
    if form.validate_on_submit():
        operations.reset_password(db.session, token, password=form.password.data or "", now=now)
        flash(gettext("Your new password is set. Sign in with it."), "success")
        response = once.commit(redirect(url_for("accounts.sign_in"), 303))
        known_browsers.remember(response, user.email)
        return response
    return render_template("accounts/reset.html", form=form), 422 if form.errors else 200


def _person_of(form: SignInForm) -> User | None:
    """Return whose address and password these are; every try counts until it is a good one."""
    now = clock.now()
    email = form.email.data or ""
    circles = throttle_rules.guessing(
        email, request.remote_addr or "", known_browsers.mark_of(email)
    )
    with throttle().attempt(circles, now=now) as forgive:
        user = operations.find_by_password(
            db.session, email=email, password=form.password.data or ""
        )
        if user is not None:
            forgive()
            db.session.commit()  # a renewed hash, before the next one's turn
    return user


def _let_in(user: User) -> ResponseReturnValue:
    """Sign ``user`` in, in a new session, and send them on."""
    wanted = own_path(request.args.get("next"))
    path, email = wanted or landing_path(user), user.email
    sessions.begin_anew()
    login_user(user)
    response = redirect(path, 303)
    known_browsers.remember(response, email)
    return response


def _may_mail(email: str) -> bool:
    """Count a mail that somebody asks for, and return whether to send it.

    Who asks too often is told.  That others asked for the same address is not said: the
    answer stays what it always is.  The owner's browser does not depend on those others.
    """
    now = clock.now()
    throttle().hit(_mailing(email), now=now)
    is_known = known_browsers.mark_of(email) is not None
    return is_known or throttle().admits(throttle_rules.mailbox(email), now=now)


def _mailing(email: str) -> Sequence[throttle_rules.Circle]:
    mark = known_browsers.mark_of(email)
    return throttle_rules.mailing(email, request.remote_addr or "", mark)
