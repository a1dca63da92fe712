"""The name check for programs: the same answer as its page, for nobody in particular."""

from flask import request

from servicedesk import clock
from servicedesk.accounts.access import public
from servicedesk.accounts.throttle import throttle
from servicedesk.api import asked, shapes
from servicedesk.api.speaking import speaks
from servicedesk.api.views import bp
from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import name_check_limits, name_checks, name_parts, name_suggestions
from servicedesk.enterprises.name_verdicts import Near
from servicedesk.extensions import db
from servicedesk.web.words import spoken


@bp.get("/names/check")
@public
@speaks(asks=asked.CheckName, gives=shapes.NameAnswer)
def check_name(said: asked.CheckName) -> shapes.NameAnswer:
    """Judge the name of a company: free, free with care, or refused, with the reasons."""
    now = clock.now()
    throttle().hit(name_check_limits.checking(request.remote_addr or ""), now=now)
    parts = name_parts.usual(
        {
            "division": said.division,
            "trade_name": said.trade_name,
            "industry": said.industry,
            "name_form": said.form,
        }
    )
    asking = name_checks.public_asking(parts, None)
    answer = name_checks.answer(db.session, parts, asking, now=now)
    suggested = name_suggestions.suggested(db.session, answer, asking, now=now)
    return shapes.NameAnswer(
        name=parts.full,
        verdict=answer.verdict,
        findings=[_finding(one) for one in answer.by_itself],
        near=[_near(one) for one in answer.near],
        suggestions=[one.full for one in suggested],
        as_of=now,
    )


def _finding(one: Finding) -> shapes.NameFinding:
    return shapes.NameFinding(
        weight=one.weight,
        part=one.place,
        words=spoken(one.words),
        rule=spoken(one.rule) if one.rule else None,
    )


def _near(one: Near) -> shapes.NearName:
    return shapes.NearName(
        name=one.held.full_name,
        why=spoken(one.why),
        held=one.held.holding,
        held_words=spoken(one.held.words),
        until=one.held.until,
        free_from=one.held.free_from,
        verdict=one.verdict,
        rule=spoken(one.rule),
    )
