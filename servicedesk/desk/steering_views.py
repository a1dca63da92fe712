"""A supervisor steers a hall: messages, calls for help, moves of clerks, and what if."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import steering_showing
from servicedesk.desk.steering_forms import AnnounceForm, HelpForm, MoveForm, OpenForm
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import queries, simulated, steering_queries, what_if
from servicedesk.hall.models import Counter, Hall, Sitting
from servicedesk.hall.operations import steering
from servicedesk.web import once
from servicedesk.web.fields import Option
from servicedesk.web.filters import text
from servicedesk.web.forms import ButtonForm


@bp.get("/hall/<string:hall>/what-if")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
def hall_what_if(hall: str) -> ResponseReturnValue:
    """Show what one more counter, one fewer or closed doors would do to the rest of the day."""
    now = clock.now()
    present = simulated.present(db.session, queries.get_hall(db.session, hall), now)
    db.session.rollback()  # what follows takes its time: no transaction waits for it
    outcomes = what_if.work_out(present)
    return render_template(
        "desk/what_if.html", hall=queries.get_hall(db.session, hall), present=present, now=now,
        ways=steering_showing.ways_of(outcomes, now), weeks=simulated.WEEKS,
    )  # fmt: skip


@bp.route("/hall/<string:hall>/messages", methods=["GET", "POST"])
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
@once.for_each_key
def messages(hall: str) -> ResponseReturnValue:
    """Show the messages of a hall, and announce another."""
    found, now, form = queries.get_hall(db.session, hall), clock.now(), AnnounceForm()
    if form.validate_on_submit() and (message := form.message()) is not None:
        until = form.shown_until(now)
        steering.announce(db.session, found, message, until=until, by=signed_in_user(), now=now)
        flash(_("The message is shown in the hall, and spoken once."), "success")
        return once.commit(redirect(url_for("desk.messages", hall=hall), 303))
    page = render_template(
        "desk/messages.html", hall=found, form=form, button=ButtonForm(formdata=None),
        announced=steering_queries.announced(db.session, found, now),
        past=steering_queries.past_announcements(db.session, found, now),
    )  # fmt: skip
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.post("/hall/<string:hall>/messages/<int:number>/withdraw")
@requires(Permission.HALL_OVERSEE)
@finds(steering_queries.get_announcement)
@once.for_each_key
def withdraw_message(hall: str, number: int) -> ResponseReturnValue:
    """Show a message no more."""
    message = steering_queries.get_announcement(db.session, hall, number)
    steering.withdraw(db.session, message, by=signed_in_user(), now=clock.now())
    flash(_("The message is not shown any more."), "success")
    return once.commit(redirect(url_for("desk.messages", hall=hall), 303))


@bp.route("/hall/<string:hall>/help", methods=["GET", "POST"])
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
@once.for_each_key
def call_to_help(hall: str) -> ResponseReturnValue:
    """Call clerks to help."""
    found, form = queries.get_hall(db.session, hall), HelpForm()
    sittings = queries.open_sittings(db.session, found)
    form.to.choices = steering_showing.whom_to_ask(sittings, but=signed_in_user())
    if form.validate_on_submit():
        audience, clerk = steering_showing.asked(form.to.data, sittings)
        steering.call_to_help(
            db.session, found, audience, by=signed_in_user(), now=clock.now(),
            words=form.words.data or "", clerk=clerk,
        )  # fmt: skip
        flash(_("They are asked on their pages. Their answers appear here."), "success")
        return _to_hall(hall)
    page = render_template("desk/help.html", hall=found, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.post("/hall/<string:hall>/help/<int:number>/end")
@requires(Permission.HALL_OVERSEE)
@finds(steering_queries.get_help)
@once.for_each_key
def end_help(hall: str, number: int) -> ResponseReturnValue:
    """Ask no more."""
    call = steering_queries.get_help(db.session, hall, number)
    steering.end_help(db.session, call, now=clock.now())
    return _to_hall(hall)


@bp.route("/hall/<string:hall>/counters/<int:number>/move", methods=["GET", "POST"])
@requires(Permission.HALL_OVERSEE)
@finds(steering_queries.get_sitting_at)
@once.for_each_key
def move_clerk(hall: str, number: int) -> ResponseReturnValue:
    """Let the clerk at a counter serve other lines."""
    sitting = steering_queries.get_sitting_at(db.session, hall, number)
    form = _move_form(sitting.counter.hall, sitting)
    if form.validate_on_submit():
        chosen = [int(one) for one in form.queues.data or ()]
        steering.move_clerk(db.session, sitting, chosen, by=signed_in_user(), now=clock.now())
        flash(_("Counter %(number)s serves these lines now.", number=number), "success")
        return _to_hall(hall)
    page = render_template("desk/move_clerk.html", sitting=sitting, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.route("/hall/<string:hall>/counters/<int:number>/open", methods=["GET", "POST"])
@requires(Permission.HALL_OVERSEE)
@finds(steering_queries.get_closed_counter)
@once.for_each_key
def open_counter(hall: str, number: int) -> ResponseReturnValue:
    """Send a clerk to a counter that is not open."""
    counter = steering_queries.get_closed_counter(db.session, hall, number)
    form = _open_form(counter)
    if form.validate_on_submit():
        clerk = db.session.get_one(User, int(form.clerk.data))
        steering.open_counter(
            db.session, counter, clerk, [int(one) for one in form.queues.data or ()],
            form.languages.data or steering_queries.languages_of(db.session, clerk),
            by=signed_in_user(), now=clock.now(),
        )  # fmt: skip
        flash(
            _("Counter %(number)s is open, with %(name)s.", number=number, name=clerk.name),
            "success",
        )
        return _to_hall(hall)
    page = render_template("desk/open_counter.html", counter=counter, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.post("/hall/<string:hall>/counters/<int:number>/close")
@requires(Permission.HALL_OVERSEE)
@finds(steering_queries.get_sitting_at)
@once.for_each_key
def close_counter(hall: str, number: int) -> ResponseReturnValue:
    """Sign a clerk off who forgot it; not while somebody is served."""
    sitting = steering_queries.get_sitting_at(db.session, hall, number)
    steering.sign_off_forgotten(db.session, sitting, by=signed_in_user(), now=clock.now())
    flash(_("Counter %(number)s is closed.", number=number), "success")
    return _to_hall(hall)


def _move_form(hall: Hall, sitting: Sitting) -> MoveForm:
    form = MoveForm(queues=[str(one) for one in sitting.queue_ids])
    form.queues.options = _lines(hall)
    return form


def _open_form(counter: Counter) -> OpenForm:
    hall = counter.hall
    usual = [str(queue.id) for queue in hall.queues if queue.key in counter.queue_keys]
    form = OpenForm(data={"queues": usual})
    form.clerk.choices = steering_showing.who_may_come(db.session, hall)
    form.queues.options = _lines(hall)
    return form


def _lines(hall: Hall) -> list[Option]:
    return [Option(str(queue.id), text(queue.name)) for queue in hall.queues]


def _to_hall(hall: str) -> ResponseReturnValue:
    return once.commit(redirect(url_for("desk.hall", hall=hall), 303))
