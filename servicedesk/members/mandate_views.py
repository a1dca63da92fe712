"""Mandates of an enterprise: given, extended, revoked."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing
from servicedesk.catalogue.definition import Audience
from servicedesk.catalogue.queries import list_services, listed
from servicedesk.catalogue.topics import topics
from servicedesk.enterprises.member_roles import Act, latest_end
from servicedesk.enterprises.models import EnterpriseState, Mandate
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.enterprises.queries.register import find_by_code
from servicedesk.extensions import db
from servicedesk.members import queries, showing
from servicedesk.members.forms import ExtendForm, MandateForm, VersionForm
from servicedesk.members.operations import invitations, mandates
from servicedesk.members.queries import Team
from servicedesk.members.views import bp
from servicedesk.web import language, once
from servicedesk.web.fields import Option
from servicedesk.web.filters import text
from servicedesk.web.words import spoken, today


@bp.route("/enterprises/<int:enterprise_id>/mandates/new", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_team)
@once.for_each_key
def give_mandate(enterprise_id: int) -> ResponseReturnValue:
    """Mandate an agent: an enterprise at once, a person once they accept."""
    user, now, is_sent = signed_in_user(), clock.now(), request.method == "POST"
    team = queries.get_team(
        db.session, enterprise_id, user=user, now=now, act=Act.MANAGE, lock=is_sent
    )
    last = latest_end(today(), current_app.config["MANDATE_LONGEST_DAYS"])
    form = MandateForm(data={"first_day": today(), "last_day": last})
    _offer_services(form)
    if not is_sent:
        return render_template("members/give_mandate.html", team=team, form=form)
    if not (form.validate() and _is_in_limits(form)):
        page = render_template("members/give_mandate.html", team=team, form=form)
        return once.commit((page, 422))
    if form.credit_code is None:
        email = form.agent.data or ""
        throttle().hit([*mailing(email, request.remote_addr or "", None), *mailbox(email)], now=now)
        invitations.invite(db.session, team, email, form.terms(), by=user, now=now)
        flash(_("We have sent an invitation to this address. It works for seven days."), "success")
    else:
        _mandate_enterprise(team, form)
        flash(_("The mandate is given. The agent's owners are told by mail."), "success")
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.get("/enterprises/<int:enterprise_id>/mandates/<int:mandate_id>")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_mandate)
def mandate(enterprise_id: int, mandate_id: int) -> ResponseReturnValue:
    """Show a mandate, to let it end later or at once."""
    team = queries.get_team(
        db.session, enterprise_id, user=signed_in_user(), now=clock.now(), act=Act.MANAGE
    )
    found = queries.get_mandate(db.session, team, mandate_id)
    kept = {"version": found.version, "last_day": found.last_day}
    return _mandate_page(team, found, ExtendForm(formdata=None, data=kept))


@bp.post("/enterprises/<int:enterprise_id>/mandates/<int:mandate_id>/extend")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_mandate)
@once.for_each_key
def extend(enterprise_id: int, mandate_id: int) -> ResponseReturnValue:
    """Let a mandate end on another day."""
    user, now = signed_in_user(), clock.now()
    team = queries.get_team(
        db.session, enterprise_id, user=user, now=now, act=Act.MANAGE, lock=True
    )
    found, form = queries.get_mandate(db.session, team, mandate_id), ExtendForm()
    longest = current_app.config["MANDATE_LONGEST_DAYS"]
    if form.validate():
        try:
            mandates.extend(
                db.session, found, form.last_day.data, version=form.version.data or 0,
                longest_days=longest, by=user, now=now,
            )  # fmt: skip
        except mandates.OutOfLimits as error:
            form.complain(spoken(error.words), form.last_day)
    if form.errors:
        return once.commit((_mandate_page(team, found, form), 422))
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.post("/enterprises/<int:enterprise_id>/mandates/<int:mandate_id>/revoke")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_mandate)
@once.for_each_key
def revoke(enterprise_id: int, mandate_id: int) -> ResponseReturnValue:
    """End a mandate at once."""
    user, now, form = signed_in_user(), clock.now(), VersionForm()
    team = queries.get_team(
        db.session, enterprise_id, user=user, now=now, act=Act.MANAGE, lock=True
    )
    found = queries.get_mandate(db.session, team, mandate_id)
    mandates.revoke(db.session, found, version=form.version.data or 0, by=user, now=now)
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.route(
    "/enterprises/<int:enterprise_id>/mandates/<int:mandate_id>/give-up", methods=["GET", "POST"]
)
@requires(Permission.CASE_APPLY)
@finds(queries.get_held_mandate)
@once.for_each_key
def give_up(enterprise_id: int, mandate_id: int) -> ResponseReturnValue:
    """End a mandate at once, as the agent who has it."""
    user, now = signed_in_user(), clock.now()
    if request.method == "POST":
        lock_enterprise(db.session, enterprise_id)
    found = queries.get_held_mandate(db.session, enterprise_id, mandate_id, user=user)
    if request.method == "POST":
        version = VersionForm().version.data or 0
        mandates.give_up(db.session, found, version=version, by=user, now=now)
        flash(_("You have given up the mandate. The owners of the enterprise are told."), "success")
        return once.commit(redirect(url_for("members.index"), 303))
    return render_template(
        "members/give_up.html",
        shown=showing.shown(db.session, [found], today())[found.id],
        enterprise=found.enterprise,
        form=VersionForm(formdata=None, data={"version": found.version}),
    )


def _offer_services(form: MandateForm) -> None:
    named = list_services(db.session, language=language.current(), audience=Audience.ENTERPRISE)
    found = listed(db.session, [one.code for one in named])
    by_topic = {
        key: [one for one in named if found[one.code].topics[:1] == (key,)] for key in topics()
    }
    form.services.options = [
        Option(one.code, text(one.name), group=text(topics()[key].name))
        for key, services in by_topic.items()
        for one in services
    ]


def _is_in_limits(form: MandateForm) -> bool:
    """Whether the days are in order; says so where not."""
    longest = current_app.config["MANDATE_LONGEST_DAYS"]
    try:
        mandates.require_limits(form.terms(), longest_days=longest, today=today())
    except mandates.OutOfLimits as error:
        form.complain(spoken(error.words), form.last_day)
    if form.credit_code is not None:
        agency = find_by_code(db.session, form.credit_code)
        if agency is None:
            form.complain(_("No enterprise with this credit code is in the register."), form.agent)
        elif agency.state is EnterpriseState.DEREGISTERED:
            form.complain(_("This enterprise is deregistered and acts for nobody."), form.agent)
    return not form.errors


def _mandate_enterprise(team: Team, form: MandateForm) -> None:
    agency = find_by_code(db.session, form.credit_code or "")
    if agency is not None:
        mandates.grant(
            db.session, team.enterprise, agency, form.terms(), by=signed_in_user(), now=clock.now()
        )


def _mandate_page(team: Team, found: Mandate, form: ExtendForm) -> str:
    return render_template(
        "members/mandate.html",
        team=team,
        shown=showing.shown(db.session, [found], today())[found.id],
        form=form,
        revoking=VersionForm(formdata=None, data={"version": found.version}),
    )
