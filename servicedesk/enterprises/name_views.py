"""The live name check: what the rules and the register say of a name while it is typed."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import current_user_or_none, public
from servicedesk.accounts.throttle import throttle
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises import checks, name_check_limits, name_parts, name_rules, reference
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.views import bp
from servicedesk.extensions import db
from servicedesk.park import park

_PAGE = "enterprises/check_name.html"
_LONGEST = 60  # characters of one part that are looked at


@bp.get("/names/check")
@public
def check_name() -> ResponseReturnValue:
    """Say of a name whether it may be had; the whole page, or only the answer for scripts.

    The forms of services name their inputs ``f_trade_name``; both spellings are read, and
    also a name that is not complete yet: the rest is then taken as it usually is.
    """
    parts = _parts()
    found = []
    if parts.trade_name:
        throttle().hit(name_check_limits.checking(request.remote_addr or ""), now=clock.now())
        person = current_user_or_none()
        found = list(
            checks.name_findings(
                db.session,
                parts,
                is_foreign=request.args.get("foreign") == "1",
                asker_id=person.id if person else None,
                case_id=None,
                now=clock.now(),
            )
        )
    is_free = bool(found) and all(one.weight is not Weight.WRONG for one in found)
    template = "enterprises/name_answer.html" if "fragment" in request.args else _PAGE
    return render_template(
        template,
        parts=parts,
        findings=found,
        is_free=is_free,
        divisions=park().division_names,
        industries=reference.industries().values(),
        forms=reference.org_forms()["llc"].suffixes,
        rules=name_rules.titles(),
    )


def _parts() -> NameParts:
    given = {
        key: (request.args.get(key) or request.args.get(f"f_{key}") or "")[:_LONGEST]
        for key in ("division", "trade_name", "industry", "name_form")
    }
    given["division"] = given["division"] or park().division_names[-1]
    given["name_form"] = given["name_form"] or reference.org_forms()["llc"].suffixes[-1]
    return name_parts.of_answers(given)
