"""The public name check: what the rules and the register say of a name."""

import unicodedata

from flask import render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import current_user_or_none, public
from servicedesk.accounts.throttle import throttle
from servicedesk.enterprises import name_check_limits, name_checks, name_rules, reference
from servicedesk.enterprises.name_checks import Asking
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.views import bp
from servicedesk.extensions import db
from servicedesk.park import park

_LONGEST = 60  # characters of one part that are looked at


@bp.get("/names/check")
@public
def check_name() -> ResponseReturnValue:
    """Say of a name whether it may be had; a name reserved for who asks is theirs.

    Division and form are taken as they usually are where they are not given.
    """
    parts, now = _parts(), clock.now()
    found, is_yours = [], False
    if parts.trade_name:
        throttle().hit(name_check_limits.checking(request.remote_addr or ""), now=now)
        person = current_user_or_none()
        asker_id = person.id if person else None
        found = list(
            name_checks.name_findings(db.session, parts, Asking(asker_id=asker_id), now=now)
        )
        is_yours = name_checks.is_reserved_for(db.session, parts, asker_id, now=now)
    return render_template(
        "enterprises/check_name.html",
        parts=parts,
        findings=found,
        is_yours=is_yours,
        is_whole=True,
        divisions=park().division_names,
        industries=reference.industries().values(),
        forms=reference.org_forms()["llc"].suffixes,
        rules=name_rules.titles(),
    )


def _parts() -> NameParts:
    given = {
        key: unicodedata.normalize("NFKC", request.args.get(key, ""))[:_LONGEST].strip()
        for key in ("division", "trade_name", "industry", "name_form")
    }
    return NameParts(
        given["division"] or park().division_names[-1],
        given["trade_name"],
        given["industry"],
        given["name_form"] or reference.org_forms()["llc"].suffixes[-1],
    )
