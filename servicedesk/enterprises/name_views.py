"""The public name check: what the rules and the register say of a name."""

import unicodedata

from flask import render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import current_user_or_none, public
from servicedesk.accounts.throttle import throttle
from servicedesk.enterprises import (
    branches,
    name_check_limits,
    name_checks,
    name_parts,
    name_rules,
    name_suggestions,
    reference,
)
from servicedesk.enterprises.name_verdicts import verdict_of
from servicedesk.enterprises.views import bp
from servicedesk.extensions import db
from servicedesk.park import park

_LONGEST = 60  # characters of one part that are looked at
_PARENT_LONGEST = 120


@bp.get("/names/check")
@public
def check_name() -> ResponseReturnValue:
    """Say of a name whether it may be had; a name reserved for who asks is theirs.

    Division and form are taken as they usually are where they are not given.
    """
    parts, now = (
        name_parts.usual(_given("division", "trade_name", "industry", "name_form")),
        clock.now(),
    )
    answer, suggested = None, []
    if parts.trade_name:
        throttle().hit(name_check_limits.checking(request.remote_addr or ""), now=now)
        person = current_user_or_none()
        asking = name_checks.public_asking(parts, person.id if person else None)
        answer = name_checks.answer(db.session, parts, asking, now=now)
        suggested = list(name_suggestions.suggested(db.session, answer, asking, now=now))
    return render_template(
        "enterprises/check_name.html",
        parts=parts,
        answer=answer,
        suggested=suggested,
        divisions=park().division_names,
        industries=reference.industries().values(),
        forms=name_parts.endings(),
        rules=name_rules.titles(),
    )


@bp.get("/names/check-branch")
@public
def check_branch_name() -> ResponseReturnValue:
    """Say whether a branch may be called so: its parent's name, a word, an ending (art. 13)."""
    given = _given("parent", "word", "ending")
    parent, word = name_parts.tidy(given["parent"]), name_parts.tidy(given["word"])
    ending = given["ending"] if given["ending"] in branches.ENDINGS.values() else ""
    ending = ending or branches.ENDINGS["branch"]
    found = list(branches.findings(parent, word, ending)) if parent else []
    return render_template(
        "enterprises/check_branch_name.html",
        parent=parent,
        word=word,
        ending=ending,
        endings=branches.ENDINGS.values(),
        findings=found,
        verdict=verdict_of(found),
    )


def _given(*keys: str) -> dict[str, str]:
    return {key: _shown(request.args.get(key, ""), key) for key in keys}


def _shown(typed: str, key: str) -> str:
    longest = _PARENT_LONGEST if key == "parent" else _LONGEST
    return unicodedata.normalize("NFKC", typed)[:longest].strip()
