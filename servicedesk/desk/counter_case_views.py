"""The application of whoever is at the counter: found, begun, given papers, accepted."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.cases import queries as cases
from servicedesk.cases.models import Case
from servicedesk.cases.operations import documents, tasks
from servicedesk.cases.uploads import Place, Taken, taken_by
from servicedesk.catalogue.definition import Action, Service
from servicedesk.catalogue.queries import get_service, service_of
from servicedesk.desk import counter_at as at
from servicedesk.desk import counter_showing
from servicedesk.desk import queries as desk
from servicedesk.desk.counter_forms import (
    AcceptForm,
    AttachForm,
    FindCaseForm,
    OpenCaseForm,
    PaperForm,
)
from servicedesk.desk.their_case import their_case
from servicedesk.desk.views import bp
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.hall import offering, queries, stops, their_cases, visit_queries
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import handing_in, sittings
from servicedesk.web import once
from servicedesk.web.forms import ActForm


@bp.get("/counter/tickets/<int:ticket_id>/case")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
def find_case(ticket_id: int) -> ResponseReturnValue:
    """Look for the application of whoever is at the counter."""
    return _case_page(_ticket_here(ticket_id))


@bp.post("/counter/tickets/<int:ticket_id>/case")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def attach_case(ticket_id: int) -> ResponseReturnValue:
    """Tie the visit to an application."""
    ticket, sitting, form = at.ticket(ticket_id), at.sitting(), AttachForm()
    at.see(ticket, form)
    case = their_cases.get_case_to_attach(
        db.session, form.reference.data or "", clerk=signed_in_user(),
        booker=visit_queries.find_booker(db.session, ticket),
    )  # fmt: skip
    handing_in.attach(db.session, ticket, sitting, case, now=clock.now())
    return at.here()


@bp.post("/counter/tickets/<int:ticket_id>/case/detach")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def detach_case(ticket_id: int) -> ResponseReturnValue:
    """Say that the application is not about this visit."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    at.see(ticket, ActForm())
    handing_in.attach(db.session, ticket, sitting, None, now=clock.now())
    return at.here()


