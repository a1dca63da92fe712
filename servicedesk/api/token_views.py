"""The access tokens, for administrators: made, shown once, revoked."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.api import operations, queries
from servicedesk.api.forms import TokenForm
from servicedesk.api.operations import WrongHolder
from servicedesk.api.scopes import OF_A_HALL, SCOPE_WORDS, Scope
from servicedesk.extensions import db
from servicedesk.hall.models import Hall
from servicedesk.hall.queries import list_halls
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.headers import FOR_ONE_PERSON
from servicedesk.web.words import spoken

bp = Blueprint("access_tokens", __name__, url_prefix="/admin/tokens")


@bp.get("")
@requires(Permission.ADMIN)
def index() -> ResponseReturnValue:
    """List the access tokens: whose, until when, when last used."""
    return render_template(
        "api/tokens.html", tokens=queries.list_tokens(db.session), words=SCOPE_WORDS,
        button=ButtonForm(formdata=None), now=clock.now(),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@once.for_each_key
def new() -> ResponseReturnValue:
    """Make a token, and show it this once.

    The page is not kept with the request's key, as other answers are: the token would lie in
    the database.  Sent again, the form says that there is one.
    """
    form = TokenForm()
    if not form.validate_on_submit():
        return _form_page(form)
    scope = Scope(form.scope.data)
    of = _holder(scope, form.whose.data or "")
    if of is None:
        form.complain(_("There is no such hall or account."), form.whose)
        return _form_page(form)
    try:
        token, secret = operations.issue(
            db.session, scope, name=form.name.data or "", of=of, days=form.days.data or 1,
            by=signed_in_user(), now=clock.now(),
        )  # fmt: skip
    except WrongHolder as error:
        form.complain(spoken(error.words), form.whose)
        return _form_page(form)
    page = render_template("api/token_made.html", token=token, secret=secret, words=SCOPE_WORDS)
    once.commit(redirect(url_for("access_tokens.index"), 303))
    return page, 200, {"Cache-Control": FOR_ONE_PERSON}


@bp.post("/<int:token_id>/revoke")
@requires(Permission.ADMIN)
@finds(queries.get_token)
@once.for_each_key
def revoke(token_id: int) -> ResponseReturnValue:
    """Make a token useless, at once."""
    token = queries.get_token(db.session, token_id)
    operations.revoke(token, now=clock.now())
    flash(_("%(name)s can call no more.", name=token.name), "success")
    return once.commit(redirect(url_for("access_tokens.index"), 303))


def _form_page(form: TokenForm) -> ResponseReturnValue:
    halls = list_halls(db.session)
    page = render_template("api/token_new.html", form=form, halls=halls)
    return once.commit((page, 422)) if form.errors else (page, 200)


def _holder(scope: Scope, whose: str) -> Hall | User | None:
    if scope in OF_A_HALL:
        return next((one for one in list_halls(db.session) if one.key == whose), None)
    return find_user_by_email(db.session, whose)
