"""The park's places: the free ones for everybody; for staff also who is where, and who was."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.enterprises import address_showing as showing
from servicedesk.enterprises.member_roles import NOT_ALLOWED, Act
from servicedesk.enterprises.models import AddressUnit
from servicedesk.enterprises.operations import proofs
from servicedesk.enterprises.policy import manages_addresses
from servicedesk.enterprises.queries import address_stock as queries
from servicedesk.enterprises.queries import addresses, members, register
from servicedesk.enterprises.queries.address_stock import Asked, EndingView
from servicedesk.enterprises.views import bp
from servicedesk.errors import NotPermitted
from servicedesk.extensions import db
from servicedesk.park import local_day
from servicedesk.web import once

STOCK: Final = "/desk/register/addresses"
_LONGEST_QUERY: Final = 60
_MOST_FREE: Final = 10_000


@bp.get("/addresses")
@public
def free_addresses() -> ResponseReturnValue:
    """Show which places of the park are free, without a word on who has the others."""
    asked = Asked(building=_narrow("building"), kind=_narrow("kind"), free=1)
    page = queries.search(
        db.session, asked, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template(
        "enterprises/free_addresses.html",
        asked=asked,
        page=page,
        places=showing.all_shown(page.items, {}),
        totals=queries.free_kinds(db.session),
        kinds=showing.KIND_WORDS,
    )


@bp.get(STOCK)
@requires(Permission.REGISTER_READ)
def addresses_overview() -> ResponseReturnValue:
    """Show how full the buildings are, and the places that a search finds."""
    today, asked = _today(), _asked()
    found = queries.buildings(db.session, today=today)
    page = queries.search(
        db.session, asked, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template(
        "enterprises/addresses.html",
        asked=asked,
        buildings=found,
        plot=showing.occupancy(found),
        said=showing.finding(found),
        ending=queries.count_ending(db.session, today=today),
        page=page,
        places=_shown(page.items, today),
        kinds=showing.KIND_WORDS,
        may_change=manages_addresses(signed_in_user()),
    )


@bp.get(f"{STOCK}/buildings/<string:key>")
@requires(Permission.REGISTER_READ)
@finds(queries.get_building)
def address_building(key: str) -> ResponseReturnValue:
    """Draw the floors of a building."""
    today = _today()
    building = queries.get_building(db.session, key, today=today)
    places = _shown(queries.units_of(db.session, key), today)
    return render_template(
        "enterprises/address_building.html",
        building=building,
        places=places,
        maps=showing.maps(places),
        faces=showing.FACE_WORDS,
    )


@bp.get(f"{STOCK}/units/<string:code>")
@requires(Permission.REGISTER_READ)
@finds(addresses.get_unit)
def address_unit(code: str) -> ResponseReturnValue:
    """Show a place: who is here, who was, and what was changed."""
    today, unit = _today(), addresses.get_unit(db.session, code)
    page = queries.holdings_of(
        db.session, unit, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template(
        "enterprises/address_unit.html",
        place=_shown([unit], today)[0],
        page=page,
        today_is=today,
        stays=[(one, showing.who(one), *showing.stay(one, today)) for one in page.items],
        history=showing.history(queries.changes_of(db.session, unit)),
        may_change=manages_addresses(signed_in_user()),
    )


@bp.get(f"{STOCK}/ending")
@requires(Permission.REGISTER_READ)
def addresses_ending() -> ResponseReturnValue:
    """List the leases that are over, or end soon."""
    today = _today()
    asked = request.args.get("view", "")
    view = EndingView(asked) if asked in set(EndingView) else EndingView.OVER
    page = queries.ending(
        db.session, view, today=today,
        after=request.args.get("after"), before=request.args.get("before"),
    )  # fmt: skip
    return render_template(
        "enterprises/addresses_ending.html",
        view=view,
        counts=queries.count_ending(db.session, today=today),
        page=page,
        stays=[(one, showing.who(one), _days_left(one.until, today)) for one in page.items],
        may_change=manages_addresses(signed_in_user()),
    )


def _shown(units: Sequence[AddressUnit], today: date) -> list[showing.Shown]:
    return showing.all_shown(units, queries.uses_of(db.session, units, today=today))


def _days_left(until: date | None, today: date) -> int:
    return (until - today).days if until is not None else 0


def _today() -> date:
    return local_day(clock.now())


def _narrow(name: str) -> str | None:
    return request.args.get(name, "").strip()[:20] or None


def _asked() -> Asked:
    free = request.args.get("free", "").strip()
    at_least = int(free) if free.isascii() and free.isdigit() else 0
    return Asked(
        text=request.args.get("q", "").strip().replace("\0", "")[:_LONGEST_QUERY],
        building=_narrow("building"),
        kind=_narrow("kind"),
        free=min(at_least, _MOST_FREE) or None,
    )


@bp.post("/enterprises/<int:enterprise_id>/places/<string:code>/proof")
@requires(Permission.ACCOUNT_OWN)
@finds(register.get_enterprise)
@once.for_each_key
def prove_address(enterprise_id: int, code: str) -> ResponseReturnValue:
    """Issue the proof of a place that an enterprise has, for those who act for it."""
    user = signed_in_user()
    enterprise = register.get_enterprise(db.session, enterprise_id, visible_to=user, today=_today())
    if Act.PREPARE not in members.acts_in(db.session, user, enterprise_id, None, today=_today()):
        raise NotPermitted(NOT_ALLOWED[Act.PREPARE])
    proofs.prove(db.session, enterprise, code, now=clock.now())
    flash(_("The proof of address is among the certificates."), "success")
    there = url_for("enterprises.show", enterprise_id=enterprise_id, _anchor="certificates")
    return once.commit(redirect(there, 303))
