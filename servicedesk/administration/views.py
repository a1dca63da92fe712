"""Services, their versions and settings: for administrators."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.administration import queries
from servicedesk.administration.forms import PublishForm, SettingForm
from servicedesk.cases import versions
from servicedesk.catalogue import operations, previews, ranges, revisions
from servicedesk.catalogue.previews import Preview
from servicedesk.catalogue.queries import get_service
from servicedesk.catalogue.sources import cited
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.words import spoken
from servicedesk.words import Words

bp = Blueprint("administration", __name__, url_prefix="/admin")
_SEARCHED: Final = 100  # characters of a search


@bp.get("")
@requires(Permission.ADMIN)
def home() -> ResponseReturnValue:
    """Lead to the services."""
    return redirect(url_for("administration.index"))


@bp.get("/services")
@requires(Permission.ADMIN)
def index() -> ResponseReturnValue:
    """List the services in force, with how many of their settings are unsure."""
    text = request.args.get("q", "").strip()[:_SEARCHED]
    page = queries.page_of_services(
        db.session,
        text=text,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template("administration/index.html", page=page, text=text)


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
        cited=cited([one.source for one in found.settings.values()]),
    )


@bp.get("/services/<string:code>/versions/<int:number>")
@requires(Permission.ADMIN)
@finds(queries.get_revision)
def version(code: str, number: int) -> ResponseReturnValue:
    """Show a version: by whom, when and why, what it does otherwise, which cases keep it."""
    shown, changed = queries.get_revision(db.session, code, number)
    _entry, found = get_service(db.session, code)
    uses = versions.uses(db.session, code)
    return render_template(
        "administration/version.html",
        service=found,
        version=shown,
        use=next(one for one in uses if one.number == number),
        changes=revisions.grouped(changed),
    )


@bp.route("/services/<string:code>/settings/<string:key>", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_setting)
@once.for_each_key
def setting(code: str, key: str) -> ResponseReturnValue:
    """Ask for a new value of a setting, and why; then show what would come of it."""
    _found, kept = queries.get_setting(db.session, code, key)
    form = SettingForm(value="" if kept.current is None else str(kept.current))
    if form.validate_on_submit() and (foreseen := _foreseen(code, key, form)):
        return _confirm(code, key, foreseen, form)
    return _ask(code, key, form)


@bp.post("/services/<string:code>/settings/<string:key>/publish")
@requires(Permission.ADMIN)
@finds(queries.get_setting)
@once.for_each_key
def publish(code: str, key: str) -> ResponseReturnValue:
    """Publish a new value as it was shown; it holds for applications begun from then on."""
    queries.get_setting(db.session, code, key)
    form = PublishForm()
    if not form.validate():
        again = SettingForm()
        again.validate()
        return _ask(code, key, again)
    try:
        made = operations.set_setting(
            db.session, code, key, form.value.data or "", by=signed_in_user(), now=clock.now(),
            reason=form.reason.data or "", seen=form.seen.data or "",
        )  # fmt: skip
    except Overtaken as overtaken:
        return _after(overtaken, code, key)
    except RuleBroken as refusal:
        db.session.rollback()
        again = SettingForm()
        again.complain(spoken(refusal.words), again.value)
        return _ask(code, key, again)
    flash(_done(len(made)), "success")
    return once.commit(redirect(url_for("administration.service", code=code), 303))


def _done(count: int) -> str:
    words: str = ngettext(
        "The new value holds for applications begun from now on.",
        "The new value holds in %(num)s services for applications begun from now on.",
        count,
    )
    return words


def _foreseen(code: str, key: str, form: SettingForm) -> Preview | None:
    """Return what would come of the value; None, and say why on the form, if nothing can."""
    try:
        foreseen = previews.preview(db.session, code, key, form.value.data or "")
    except RuleBroken as refusal:
        form.complain(spoken(refusal.words), form.value)
        return None
    if not foreseen.prospects:
        form.complain(_("This value holds already."), form.value)
        return None
    return foreseen


def _after(overtaken: Overtaken, code: str, key: str) -> ResponseReturnValue:
    """Show what would come of the value now that somebody else published."""
    db.session.rollback()
    again = SettingForm()
    foreseen = _foreseen(code, key, again)
    if foreseen is None:
        return _ask(code, key, again)
    return _confirm(code, key, foreseen, again, found=[(None, overtaken.words)]), 409


def _ask(code: str, key: str, form: SettingForm) -> ResponseReturnValue:
    found, kept = queries.get_setting(db.session, code, key)
    page = render_template(
        "administration/setting.html",
        service=found,
        key=key,
        setting=kept,
        form=form,
        sharing=queries.sharing(db.session, found, key),
        bounds=None if isinstance(kept.value, str) else ranges.allowed(found, key),
        cited=cited([kept.source]),
    )
    return page, 422 if form.problems() else 200


def _confirm(
    code: str, key: str, foreseen: Preview, form: SettingForm,
    found: Sequence[tuple[None, Words]] = (),
) -> str:  # fmt: skip
    _entry, service = get_service(db.session, code)
    now = clock.now()
    sent = {"value": form.value.data, "reason": form.reason.data, "seen": foreseen.state}
    return render_template(
        "administration/publish.html",
        service=service,
        key=key,
        foreseen=foreseen,
        grouped=revisions.grouped,
        keepers={
            one.code: versions.told(db.session, one.code, replaced_at=now)
            for one in foreseen.prospects
        },
        reason=form.reason.data,
        form=PublishForm(formdata=None, data=sent),
        found=found,
    )
