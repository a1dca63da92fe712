"""What a stranger sends about an enterprise bars nothing before a clerk has accepted it."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.enterprises import effects
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries.proceedings import under_way
from servicedesk.notices.mails import compose
from servicedesk.notices.models import Notice
from tests.enterprises.approving import applied
from tests.enterprises.factories import NOW, make_application, make_enterprise
from tests.factories import make_user


def strange(session: Session, enterprise: Enterprise) -> Application:
    """Send a deregistration as somebody who does not act for the enterprise."""
    given = {"credit_code": enterprise.credit_code, "company_name": enterprise.name}
    application = make_application(make_user(session), given)
    effects.hold(session, "deregister", application, NOW)
    session.commit()
    return application


def test_a_stranger_freezes_no_enterprise(session: Session) -> None:
    enterprise = make_enterprise(session)

    strange(session, enterprise)

    assert under_way(session, enterprise.id) == {}
    applied(session, enterprise, "change_name", {})
    assert list(under_way(session, enterprise.id)) == ["change_name"]


def test_it_runs_once_a_clerk_has_accepted_it_and_the_owners_are_told(
    session: Session, app: Flask
) -> None:
    owner = make_user(session)
    enterprise = make_enterprise(session, owner)
    application = strange(session, enterprise)

    for _ in range(2):
        effects.accepted(session, "deregister", application, NOW)

    assert list(under_way(session, enterprise.id)) == ["deregister"]
    (notice,) = session.scalars(sa.select(Notice).where(Notice.kind == "stranger_accepted"))
    assert (notice.user_id, notice.about) == (owner.id, application.reference)
    with app.app_context():
        mail = compose(notice, owner)
    assert "Somebody else applied" in mail["Subject"]
    assert application.reference in mail.as_string()
    effects.release(session, "deregister", application.case_id, NOW)
    assert under_way(session, enterprise.id) == {}


def test_of_what_their_own_people_sent_nobody_is_told_at_the_acceptance(session: Session) -> None:
    enterprise = make_enterprise(session)
    application = applied(session, enterprise, "change_name", {})

    effects.accepted(session, "change_name", application, NOW)

    assert list(under_way(session, enterprise.id)) == ["change_name"]
    assert session.scalar(sa.select(Notice).where(Notice.kind == "stranger_accepted")) is None
