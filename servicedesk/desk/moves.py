"""The page of a form about a task: what the "More" of a task leads to."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.cases import workflow
from servicedesk.cases.models import Case, Task
from servicedesk.catalogue.definition import Service
from servicedesk.desk import presenting
from servicedesk.extensions import db
from servicedesk.web import language
from servicedesk.web.forms import ActForm
from servicedesk.words import Words


def move_page(
    case: Case,
    service: Service,
    task: Task,
    form: ActForm,
    *,
    action: Words,
    lead: Sequence[Words] = (),
    overtaken: bool,
) -> ResponseReturnValue:
    """Return the page of a form about ``task``: shown first, to be put right, or overtaken."""
    changed = None
    if overtaken:
        changed = presenting.changed(
            db.session, case, service, language=language.current(), now=clock.now()
        )
    page = render_template(
        "desk/move.html", case=case, service=service, form=form, action=action, lead=lead,
        plan=workflow.plan_of(service, task.stage, task.key), changed=changed,
    )  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return page, 409 if overtaken else status
