"""The enterprises of a person, and the members of an enterprise."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts import tokens
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import TokenPurpose
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing
from servicedesk.cases.chronicle import STAFF_WORDS
from servicedesk.enterprises.member_roles import ENDS_SOON_DAYS, ROLE_WORDS, Act, MemberRole
from servicedesk.enterprises.models import Member
from servicedesk.enterprises.queries.register import members_of
from servicedesk.extensions import db
from servicedesk.members import queries, showing
from servicedesk.members.forms import EndForm, InviteForm, RoleForm
from servicedesk.members.operations import invitations, mandates, memberships
from servicedesk.members.queries import Team
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.words import today

bp = Blueprint("members", __name__)

LONGEST_QUERY = 60  # characters


@bp.get("/enterprises")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List the enterprises that this person acts for, as member or as agent."""
    text = request.args.get("q", "").strip()[:LONGEST_QUERY]
    ends_soon = request.args.get("mandates") == "ending"
    page, clients = queries.page_of_clients(
        db.session,
        signed_in_user(),
        today=today(),
        text=text,
        ends_soon=ends_soon,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    given = [one for client in clients for one in client.mandates]
    return render_template(
        "members/index.html",
        owned=queries.managed_agencies(db.session, signed_in_user(), given),
        page=page,
        clients=clients,
        shown=showing.shown(db.session, given, today()),
        role_words=ROLE_WORDS,
        text=text,
        ends_soon=ends_soon,
        soon_days=ENDS_SOON_DAYS,
    )


@bp.get("/enterprises/<int:enterprise_id>/members")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team)
def show(enterprise_id: int) -> ResponseReturnValue:
    """Show who acts for an enterprise, who is invited, and who did what."""
    team = queries.get_team(db.session, enterprise_id, user=signed_in_user(), now=clock.now())
    return _page(team, InviteForm(formdata=None))


@bp.post("/enterprises/<int:enterprise_id>/members/invite")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team)
@once.for_each_key
def invite(enterprise_id: int) -> ResponseReturnValue:
    """Invite somebody by mail to become a member."""
    user, now = signed_in_user(), clock.now()
    team = queries.get_team(
        db.session, enterprise_id, user=user, now=now, act=Act.INVITE, lock=True
    )
    form = InviteForm()
    form.role.offer(team.may_invite)
    if not form.validate():
        return once.commit((_page(team, form), 422))
    email = form.email.data or ""
    throttle().hit([*mailing(email, request.remote_addr or "", None), *mailbox(email)], now=now)
    invitations.invite(db.session, team, email, MemberRole(form.role.data), by=user, now=now)
    flash(_("We have sent an invitation to this address. It works for seven days."), "success")
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.post("/enterprises/<int:enterprise_id>/invitations/<int:invitation_id>/withdraw")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_invitation)
@once.for_each_key
def withdraw(enterprise_id: int, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    user, now = signed_in_user(), clock.now()
    team = queries.get_team(
        db.session, enterprise_id, user=user, now=now, act=Act.INVITE, lock=True
    )
    invitation = queries.get_invitation(db.session, team, invitation_id)
    invitations.take_back(db.session, team, invitation, by=user, now=now)
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.get("/enterprises/<int:enterprise_id>/members/<int:user_id>")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_member)
def member(enterprise_id: int, user_id: int) -> ResponseReturnValue:
    """Show one member, to give another role or to end the membership; or oneself, to leave."""
    user = signed_in_user()
    act = Act.SEE if user.id == user_id else Act.MANAGE
    team = queries.get_team(db.session, enterprise_id, user=user, now=clock.now(), act=act)
    found = queries.get_member(db.session, team, user_id)
    return _member_page(team, found, _role_form(team, found), _end_form(team, found))


