"""The register at the desk, and what the registrar files of their own accord."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.catalogue.queries import services_in_force
from servicedesk.enterprises import capital, chronology, corrections
from servicedesk.enterprises.filing_words import kind_words
from servicedesk.enterprises.history import differences, said_later, shown
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import orders, register
from servicedesk.enterprises.orders import FEWEST_NOTICE_DAYS, NOTICE_DAYS, ORDERS, Facts
from servicedesk.enterprises.policy import moves_register
from servicedesk.enterprises.queries import address_stock, filings
from servicedesk.enterprises.queries import register as queries
from servicedesk.enterprises.registrar_forms import CorrectionForm, ReasonForm
from servicedesk.enterprises.views import bp
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.forms import DeskForm
from servicedesk.web.words import today
from servicedesk.words import Words, say

AHEAD = 10  # that take effect later; what comes after them is seen as they go


@bp.get("/desk/register")
@requires(Permission.REGISTER_READ)
def desk_register() -> ResponseReturnValue:
    """Show what is filed, what takes effect next, and where the register's work is done."""
    user = signed_in_user()
    return render_template(
        "enterprises/desk_register.html",
        page=filings.latest(
            db.session, after=request.args.get("after"), before=request.args.get("before")
        ),
        ahead=filings.taking_effect(db.session, most=AHEAD),
        ending=address_stock.count_ending(db.session, today=today()),
        kind_words=kind_words,
        may_move=moves_register(user),
    )


@bp.route("/desk/register/<string:code>/orders/<string:kind>", methods=["GET", "POST"])
@requires(Permission.REGISTER_FILE)
@finds(queries.get_by_code)
@once.for_each_key
def order(code: str, kind: str) -> ResponseReturnValue:
    """Give an order about an enterprise, with its reason."""
    enterprise, form = _found(code), ReasonForm()
    if kind not in ORDERS:
        abort(404)
    if form.validate_on_submit():
        orders.order(
            db.session,
            enterprise,
            kind,
            by=signed_in_user(),
            reason=form.reason.data or "",
            notice_days=_notice_days(),
            now=clock.now(),
        )
        return _filed(enterprise)
    return _page(enterprise, form, title=ORDERS[kind].words)


@bp.route("/desk/register/<string:code>/filings/<int:seq>/strike", methods=["GET", "POST"])
@requires(Permission.REGISTER_FILE)
@finds(queries.get_by_code)
@once.for_each_key
def strike(code: str, seq: int) -> ResponseReturnValue:
    """Annul a filing, or withdraw one that has not taken effect, with its reason."""
    enterprise, form = _found(code), ReasonForm()
    filing = register.get_filing(enterprise, seq)
    if form.validate_on_submit():
        reason = form.reason.data or ""
        orders.strike(
            db.session, enterprise, seq, by=signed_in_user(), reason=reason, now=clock.now()
        )
        return _filed(enterprise)
    before, after = orders.without(enterprise, seq, today=today())
    return _page(
        enterprise,
        form,
        title=kind_words(filing.kind),
        filing=filing,
        differences=differences(before, after),
        contradiction=_contradiction(before, after),
    )


@bp.get("/desk/register/<string:code>/filings/<int:seq>/correct")
@requires(Permission.REGISTER_FILE)
@finds(queries.get_by_code)
def choose_correction(code: str, seq: int) -> str:
    """Choose what of a filing was entered wrongly."""
    enterprise = queries.get_by_code(db.session, code)
    said = chronology.said(register.get_filing(enterprise, seq).changes)
    return render_template(
        "enterprises/choose_correction.html",
        enterprise=enterprise,
        seq=seq,
        facts=shown({fact: said[fact] for fact in corrections.of(said)}),
    )


@bp.route(
    "/desk/register/<string:code>/filings/<int:seq>/correct/<string:fact>", methods=["GET", "POST"]
)
@requires(Permission.REGISTER_FILE)
@finds(queries.get_by_code)
@once.for_each_key
def correct(code: str, seq: int, fact: str) -> ResponseReturnValue:
    """Put what a filing says wrongly right, with the reason."""
    enterprise = _found(code)
    filing = register.get_filing(enterprise, seq)
    said = chronology.said(filing.changes)
    if fact not in corrections.of(said):
        abort(404)
    links = register.links_of(enterprise)
    known = chronology.facts(links, on=filing.effective_on, upto=seq)
    form = CorrectionForm(said, known, fact)
    if form.validate_on_submit():
        orders.correct(
            db.session,
            enterprise,
            seq,
            form.facts,
            by=signed_in_user(),
            reason=form.reason.data or "",
            now=clock.now(),
        )
        return _filed(enterprise, form.facts)
    return _page(enterprise, form, filing=filing, wrong=shown({fact: said[fact]}))


def _found(code: str) -> Enterprise:
    """Return the enterprise; held until the end where something is sent."""
    enterprise = queries.get_by_code(db.session, code)
    return register.locked(db.session, enterprise.id) if request.method == "POST" else enterprise


def _notice_days() -> int:
    set_ones = (one.setting_values.get(NOTICE_DAYS) for one in services_in_force(db.session))
    return next((int(days) for days in set_ones if days is not None), FEWEST_NOTICE_DAYS)


def _contradiction(before: Facts, after: Facts) -> Words | None:
    """Return that capital and contributions would differ without a filing; None: they would not."""
    apart = capital.apart(after)
    if apart is None or apart == capital.apart(before):
        return None
    return say(
        "The capital would then be %(capital)s and the contributions together %(contributions)s. "
        "Annul or correct the filing that made them so as well.",
        capital=apart[0].fact,
        contributions=apart[1].fact,
    )


def _filed(enterprise: Enterprise, right: Facts | None = None) -> ResponseReturnValue:
    """Go to the history of the enterprise; ``right``: what a correction put right."""
    flash(_("Filed. It stands in the history below."), "success")
    later = said_later(register.links_of(enterprise), right or {}, today=today())
    if later is not None:
        flash(
            _("A later filing says it too: correct filing %(number)s as well.", number=later),
            "warning",
        )
    there = url_for("enterprises.show", enterprise_id=enterprise.id, _anchor="history")
    return once.commit(redirect(there, 303))


def _page(enterprise: Enterprise, form: DeskForm, **shown: object) -> ResponseReturnValue:
    page = render_template("enterprises/registrar.html", enterprise=enterprise, form=form, **shown)
    return once.commit((page, 422)) if form.errors else (page, 200)
