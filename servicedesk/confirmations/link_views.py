"""Behind a personal link, on the phone of whoever was invited: read, put right, confirm.

The link alone shows who invites and for what.  A code, mailed to the address of the person, opens
what the application says of them, in this browser and for half an hour.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing, trying_code, using_link
from servicedesk.cases import policy
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.wording import Choices
from servicedesk.confirmations import operations, own_forms, queries
from servicedesk.confirmations.forms import CodeForm, ConfirmForm
from servicedesk.confirmations.models import ConfirmationRequest
from servicedesk.confirmations.people import Line
from servicedesk.confirmations.queries import Row
from servicedesk.confirmations.texts import Confirmable, confirmable
from servicedesk.extensions import db
from servicedesk.web import language, once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.words import spoken

bp = Blueprint("personal_link", __name__, url_prefix="/confirm/<string:secret>")

_ENTERED: Final = "confirms"  # in the session: whose data is open here, and until when
_ASKED_BY: Final = "asked_for_code"  # in the session: what makes this browser's codes its own
_OPEN_FOR: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class _Open:
    """What an entered link shows."""

    asked: ConfirmationRequest
    case: Case
    service: Service
    row: Row
    choices: Choices
    shown: Confirmable


@bp.get("")
@public
@finds(queries.get_request)
def show(secret: str) -> ResponseReturnValue:
    """Say who invites and for what, and offer to mail a code."""
    asked = _asked(secret)
    if _is_entered(asked):
        return redirect(url_for("personal_link.data", secret=secret), 303)
    case = asked.case
    return render_template(
        "confirmations/link.html",
        case=case,
        service=service_of(case.service_version),
        asked=asked,
        secret=secret,
        button=ButtonForm(formdata=None),
    )


@bp.post("/ask")
@public
@finds(queries.get_request)
@once.for_each_key
def ask_code(secret: str) -> ResponseReturnValue:
    """Mail a one-time code to the address that the link was sent to."""
    asked, now = _asked(secret), clock.now()
    email = asked.sealed["email"]
    throttle().hit([*mailing(email, request.remote_addr or "", None), *mailbox(email)], now=now)
    operations.mail_code(db.session, asked, _here(asked), language=language.current(), now=now)
    return once.commit(redirect(url_for("personal_link.code", secret=secret), 303))


@bp.route("/code", methods=["GET", "POST"], endpoint="code")
@public
@finds(queries.get_request)
@once.for_each_key
def enter_code(secret: str) -> ResponseReturnValue:
    """Take the code, and open the data of the person for half an hour."""
    asked, form, now = _asked(secret), CodeForm(), clock.now()
    if form.validate_on_submit():
        here = _here(asked)
        with throttle().attempt(trying_code(here), now=now) as forgive:
            is_right = operations.enter(db.session, asked, here, form.code.data or "", now=now)
            if is_right:
                forgive()
        if is_right:
            session[_ENTERED] = {"request": asked.id, "until": (now + _OPEN_FOR).isoformat()}
            return once.commit(redirect(url_for("personal_link.data", secret=secret), 303))
        form.complain(
            _(
                "This code is not right, or no longer works. Copy it from the newest mail,"
                " in the browser in which you asked for it."
            ),
            form.code,
        )
    page = render_template(
        "confirmations/code.html", form=form, secret=secret, asked=asked,
        button=ButtonForm(formdata=None),
    )  # fmt: skip
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.route("/data", methods=["GET", "POST"])
@public
@finds(queries.get_request)
@once.for_each_key
def data(secret: str) -> ResponseReturnValue:
    """Show what the application says of the person, and take that it is right."""
    opened = _open(secret, lock=request.method == "POST")
    if opened is None:
        return redirect(url_for("personal_link.show", secret=secret), 303)
    if request.method == "GET":
        return _data_page(opened, secret)
    form = ConfirmForm()
    if not form.validate():
        return once.commit((_data_page(opened, secret), 422))
    if form.seen.data != opened.row.person.digest and policy.may_edit(opened.case):
        return once.commit((_data_page(opened, secret, was_changed=True), 409))
    operations.confirm(
        db.session, opened.case, opened.row, opened.shown,
        seen=form.seen.data or "", now=clock.now(),
    )  # fmt: skip
    return once.commit(redirect(url_for("personal_link.data", secret=secret), 303))


@bp.route("/lines/<int:number>", methods=["GET", "POST"])
@public
@finds(queries.get_request)
@once.for_each_key
def correct(secret: str, number: int) -> ResponseReturnValue:
    """Ask what is right, of one of the places where the person is named."""
    opened = _open(secret, lock=request.method == "POST")
    if opened is None:
        return redirect(url_for("personal_link.show", secret=secret), 303)
    lines = opened.row.person.lines
    if not 0 < number <= len(lines) or not policy.may_edit(opened.case):
        return redirect(url_for("personal_link.data", secret=secret), 303)
    line = lines[number - 1]
    form = own_forms.form_of(
        opened.case, opened.service, line, language.current(), opened.choices,
        sent=request.form if request.method == "POST" else None,
    )  # fmt: skip
    if request.method == "GET":
        return _line_page(opened, line, form, secret)
    return _take(opened, line, form, secret)


def _take(opened: _Open, line: Line, form: PageForm, secret: str) -> ResponseReturnValue:
    """Put into the application what is in order; ask again for what is not."""
    now, case, service = clock.now(), opened.case, opened.service
    person, seen = opened.row.person, request.form.get("seen", "")
    if seen != person.digest:
        page = _line_page(opened, line, form, secret, was_changed=True)
        return once.commit((page, 409))
    is_wrong = not form.validate() or own_forms.complain(
        db.session, case, service, form, person=person, line=line, now=now
    )
    if is_wrong:
        return once.commit((_line_page(opened, line, form, secret), 422))
    own = own_forms.read(form, service, line)
    changes = own_forms.changes(line, own, opened.choices)
    if changes:
        try:
            operations.correct(
                db.session, case, service, row=opened.row, line=line, answers=own,
                seen=seen, changes=changes, now=now,
            )  # fmt: skip
        except operations.SomebodyElse as refusal:
            form.complain(spoken(refusal.words))
            return once.commit((_line_page(opened, line, form, secret), 422))
    return once.commit(redirect(url_for("personal_link.data", secret=secret), 303))


def _data_page(opened: _Open, secret: str, *, was_changed: bool = False) -> str:
    form = ConfirmForm(formdata=None, data={"seen": opened.row.person.digest})
    return render_template(
        "confirmations/data.html",
        opened=opened,
        case=opened.case,
        service=opened.service,
        secret=secret,
        form=form,
        is_open=policy.may_edit(opened.case),
        was_changed=was_changed,
    )


def _line_page(
    opened: _Open, line: Line, form: PageForm, secret: str, *, was_changed: bool = False
) -> str:
    return render_template(
        "confirmations/line.html", opened=opened, line=line, form=form, secret=secret,
        seen=opened.row.person.digest, was_changed=was_changed,
    )  # fmt: skip


def _asked(secret: str, *, lock: bool = False) -> ConfirmationRequest:
    """Return the request of a link; whoever tries links is slowed down."""
    now = clock.now()
    throttle().hit(using_link(secret, request.remote_addr or ""), now=now)
    return queries.get_request(db.session, secret, now=now, lock=lock)


def _open(secret: str, *, lock: bool) -> _Open | None:
    """Return what the link shows; None: in this browser no code was given, or not lately."""
    asked = _asked(secret, lock=lock)
    if not _is_entered(asked):
        return None
    case, now = asked.case, clock.now()
    service = service_of(case.service_version)
    row = queries.get_row(db.session, asked, service)
    choices = own_forms.choices_shown(db.session, case, service, now=now)
    shown = confirmable(service, row.person, language.current(), choices)
    return _Open(asked, case, service, row, choices, shown)


def _is_entered(asked: ConfirmationRequest) -> bool:
    entered = session.get(_ENTERED) or {}
    return (
        entered.get("request") == asked.id
        and datetime.fromisoformat(entered["until"]) > clock.now()
    )


def _here(asked: ConfirmationRequest) -> str:
    """Return what a code stands for: this request, in this browser."""
    mark = session.setdefault(_ASKED_BY, secrets.token_urlsafe(16))
    return f"confirm {asked.id} {mark}"
