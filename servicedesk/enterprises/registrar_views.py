"""The register at the desk, and what the registrar files of their own accord."""

from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.catalogue.queries import services_in_force
from servicedesk.enterprises import chronology, coherence, corrections
from servicedesk.enterprises.filing_words import kind_words, told
from servicedesk.enterprises.history import differences, said_later, shown
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import orders, register
from servicedesk.enterprises.orders import FEWEST_NOTICE_DAYS, NOTICE_DAYS, ORDERS
from servicedesk.enterprises.policy import moves_register
from servicedesk.enterprises.queries import address_stock, filings
from servicedesk.enterprises.queries import register as queries
from servicedesk.enterprises.registrar_forms import CorrectionForm, ReasonForm
from servicedesk.enterprises.views import bp
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.words import spoken, today

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
    title = ORDERS[kind].words

    def give(by: User, reason: str) -> None:
        orders.order(
            db.session,
            enterprise,
            kind,
            by=by,
            reason=reason,
            notice_days=_notice_days(),
            now=clock.now(),
        )

    return _filed_or_said(enterprise, form, give, title=title)


@bp.route("/desk/register/<string:code>/filings/<int:seq>/strike", methods=["GET", "POST"])
@requires(Permission.REGISTER_FILE)
@finds(queries.get_by_code)
@once.for_each_key
def strike(code: str, seq: int) -> ResponseReturnValue:
    """Annul a filing, or withdraw one that has not taken effect, with its reason."""
    enterprise, form = _found(code), ReasonForm()
    filing = register.get_filing(enterprise, seq)

    def annul(by: User, reason: str) -> None:
        orders.strike(db.session, enterprise, seq, by=by, reason=reason, now=clock.now())

    before, after = orders.without(enterprise, seq, today=today())
    return _filed_or_said(
        enterprise,
        form,
        annul,
        title=told(register.links_of(enterprise))[seq],
        filing=filing,
        differences=differences(before, after),
        contradiction=coherence.brought(before, after),
    )


@bp.get("/desk/register/<string:code>/filings/<int:seq>/correct")
@requires(Permission.REGISTER_FILE)
@finds(queries.get_by_code)
def choose_correction(code: str, seq: int) -> str:
    """Choose what of a filing was entered wrongly."""
    enterprise = _found(code)
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

    def put_right(by: User, reason: str) -> None:
        orders.correct(
            db.session, enterprise, seq, form.facts, by=by, reason=reason, now=clock.now()
        )

    wrong = shown({fact: said[fact]})
    return _filed_or_said(enterprise, form, put_right, filing=filing, wrong=wrong)


def _found(code: str) -> Enterprise:
    """Return the enterprise, for the registrar; held until the end where something is sent."""
    enterprise = queries.get_by_code(db.session, code)
    orders.require_registrar(signed_in_user())
    return register.locked(db.session, enterprise.id) if request.method == "POST" else enterprise


def _notice_days() -> int:
    set_ones = (one.setting_values.get(NOTICE_DAYS) for one in services_in_force(db.session))
    return next((int(days) for days in set_ones if days is not None), FEWEST_NOTICE_DAYS)


def _filed_or_said(
    enterprise: Enterprise, form: ReasonForm, file: Callable[[User, str], None], **shown: object
) -> ResponseReturnValue:
    """File it and go to the history; what forbids it is said on the form, whose words are kept.

    Whoever looked at an earlier last filing looks again: what they file may mean something else.
    """
    shown |= {"enterprise": enterprise, "form": form}
    if form.is_overtaken(str(enterprise.last_seq)):
        return _said(form, Overtaken(), shown)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                file(signed_in_user(), form.reason.data or "")
        except RuleBroken as fault:
            return _said(form, fault, shown)
        flash(_("Filed. It stands in the history below."), "success")
        _hint(enterprise, form)
        there = url_for("enterprises.show", enterprise_id=enterprise.id, _anchor="history")
        return once.commit(redirect(there, 303))
    return _page(form, shown, status=422)


def _hint(enterprise: Enterprise, form: ReasonForm) -> None:
    """Say where a later filing repeats what was put right."""
    right = form.facts if isinstance(form, CorrectionForm) else {}
    later = said_later(register.links_of(enterprise), right, today=today())
    if later is not None:
        words = _("A later filing says it too: correct filing %(number)s as well.", number=later)
        flash(words, "warning")


def _said(form: ReasonForm, fault: RuleBroken, shown: Mapping[str, object]) -> ResponseReturnValue:
    form.complain(spoken(fault.words))
    return _page(form, shown, status=409)


def _page(form: ReasonForm, shown: Mapping[str, object], *, status: int) -> ResponseReturnValue:
    page = render_template("enterprises/registrar.html", **shown)
    return once.commit((page, status)) if form.problems() else (page, 200)