@bp.post("/counter/tickets/<int:ticket_id>/case/open")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def open_case(ticket_id: int) -> ResponseReturnValue:
    """Begin an application for the account of whoever is at the counter."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    form = _open_form(ticket)
    if not form.validate():
        return once.commit((_case_page(ticket, form), 422))
    at.see(ticket, form)
    entry, service = get_service(db.session, form.service.data)
    person = find_user_by_email(db.session, form.email.data or "")
    try:
        case = handing_in.open_case(
            db.session, ticket, sitting, entry.current, service, person=person, now=clock.now()
        )
    except handing_in.NotAnApplicant as found:
        form.complain(str(found.words), form.email)
        return once.commit((_case_page(ticket, form), 422))
    flash(_("The application %(reference)s is begun.", reference=case.reference), "success")
    return at.here()


@bp.route("/counter/tickets/<int:ticket_id>/papers", methods=["GET", "POST"])
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def take_papers(ticket_id: int) -> ResponseReturnValue:
    """Take what is handed in: scanned, checked, and put to the application."""
    ticket, sitting = _ticket_here(ticket_id), at.sitting()
    case = their_cases.get_case_of(db.session, ticket)
    form = PaperForm(seen=ticket.version)
    if request.method == "GET":
        return _papers_page(ticket, form)
    at.see(ticket, form)
    service, key = service_of(case.service_version), form.material.data or ""
    # Slow, so before the lock.
    taken = taken_by(form, _place(case, service, key)) if form.validate() else Taken()
    case = their_cases.get_case_of(db.session, ticket, lock=True)
    if files := taken.files.get("file", []):
        handing_in.take_papers(
            db.session, ticket, sitting, case, service=service, material=key, files=files,
            now=clock.now(),
        )  # fmt: skip
    for words in taken.repeated:
        flash(words, "info")
    if form.errors:
        return once.commit((_papers_page(ticket, form), 422))
    return once.commit(redirect(url_for("desk.take_papers", ticket_id=ticket_id), 303))


@bp.post("/counter/tickets/<int:ticket_id>/papers/<int:document_id>/in-order")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before, cases.get_document)
@once.for_each_key
def paper_in_order(ticket_id: int, document_id: int) -> ResponseReturnValue:
    """Say of a paper, at the counter, that it is in order."""
    ticket = _ticket_here(ticket_id)
    at.see(ticket, ActForm())
    case = their_cases.get_case_of(db.session, ticket, lock=True)
    paper = cases.get_document(db.session, case, document_id)
    documents.mark_in_order(db.session, case, paper, by=signed_in_user(), now=clock.now())
    return once.commit(redirect(url_for("desk.take_papers", ticket_id=ticket_id), 303))


@bp.post("/counter/tickets/<int:ticket_id>/tasks/<int:task_id>/accept")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before, cases.get_task)
@once.for_each_key
def accept_case(ticket_id: int, task_id: int) -> ResponseReturnValue:
    """Accept the application at the counter: what the inbox does, by the same rules."""
    user, now, form = signed_in_user(), clock.now(), AcceptForm()
    ticket = _ticket_here(ticket_id)
    at.see(ticket, form)
    case = their_cases.get_case_of(db.session, ticket, lock=True)
    service, task = service_of(case.service_version), cases.get_task(db.session, case, task_id)
    if form.state.data != desk.state_of(db.session, case, task):
        raise Overtaken
    tasks.claim(db.session, case, service, task, by=user, now=now)
    tasks.do(db.session, case, service, task, Action.ACCEPT, by=user, reason=None, now=now)
    flash(_("The application %(reference)s is accepted.", reference=case.reference), "success")
    return at.here()


def _ticket_here(ticket_id: int) -> Ticket:
    """Return the ticket, if its visit is at this clerk's counter: nobody looks into others'.

    Raises:
        ActionNotAllowed: it is at another one, or waits.
    """
    ticket = at.ticket(ticket_id)
    sittings.require_here(ticket, at.sitting())
    return ticket


def _case_page(ticket: Ticket, form: OpenCaseForm | None = None) -> str:
    asked, user = FindCaseForm(), signed_in_user()
    person = visit_queries.find_person(db.session, ticket)
    opened = form or _open_form(ticket, email=person.email if person else "")
    return render_template(
        "desk/counter_find_case.html", ticket=ticket, asked=asked, form=opened, person=person,
        theirs=their_cases.open_cases_of(
            db.session, person, clerk=user, booker=visit_queries.find_booker(db.session, ticket)
        ),
        found=their_cases.find_cases(db.session, asked.find.data or "", clerk=user),
        attaching=AttachForm(formdata=None, seen=ticket.version), service_of=service_of,
    )  # fmt: skip


def _open_form(ticket: Ticket, *, email: str = "") -> OpenCaseForm:
    """Return the form that begins an application, with the services of this hall."""
    served = offering.offered_in(db.session, ticket.queue.hall)
    wanted = next((one.service for one in stops.ahead(ticket.stops)), None)
    form = OpenCaseForm(seen=ticket.version, email=email, service=wanted)
    form.service.choices = counter_showing.services(served, ticket)
    return form


def _papers_page(ticket: Ticket, form: PaperForm) -> str:
    shown = their_case(db.session, ticket, signed_in_user())
    return render_template(
        "desk/counter_papers.html", ticket=ticket, shown=shown, form=form,
        about=ActForm(formdata=None, seen=ticket.version),
        accepting=AcceptForm(
            formdata=None, seen=ticket.version,
            state=shown.acceptance.state if shown and shown.acceptance else "",
        ),
    )  # fmt: skip


def _place(case: Case, service: Service, key: str) -> Place:
    here = {one.sha256 for one in documents.present(db.session, case, key)}
    return Place(documents.most_files(service, key), here)
