"""Changes of the park's places by its staff, each with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises.address_forms import (
    AddForm,
    ProlongForm,
    ReasonForm,
    SettleForm,
    TermsForm,
    not_before,
)
from servicedesk.enterprises.address_showing import who
from servicedesk.enterprises.address_views import STOCK
from servicedesk.enterprises.models import AddressHolding, AddressUnit
from servicedesk.enterprises.operations import address_stock as operations
from servicedesk.enterprises.operations.address_stock import Change
from servicedesk.enterprises.policy import require_manages_addresses
from servicedesk.enterprises.queries import address_stock as queries
from servicedesk.enterprises.queries import addresses
from servicedesk.enterprises.views import bp
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.park import local_day
from servicedesk.web import once
from servicedesk.web.words import spoken

_UNIT: Final = f"{STOCK}/units/<string:code>"
_PLACE: Final = f"{STOCK}/places/<int:holding_id>"


@bp.route(f"{STOCK}/new", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@once.for_each_key
def add_address() -> ResponseReturnValue:
    """Add a place to a building."""
    require_manages_addresses(signed_in_user())
    form = AddForm()
    form.offer(queries.buildings(db.session, today=local_day(clock.now())))
    matter = _Matter(_("Add a place"), form.code.data or "")
    if form.validate_on_submit():
        beside = queries.units_of(db.session, form.building.data)[0]
        return _done_or_said(
            lambda: operations.add(db.session, form.place(beside), _change(form)), form, matter
        )
    return _page(form, matter)


@bp.route(f"{_UNIT}/change", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@finds(addresses.get_unit)
@once.for_each_key
def change_address(code: str) -> ResponseReturnValue:
    """Change how many a place holds, its area or its conditions."""
    unit = _unit(code)
    form = TermsForm(data=TermsForm.of(unit))
    matter = _Matter(_("Change %(unit)s", unit=code), code, unit)
    form.last_asked()
    if form.validate_on_submit():
        return _done_or_said(
            lambda: operations.change_terms(
                db.session, unit, form.terms(), _change(form), seen=form.seen.data or ""
            ),
            form,
            matter,
        )
    return _page(form, matter)


@bp.route(f"{_UNIT}/out-of-use", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@finds(addresses.get_unit)
@once.for_each_key
def close_address(code: str) -> ResponseReturnValue:
    """Take a place out of use."""
    unit = _unit(code)
    form, matter = ReasonForm(), _Matter(_("Take %(unit)s out of use", unit=code), code, unit)
    if form.validate_on_submit():
        return _done_or_said(
            lambda: operations.take_out_of_use(db.session, unit, _change(form)), form, matter
        )
    return _page(form, matter)


@bp.route(f"{_UNIT}/use", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@finds(addresses.get_unit)
@once.for_each_key
def open_address(code: str) -> ResponseReturnValue:
    """Put a place into use again."""
    unit = _unit(code)
    form, matter = ReasonForm(), _Matter(_("Put %(unit)s into use again", unit=code), code, unit)
    if form.validate_on_submit():
        return _done_or_said(
            lambda: operations.put_into_use(db.session, unit, _change(form)), form, matter
        )
    return _page(form, matter)


@bp.route(f"{_UNIT}/enter", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@finds(addresses.get_unit)
@once.for_each_key
def enter_occupant(code: str) -> ResponseReturnValue:
    """Enter a company that is here without an application of this desk."""
    unit = _unit(code)
    form, matter = SettleForm(), _Matter(_("Enter who is at %(unit)s", unit=code), code, unit)
    form.last_asked()
    if form.validate_on_submit() and not_before(form, local_day(clock.now())):
        return _done_or_said(
            lambda: operations.settle(
                db.session, unit, form.occupant.data or "", _change(form), until=form.until.data
            ),
            form,
            matter,
        )
    return _page(form, matter)


@bp.route(f"{_PLACE}/release", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@finds(queries.get_taken)
@once.for_each_key
def release_place(holding_id: int) -> ResponseReturnValue:
    """Release the place that somebody has taken."""
    holding = queries.get_taken(db.session, holding_id)
    require_manages_addresses(signed_in_user())
    form = ReasonForm()
    matter = _matter_of(holding, _("Release a place at %(unit)s", unit=holding.unit.code))
    if form.validate_on_submit():
        return _done_or_said(
            lambda: operations.release(db.session, holding, _change(form)),
            form,
            matter,
        )
    return _page(form, matter)


@bp.route(f"{_PLACE}/prolong", methods=["GET", "POST"])
@requires(Permission.ADDRESS_MANAGE)
@finds(queries.get_taken)
@once.for_each_key
def prolong_place(holding_id: int) -> ResponseReturnValue:
    """Let a lease or stay last longer, or end on another day."""
    holding = queries.get_taken(db.session, holding_id)
    require_manages_addresses(signed_in_user())
    form = ProlongForm(data=ProlongForm.of(holding))
    form.last_asked()
    matter = _matter_of(holding, _("Prolong the stay at %(unit)s", unit=holding.unit.code))
    if form.validate_on_submit() and not_before(form, local_day(clock.now())):
        return _done_or_said(
            lambda: operations.prolong(
                db.session, holding, form.until.data, _change(form), seen=form.seen.data or ""
            ),
            form,
            matter,
        )
    return _page(form, matter)


def _unit(code: str) -> AddressUnit:
    """Return the place that is to be changed.

    Raises:
        NotFound: the park has none.
        NotPermitted: this person may not change it.
    """
    unit = addresses.get_unit(db.session, code)
    require_manages_addresses(signed_in_user())
    return unit


def _matter_of(holding: AddressHolding, title: str) -> "_Matter":
    return _Matter(title, holding.unit.code, holding.unit, who(holding))


def _change(form: ReasonForm) -> Change:
    return Change(signed_in_user(), form.reason.data or "", clock.now())


@dataclass(frozen=True)
class _Matter:
    """What is changed: the words above the form, the place, and the company that is concerned."""

    title: str
    code: str
    unit: AddressUnit | None = None
    company: str | None = None


def _done_or_said(
    do: Callable[[], object], form: ReasonForm, matter: _Matter
) -> ResponseReturnValue:
    """Do it and go to the place; what forbids it is said on the form, whose words are kept."""
    try:
        do()
    except RuleBroken as fault:
        form.complain(spoken(fault.words))
        return _page(form, matter, status=409)
    flash(_("The change is saved."), "success")
    return once.commit(redirect(url_for("enterprises.address_unit", code=matter.code), 303))


def _page(form: ReasonForm, matter: _Matter, *, status: int = 422) -> ResponseReturnValue:
    drawn = render_template("enterprises/address_change.html", form=form, matter=matter)
    return once.commit((drawn, status)) if form.problems() else (drawn, 200)
