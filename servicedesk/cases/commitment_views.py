"""A paper given after the acceptance, or to put a promise right."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import commitment_queries, policy, queries
from servicedesk.cases.commitment_showing import show
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.forms import UploadForm
from servicedesk.cases.models import Case
from servicedesk.cases.operations import documents as papers
from servicedesk.cases.operations import keeping
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.uploads import Place, Taken, taken_by
from servicedesk.cases.views import bp, may
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.member_roles import Act
from servicedesk.extensions import db
from servicedesk.web import once


@bp.route("/cases/<string:reference>/commitments/<int:commitment_id>", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case, commitment_queries.get_commitment)
@once.for_each_key
def give(reference: str, commitment_id: int) -> ResponseReturnValue:
    """Ask for a paper that is to follow; it is before the desk as soon as it is sent."""
    user = signed_in_user()
    case = queries.get_own_case(db.session, reference, user=user, now=clock.now())
    commitment = commitment_queries.get_commitment(db.session, case, commitment_id)
    form = UploadForm(data={"material": commitment.material})
    if not policy.may_give(case, commitment) or not may(case, Act.SEND):
        return redirect(url_for("cases.show", reference=reference), 303)
    if request.method == "GET":
        return _ask(case, commitment, form)
    service = service_of(case.service_version)
    place = _place(case, service, commitment)
    taken = taken_by(form, place) if form.validate() else Taken()  # slow, so before the lock
    stored = taken.files.get("file", [])
    case = queries.get_own_case(
        db.session, reference, user=user, now=clock.now(), act=Act.SEND, lock=True
    )
    commitment = commitment_queries.get_commitment(db.session, case, commitment_id)
    if form.errors:
        if stored:  # they go to the desk together
            form.complain(_("The other files were not sent either. Choose all of them again."))
        return _ask(case, commitment, form), 422
    for words in taken.repeated:
        flash(words, "info")
    if stored:
        keeping.give(db.session, case, service, commitment, stored, by=user, now=clock.now())
    anchor = f"commitment-{commitment_id}"
    return once.commit(redirect(url_for("cases.show", reference=reference, _anchor=anchor), 303))


def _place(case: Case, service: Service, commitment: Commitment) -> Place:
    """Return where the paper is given: what was not in order makes way for it."""
    here = papers.present(db.session, case, commitment.material)
    is_added = commitment.state is CommitmentState.GIVEN
    most = papers.most_files(service, commitment.material)
    return Place(most, {one.sha256 for one in here if is_added})


def _ask(case: Case, commitment: Commitment, form: UploadForm) -> str:
    service, key = service_of(case.service_version), commitment.material
    documents = queries.documents_in_force(db.session, case)
    return render_template(
        "cases/give.html", case=case, service=service, form=form,
        shown=show(commitment, case, service, now=clock.now()),
        material=service.material(key),
        documents=[one for one in documents if one.material == key],
    )  # fmt: skip
