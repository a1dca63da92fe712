"""Promises checked after the approval and papers that followed: the list, and what was found."""

from dataclasses import replace
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import commitment_queries, queries
from servicedesk.cases.commitments import CommitmentKind, CommitmentState
from servicedesk.cases.models import Case
from servicedesk.cases.operations import keeping
from servicedesk.cases.pledges import Commitment
from servicedesk.catalogue.queries import service_of
from servicedesk.desk import commitment_lists, commitment_panel, presenting
from servicedesk.desk.commitment_forms import FalseForm, NotKeptForm
from servicedesk.desk.commitment_lists import CommitmentView
from servicedesk.desk.views import bp
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.park import park
from servicedesk.web import language, once
from servicedesk.web.forms import ActForm
from servicedesk.words import Words, say

_FORMS: Final[dict[CommitmentState, type[ActForm]]] = {
    CommitmentState.KEPT: ActForm,
    CommitmentState.NOT_KEPT: NotKeptForm,
    CommitmentState.FALSE: FalseForm,
}
_LEADS: Final[dict[tuple[CommitmentKind, CommitmentState], Words]] = {  # basis: the park's rule
    (CommitmentKind.PROMISE, CommitmentState.NOT_KEPT): say(
        "A promise that is not kept is put right in time, or the approval is revoked (%(basis)s).",
    ),
    (CommitmentKind.PROMISE, CommitmentState.FALSE): say(
        "What is approved on a false promise is revoked, and the promise is entered in the credit"
        " record (%(basis)s). A supervisor revokes it on the page of the case.",
    ),
}


@bp.get("/commitments")
@requires(Permission.CASE_WORK)
def commitments() -> ResponseReturnValue:
    """List what was promised to this person's departments and the papers they wait for."""
    user, now = signed_in_user(), clock.now()
    asked = request.args.get("view", "")
    view = CommitmentView(asked) if asked in set(CommitmentView) else CommitmentView.TO_CHECK
    page = commitment_lists.listed(
        db.session, user, view, now=now,
        after=request.args.get("after"), before=request.args.get("before"),
    )  # fmt: skip
    return render_template(
        "desk/commitments.html", page=page, view=view, now=now,
        rows=commitment_panel.rows(db.session, page.items, now=now),
        counts=commitment_lists.counts(db.session, user, now=now),
        departments=[park().departments[key] for key in sorted(user.departments)],
    )  # fmt: skip


@bp.route(
    "/cases/<string:reference>/commitments/<int:commitment_id>/<string:name>",
    methods=["GET", "POST"],
)
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, commitment_queries.get_commitment)
@once.for_each_key
def judge(reference: str, commitment_id: int, name: str) -> ResponseReturnValue:
    """Say what was found of a promise or a paper that followed: kept, not kept, false."""
    user, is_sent = signed_in_user(), request.method == "POST"
    case = queries.get_desk_case(db.session, reference, user=user, lock=is_sent)
    commitment = commitment_queries.get_commitment(db.session, case, commitment_id)
    found, service = _found(commitment, name), service_of(case.service_version)
    form = _FORMS[found]()
    is_overtaken = form.is_overtaken(commitment_lists.state_of(commitment))
    if not is_overtaken:
        keeping.require_may_judge(case, commitment, found, user)
    if is_sent and not is_overtaken and form.validate():
        keeping.judge(
            db.session, case, service, commitment, found, by=user, now=clock.now(),
            **{key: value for key, value in form.data.items() if key in {"reason", "working_days"}},
        )  # fmt: skip
        flash(_("What you found is on record."), "success")
        return once.commit(redirect(url_for("desk.case", reference=reference), 303))
    page = _page(case, commitment, found, form, is_overtaken=is_overtaken)
    return page, 409 if is_overtaken else (422 if is_sent else 200)


def _found(commitment: Commitment, name: str) -> CommitmentState:
    """Return what ``name`` in the address says was found.

    Raises:
        NotFound: the desk never finds that of such a commitment.
    """
    if (commitment.kind, name) not in commitment_panel.ACTS:
        raise NotFound(say("There is no such promise or paper."))
    return CommitmentState(name)


def _page(
    case: Case,
    commitment: Commitment,
    found: CommitmentState,
    form: ActForm,
    *,
    is_overtaken: bool,
) -> str:
    service, now = service_of(case.service_version), clock.now()
    changed = None
    if is_overtaken:
        changed = presenting.changed(
            db.session, case, service, language=language.current(), now=now
        )
    calendar, lead = load_calendar(db.session), _LEADS.get((commitment.kind, found))
    return render_template(
        "desk/commitment.html", case=case, service=service, form=form, changed=changed,
        row=commitment_panel.row(commitment, case, service, calendar, user=None, now=now),
        action=commitment_panel.ACTS[commitment.kind, found],
        lead=replace(lead, facts={"basis": park().promises_by}) if lead else None,
    )  # fmt: skip
