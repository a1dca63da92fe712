"""The tracking page: a number alone shows one word; a code by mail shows the rest (S2).

The page never says whether a number it was asked for exists, except by that one word; asking
for a code answers the same whether it was sent or not.  A code is good only in the browser that
asked for it: strangers who ask, or guess, void nobody else's (S5).
"""

import secrets
from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts import known_browsers, tokens
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.models import TokenPurpose
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import looking_up, tracking_mail, trying_code
from servicedesk.cases import presenting, queries
from servicedesk.cases.lifecycle import STATUS_WORDS
from servicedesk.cases.models import Case
from servicedesk.cases.operations import correspondence
from servicedesk.cases.status_sentence import TONES
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.tracking.forms import AskCodeForm, CodeForm, NumberForm
from servicedesk.web import once
from servicedesk.words import say

bp = Blueprint("tracking", __name__, url_prefix="/track")

_SEEN = "tracked"  # in the session: the number whose code was given
_ASKED_BY = "asked_for_code"  # in the session: what makes this browser's codes its own
_SHOWN_FOR = timedelta(minutes=30)


@bp.get("")
@public
def track() -> ResponseReturnValue:
    """Ask for a number, and show the one word that says where it stands."""
    if "number" not in request.args:
        return render_template("tracking/track.html", form=NumberForm(formdata=None), found=None)
    form = NumberForm()
    found = None
    if form.validate():
        circles = looking_up(request.remote_addr or "", known_browsers.any_mark())
        throttle().hit(circles, now=clock.now())
        found = _find(form.number.data or "")
        if found is None:
            form.complain(_("There is no such number. Look at your receipt again."), form.number)
    page = render_template(
        "tracking/track.html", form=form, found=found, ask=AskCodeForm(formdata=None),
        word=STATUS_WORDS[found.status] if found else None,
        tag=TONES[found.status] if found else None,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/<string:number>/ask")
@public
@finds(queries.find_case_by_reference)
@once.for_each_key
def ask_code(number: str) -> ResponseReturnValue:
    """Mail a one-time code to the applicant; answer the same for any number."""
    form = AskCodeForm()
    now = clock.now()
    if form.validate():
        throttle().hit(tracking_mail(number, request.remote_addr or ""), now=now)
        found, here = _find(number), _here(number)
        if found is not None:
            code = tokens.issue_code(db.session, TokenPurpose.TRACK, here, now=now)
            service = service_of(found.service_version)
            correspondence.mail_code(db.session, found, service, code=code, now=now)
    return once.commit(redirect(url_for("tracking.code", number=number), 303))


@bp.route("/<string:number>/code", methods=["GET", "POST"], endpoint="code")
@public
@once.for_each_key
def enter_code(number: str) -> ResponseReturnValue:
    """Take the code, and open the details for half an hour."""
    form = CodeForm()
    now = clock.now()
    if form.validate_on_submit():
        here, code = _here(number), form.code.data or ""
        with throttle().attempt(trying_code(here), now=now) as forgive:
            is_right = tokens.spend_code(db.session, TokenPurpose.TRACK, here, code, now=now)
            if is_right:
                forgive()
        if is_right:
            session[_SEEN] = {"number": number, "until": (now + _SHOWN_FOR).isoformat()}
            return once.commit(redirect(url_for("tracking.details", number=number), 303))
        form.complain(
            _(
                "This code is not right, or no longer works. Copy it from the newest mail,"
                " in the browser in which you asked for it."
            ),
            form.code,
        )
    page = render_template(
        "tracking/code.html", number=number, form=form, ask=AskCodeForm(formdata=None)
    )
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.get("/<string:number>")
@public
@finds(queries.find_case_by_reference)
def details(number: str) -> ResponseReturnValue:
    """Show where the application stands, to those who gave the code."""
    now = clock.now()
    seen = session.get(_SEEN) or {}
    if seen.get("number") != number or seen.get("until", "") <= now.isoformat():
        return redirect(url_for("tracking.code", number=number), 303)
    found = _find(number)
    if found is None:
        raise NotFound(say("There is no application %(reference)s.", reference=number))
    service = service_of(found.service_version)
    kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
    status = presenting.status_page(db.session, found, service, now=now, kept=kept)
    return render_template("tracking/details.html", case=found, service=service, status=status)


def _here(number: str) -> str:
    """Return what a code stands for: this number, in this browser."""
    mark = session.setdefault(_ASKED_BY, secrets.token_urlsafe(16))
    return f"{number} {mark}"


def _find(number: str) -> Case | None:
    """Return the application of a number, once it was sent."""
    found = queries.find_case_by_reference(db.session, number)
    return found if found is not None and found.submitted_at is not None else None
