"""The screens on the wall: of a whole hall, of one queue, of one counter."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.hall import presenting, queries
from servicedesk.hall.models import Hall
from servicedesk.hall.presenting import Board
from servicedesk.hall.topics import hall_topic
from servicedesk.hall.views import bp
from servicedesk.web.fragments import same_for_all
from servicedesk.words import say


@bp.get("/<string:hall>/board")
@public
@finds(queries.get_hall)
def board(hall: str) -> ResponseReturnValue:
    """Show who is called where, and who is next; refreshes itself without scripts, too."""
    found = queries.get_hall(db.session, hall)
    return render_template(
        "hall/board.html", board=_board(found), topic=hall_topic(found.id),
        words=presenting.BOARD_WORDS, chosen=request.args.to_dict(),
    )  # fmt: skip


@bp.get("/<string:hall>/board/now")
@public
@finds(queries.get_hall)
@same_for_all
def board_now(hall: str) -> ResponseReturnValue:
    """Return what changes on a board; always anew, as it says of when it is."""
    shown = _board(queries.get_hall(db.session, hall))
    return render_template("hall/board_now.html", board=shown, words=presenting.BOARD_WORDS)


def _board(hall: Hall) -> Board:
    asked = request.args.get("queue")
    queue = next((one for one in hall.queues if one.key == asked), None)
    number = request.args.get("counter", type=int)
    counter = next((one for one in hall.counters if one.number == number), None)
    if (asked and queue is None) or ("counter" in request.args and counter is None):
        raise NotFound(say("There is no such board in this hall."))
    return presenting.board(db.session, hall, clock.now(), queue, counter)
