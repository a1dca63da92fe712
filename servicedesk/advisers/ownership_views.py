"""The beneficial-owner finder.

It is filled in with people's names, which belong into no address: what was typed is kept in
the visitor's session, so it stays through signing in and a change of language.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from servicedesk.accounts.access import public
from servicedesk.advisers import forms, leading, ownership, ownership_lines, queries, shares, tables
from servicedesk.advisers.views import bp, start_with
from servicedesk.catalogue.forms import PageForm, edited, field_at, read
from servicedesk.catalogue.registry import Weight
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.sessions import BROUGHT
from servicedesk.web.words import spoken

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

KEPT: Final = f"{BROUGHT}owners"  # in the session: what was typed, and whether an answer is wanted


@bp.route("/beneficial-owners", methods=["GET", "POST"])
@public
@once.for_each_key
def beneficial_owners() -> ResponseReturnValue:
    """Work out who owns or controls a company in the end, and along which chains."""
    queries.require_offered(db.session, leading.OWNERS)
    return _show() if request.method == "GET" else _take()


def _show() -> str:
    kept = session.get(KEPT)
    typed = forms.typed_again(kept["typed"]) if kept else None
    form = forms.ownership_form(ownership_lines.page(), typed)
    if not kept or not kept["is_asked"] or not _is_in_order(form):
        return _page(form)
    return _page(form, **_answer(read(form, ownership_lines.page())))


def _take() -> ResponseReturnValue:
    here = url_for("advisers.beneficial_owners")
    if "clear" in request.form:
        session.pop(KEPT, None)
        return once.commit(redirect(here, 303))
    if edit := request.form.get("edit"):
        _keep(edited(request.form, edit), is_asked=False)
        return once.commit(redirect(f"{here}#f_holdings-group", 303))
    form = forms.ownership_form(ownership_lines.page(), request.form)
    is_asked = _is_in_order(form)
    _keep(request.form, is_asked=is_asked)
    return once.commit(redirect(f"{here}#result", 303) if is_asked else (_page(form), 422))


def _keep(typed: "MultiDict[str, str]", *, is_asked: bool) -> None:
    session[KEPT] = {"typed": forms.kept(typed), "is_asked": is_asked}


def _is_in_order(form: PageForm) -> bool:
    """Whether everything is answered and the lines can be worked out; else the form says what."""
    form.validate()
    form.csrf_token.errors = ()  # every POST was checked before; here nothing is changed
    if form.problems():
        return False
    answers = read(form, ownership_lines.page())
    lines = ownership_lines.holdings(answers)
    found = ownership_lines.faults(answers["company"], lines)
    for fault in found:
        place = "holdings" if fault.line is None else f"holdings[{fault.line}].{fault.field}"
        form.complain(spoken(fault.words), field_at(form, place))
    return not found


def _answer(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page says of lines that are in order."""
    company, lines = answers["company"], ownership_lines.holdings(answers)
    limits = queries.thresholds(db.session)
    result = ownership.study(company, lines, Fraction(limits.percent) / 100)
    exemption = ownership.exemption(
        company, lines, answers.get("capital"), limits, others_control=answers.get("others")
    )
    is_exempt = bool(exemption) and all(one.weight is Weight.IN_ORDER for one in exemption)
    taken = ownership.answers_for(result, is_exempt=is_exempt)
    return {
        "result": result,
        "exemption": exemption,
        "is_exempt": is_exempt,
        "start": start_with("owners", leading.adviser(leading.OWNERS).services(), taken),
        "limits": limits,
        "sources": tables.sources(["E_BO", "L_CL"]),
        "floored": ownership.floored,
        "product": shares.product,
    }


def _page(form: PageForm, **shown: Any) -> str:  # noqa: ANN401 - what the template names
    nothing = {"result": None, "start": None, "has_kept": KEPT in session}
    return render_template("advisers/beneficial_owners.html", form=form, **{**nothing, **shown})