@bp.post("/enterprises/<int:enterprise_id>/members/<int:user_id>/role")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_member)
@once.for_each_key
def change_role(enterprise_id: int, user_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    user, now = signed_in_user(), clock.now()
    team = queries.get_team(
        db.session, enterprise_id, user=user, now=now, act=Act.MANAGE, lock=True
    )
    found = queries.get_member(db.session, team, user_id)
    form = RoleForm()
    form.role.offer(team.may_invite)
    if not form.validate():
        return once.commit((_member_page(team, found, form, _end_form(team, found)), 422))
    memberships.change_role(
        db.session, found, MemberRole(form.role.data),
        version=form.version.data or 0, by=user, now=now,
    )  # fmt: skip
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.post("/enterprises/<int:enterprise_id>/members/<int:user_id>/end")
@requires(Permission.CASE_APPLY)
@finds(queries.get_team, queries.get_member)
@once.for_each_key
def end(enterprise_id: int, user_id: int) -> ResponseReturnValue:
    """End a membership, or one's own; open applications go on with somebody else."""
    user, now = signed_in_user(), clock.now()
    act = Act.SEE if user.id == user_id else Act.MANAGE
    team = queries.get_team(db.session, enterprise_id, user=user, now=now, act=act, lock=True)
    found = queries.get_member(db.session, team, user_id)
    form = _end_form(team, found, is_sent=True)
    waiting = queries.count_handed_on(db.session, enterprise_id, user_id)
    if form.validate() and waiting and not form.heir.data:
        form.complain(_("Choose who goes on with the open applications."), form.heir)
    if form.errors:
        return once.commit((_member_page(team, found, _role_form(team, found), form), 422))
    memberships.end(
        db.session, team, found, form.heir.data,
        version=form.version.data or 0, by=user, now=now,
    )  # fmt: skip
    if user.id == user_id:
        flash(_("You have left the enterprise."), "success")
        return once.commit(redirect(url_for("members.index"), 303))
    return once.commit(redirect(url_for("members.show", enterprise_id=enterprise_id), 303))


@bp.route("/enterprises/join/<string:secret>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@finds(tokens.subject_of, tokens.spend)
@once.for_each_key
def join(secret: str) -> ResponseReturnValue:
    """Accept an invitation: become a member, or an agent on its terms; the link works once."""
    user, now, form = signed_in_user(), clock.now(), ButtonForm()
    if form.validate_on_submit():
        invitations.accept(db.session, secret, user, now=now)
        flash(_("You now act for this enterprise."), "success")
        return once.commit(redirect(url_for("members.index"), 303))
    subject = tokens.subject_of(db.session, TokenPurpose.JOIN_ENTERPRISE, secret, now=now)
    if subject is None:
        raise tokens.LinkSpent
    invitation = invitations.invited_to(db.session, subject, user, now=now)
    return render_template(
        "members/join.html",
        form=form,
        invitation=invitation,
        role_words=ROLE_WORDS,
        services=mandates.service_names(db.session, invitation.services),
    )


def _page(team: Team, form: InviteForm) -> str:
    enterprise_id, now = team.enterprise.id, clock.now()
    if not form.role.options:
        form.role.offer(team.may_invite)
    given = queries.mandates_given(db.session, enterprise_id)
    return render_template(
        "members/show.html",
        team=team,
        members=members_of(db.session, enterprise_id),
        mandates=list(showing.shown(db.session, list(given), today()).values()),
        invitations=queries.open_invitations(db.session, enterprise_id, now=now),
        events=queries.member_events(
            db.session, enterprise_id,
            after=request.args.get("after"), before=request.args.get("before"),
        ),
        case_events=queries.case_events(db.session, enterprise_id),
        event_words=showing.EVENT_WORDS,
        case_words=STAFF_WORDS,
        role_words=ROLE_WORDS,
        form=form,
        button=ButtonForm(formdata=None),
        me=signed_in_user(),
    )  # fmt: skip


def _member_page(team: Team, found: Member, role: RoleForm, ending: EndForm) -> str:
    return render_template(
        "members/member.html",
        team=team,
        member=found,
        role_form=role,
        end_form=ending,
        role_words=ROLE_WORDS,
        waiting=queries.count_handed_on(db.session, team.enterprise.id, found.user_id),
        is_me=found.user_id == signed_in_user().id,
    )


def _role_form(team: Team, found: Member) -> RoleForm:
    form = RoleForm(formdata=None, data={"role": found.role, "version": found.version})
    form.role.offer(team.may_invite)
    return form


def _end_form(team: Team, found: Member, *, is_sent: bool = False) -> EndForm:
    form = EndForm() if is_sent else EndForm(formdata=None, data={"version": found.version})
    form.offer(queries.heirs(db.session, team, found.user_id))
    return form
