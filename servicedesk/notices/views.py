"""What was sent, and what could not be: for administrators."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from servicedesk.accounts.access import finds, requires
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import unannounced
from servicedesk.extensions import db
from servicedesk.notices import kinds, operations, queries
from servicedesk.notices.models import DeliveryState
from servicedesk.web import once
from servicedesk.web.forms import DeskForm
from servicedesk.web.paging import one_of
from servicedesk.web.words import today

bp = Blueprint("notices", __name__)

_FILTERS: Final[dict[str, DeliveryState | None]] = {
    "all": None,
    **{state.value: state for state in DeliveryState},
}


@bp.route("/admin/notices")
@requires(Permission.ADMIN)
def index() -> ResponseReturnValue:
    """List notices, the newest first, those of one state if asked."""
    chosen, state = one_of(request.args.get("state"), _FILTERS, "all")
    page = queries.notices(
        db.session,
        state=state,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "notices/index.html",
        page=page,
        chosen=chosen,
        counts=queries.count_by_state(db.session),
        states=kinds.STATES,
        name_of=kinds.name_of,
        button=DeskForm(),
        unannounced=unannounced(db.session, today(), today()),
    )


@bp.route("/admin/notices/<int:notice_id>/retry", methods=["POST"])
@requires(Permission.ADMIN)
@finds(queries.get_notice)
@once.for_each_key
def retry(notice_id: int) -> ResponseReturnValue:
    """Put a notice that was given up back into the queue."""
    operations.retry(db.session, queries.get_notice(db.session, notice_id))
    flash(gettext("The notice is on its way again."), "success")
    return once.commit(redirect(url_for("notices.index", state=DeliveryState.FAILED.value), 303))
