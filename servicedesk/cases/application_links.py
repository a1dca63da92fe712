"""The applications behind what other pages show, as links for those who may open them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from flask import url_for

from servicedesk import clock
from servicedesk.accounts.access import signed_in_user
from servicedesk.cases import policy
from servicedesk.cases.models import Case
from servicedesk.extensions import db
from servicedesk.park import local_day


class ApplicationLink(NamedTuple):
    """An application by its reference, and where the reader may open it; None: nowhere."""

    reference: str
    address: str | None


def application_links(numbers: Iterable[int | None]) -> Mapping[int, ApplicationLink]:
    """Return these applications by their numbers, for the person signed in.  One statement."""
    wanted = {one for one in numbers if one is not None}
    if not wanted:
        return {}
    user = signed_in_user()
    theirs = policy.is_theirs(user, local_day(clock.now()))
    rows = db.session.execute(
        sa.select(Case.id, Case.reference, theirs, policy.may_read(user)).where(Case.id.in_(wanted))
    )
    return {
        number: ApplicationLink(reference, _address(reference, is_theirs, may_read))
        for number, reference, is_theirs, may_read in rows
    }


def _address(reference: str, is_theirs: bool, may_read: bool) -> str | None:  # noqa: FBT001 - columns
    if may_read:
        return url_for("desk.case", reference=reference)
    return url_for("cases.show", reference=reference) if is_theirs else None
