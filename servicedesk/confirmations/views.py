"""The board of an application: who has confirmed, who is missing, whom to invite or remind."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing
from servicedesk.cases import policy
from servicedesk.cases.models import Case
from servicedesk.cases.queries import get_own_case
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations import operations, presenting, queries
from servicedesk.confirmations.forms import AddressForm, InviteForm, invite_form
from servicedesk.confirmations.models import ConfirmationRequest
from servicedesk.confirmations.presenting import Shown
from servicedesk.enterprises.member_roles import Act
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment
from servicedesk.web.words import spoken
from servicedesk.words import say

bp = Blueprint("confirmations", __name__, url_prefix="/cases/<string:reference>/confirmations")


@bp.get("")
@requires(Permission.CASE_APPLY)
@finds(get_own_case)
def board(reference: str) -> ResponseReturnValue:
    """Show everybody who has to confirm, and how far they are."""
    case = _own(reference)
    return _page(case, service_of(case.service_version))


@bp.get("/now")
@requires(Permission.CASE_APPLY)
@finds(get_own_case)
def now(reference: str) -> ResponseReturnValue:
    """Return the part of the board that says how far everybody is, if it changed."""
    case = _own(reference)
    people = _people(case, service_of(case.service_version))
    state = [(one.name, one.state, one.row.was_confirmed_at, len(one.corrected)) for one in people]
    return fragment("confirmations/now.html", state, **_of_board(case, people))


@bp.post("/invite")
@requires(Permission.CASE_APPLY)
@finds(get_own_case)
@once.for_each_key
def invite(reference: str) -> ResponseReturnValue:
    """Send their personal links to all whose address is filled in."""
    user = signed_in_user()
    case = get_own_case(
        db.session, reference, user=user, now=clock.now(), act=Act.PREPARE, lock=True
    )
    service = service_of(case.service_version)
    form = _invite_form(case, _people(case, service), is_sent=True)
    if not form.validate():
        return once.commit((_page(case, service, form=form), 422))
    invited = form.wishes()
    for _person, email, _language, _representative in invited:
        _slow_down(email.data)
    for person, email, language, representative in invited:
        try:
            with db.session.begin_nested():
                operations.invite(
                    db.session, case, service, person, email=email.data, language=language.data,
                    representative=representative.data if representative else "",
                    by=user, now=clock.now(), kept=_kept(),
                )  # fmt: skip
        except operations.AddressShared as refusal:
            form.complain(spoken(refusal.words), email)
    if form.errors:
        db.session.rollback()
        return _page(_own(reference), service, form=form), 422
    words = ngettext(
        "Invitation sent to %(num)s person.", "Invitations sent to %(num)s people.", len(invited)
    )
    flash(words, "success")
    return once.commit(redirect(url_for("confirmations.board", reference=reference), 303))


@bp.post("/<int:request_id>/address")
@requires(Permission.CASE_APPLY)
@finds(get_own_case, queries.get_asked)
@once.for_each_key
def readdress(reference: str, request_id: int) -> ResponseReturnValue:
    """Send somebody a new link to another address; the old one works no more."""
    user = signed_in_user()
    case = get_own_case(
        db.session, reference, user=user, now=clock.now(), act=Act.PREPARE, lock=True
    )
    service = service_of(case.service_version)
    asked = queries.get_asked(db.session, case, request_id)
    row = queries.get_row(db.session, asked, service)
    form = AddressForm()
    if not form.validate():
        return once.commit((_page(case, service, address=(asked, form)), 422))
    _slow_down(form.email.data or "")
    operations.invite(
        db.session, case, service, row.person, email=form.email.data or "",
        language=asked.language, representative=asked.sealed.get("representative", ""),
        by=user, now=clock.now(), kept=_kept(),
    )  # fmt: skip
    return once.commit(redirect(url_for("confirmations.board", reference=reference), 303))


@bp.post("/<int:request_id>/remind")
@requires(Permission.CASE_APPLY)
@finds(get_own_case, queries.get_asked)
@once.for_each_key
def remind(reference: str, request_id: int) -> ResponseReturnValue:
    """Mail somebody their link again."""
    user = signed_in_user()
    case = get_own_case(
        db.session, reference, user=user, now=clock.now(), act=Act.PREPARE, lock=True
    )
    asked = queries.get_asked(db.session, case, request_id)
    _slow_down(asked.sealed.get("email", ""))
    operations.remind(
        db.session, asked, service_of(case.service_version),
        by=user, now=clock.now(), kept=_kept(),
    )  # fmt: skip
    flash(spoken(say("We have sent the link to %(name)s again.", name=asked.sealed["name"])))
    return once.commit(redirect(url_for("confirmations.board", reference=reference), 303))


def _own(reference: str) -> Case:
    return get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())


def _page(
    case: Case,
    service: Service,
    *,
    form: InviteForm | None = None,
    address: tuple[ConfirmationRequest, AddressForm] | None = None,
) -> str:
    """Return the board; ``form`` and ``address`` as they were sent, where something is wrong."""
    people = _people(case, service)
    if not people:
        raise NotFound(say("Nobody has to confirm anything in this application."))
    sent, wrong = address or (None, None)
    addresses = {
        one.asked.id: wrong
        if wrong is not None and sent is not None and sent.id == one.asked.id
        else _address_form(one.asked)
        for one in people
        if one.asked is not None and one.may_be_reminded
    }
    return render_template(
        "confirmations/board.html",
        service=service,
        invite=form or _invite_form(case, people, is_sent=False),
        addresses=addresses,
        wrong=wrong or form,
        **_of_board(case, people),
    )


def _of_board(case: Case, people: list[Shown]) -> dict[str, object]:
    return {
        "case": case,
        "people": people,
        "done": sum(one.row.is_confirmed for one in people),
        "is_open": policy.may_edit(case),
        "button": ButtonForm(formdata=None),
    }


def _people(case: Case, service: Service) -> list[Shown]:
    found, moment = queries.rows(db.session, case, service), clock.now()
    return [presenting.shown(one, is_open=policy.may_edit(case), now=moment) for one in found]


def _invite_form(case: Case, people: list[Shown], *, is_sent: bool) -> InviteForm:
    """Return the form for those who have no link and something to confirm."""
    missing = [
        one.row.person
        for one in people
        if not one.row.is_confirmed and (one.asked is None or one.asked.link_hash is None)
    ]
    return invite_form(case.reference, missing, is_sent=is_sent)


def _address_form(asked: ConfirmationRequest) -> AddressForm:
    form = AddressForm(formdata=None, data={"email": asked.sealed.get("email", "")})
    form.email.id = f"email-{asked.id}"
    return form


def _slow_down(email: str) -> None:
    """Keep a mailbox from being flooded.

    Raises:
        TooMany: it gets too many mails already, or too many are sent from here.
    """
    here = request.remote_addr or ""
    throttle().hit([*mailing(email, here, None), *mailbox(email)], now=clock.now())


def _kept() -> timedelta:
    """Return how long a personal link works."""
    return timedelta(days=current_app.config["CONFIRMATION_LINK_DAYS"])
