"""The advisers that need nothing but an address: questions by GET, answers on the page.

Nothing is kept: the address holds the answers, so a page can be shared, and comes back whole
after somebody has signed in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import public
from servicedesk.advisers import (
    categories,
    finder,
    forms,
    investment,
    leading,
    points_test,
    queries,
)
from servicedesk.advisers.finder import Walk
from servicedesk.catalogue import guide_times
from servicedesk.catalogue.forms import PageForm, read
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.queries import listed
from servicedesk.catalogue.registry import Matter
from servicedesk.extensions import db
from servicedesk.web.language import query_of

bp = Blueprint("advisers", __name__, url_prefix="/advice")

# The pages, by the words with which the finder's table names them.
PAGES: Final = {
    leading.FINDER: "advisers.service",
    leading.POINTS: "advisers.points",
    leading.CATEGORY: "advisers.category",
    leading.OWNERS: "advisers.beneficial_owners",
    leading.INVESTMENT: "advisers.foreign_investment",
    leading.NAME: "enterprises.check_name",
}


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """List the advisers."""
    return render_template("advisers/index.html", pages=PAGES)


@bp.get("/points")
@public
def points() -> ResponseReturnValue:
    """Add up the points of a foreign talent and say what would change the category."""
    queries.require_offered(db.session, leading.POINTS)
    page, now = points_test.page(), queries.figures(db.session)
    form = forms.query_form(page)
    shown = {"figures": now, "criteria": points_test.criteria(), "sources": points_test.sources()}
    if not _is_answered(form):
        return _ask("advisers/points.html", form, **shown)
    answers = read(form, page)
    result = points_test.score(answers, now)
    codes = leading.adviser(leading.POINTS).services(result.category)
    taken = points_test.answers_for(result, answers)
    start = start_with("points", codes, taken)
    return render_template("advisers/points.html", form=form, result=result, start=start, **shown)


@bp.get("/category")
@public
def category() -> ResponseReturnValue:
    """Say in which category somebody is, by which criterion and with which limits."""
    queries.require_offered(db.session, leading.CATEGORY)
    now = queries.figures(db.session)
    page = categories.page(now)
    form = forms.query_form(page)
    shown = {"known": categories.categories(now), "figures": now}
    if not _is_answered(form):
        return _ask("advisers/category.html", form, **shown)
    who = categories.situation(read(form, page))
    result = categories.judge(who, now)
    letter = result.category.key if result.category else None
    codes = leading.adviser(leading.CATEGORY).services(letter) if letter else ()
    taken = categories.answers_for(result, who) if result.is_open else {}
    start = start_with("category", codes, taken)
    return render_template(
        "advisers/category.html", form=form, result=result, who=who, start=start, **shown
    )


@bp.get("/service")
@public
def service() -> ResponseReturnValue:
    """Ask one question after the other until it is clear which services are needed."""
    queries.require_offered(db.session, leading.FINDER)
    given = {key[2:]: request.args[key] for key in request.args if key.startswith("f_")}
    walk = finder.walk(given, queries.served(db.session))
    form, is_wrong = None, False
    if walk.question:
        key = walk.question.key
        form = forms.query_form(finder.page(walk.question))
        is_asked = key in given or request.args.get(forms.ASKED) == key
        is_wrong = is_asked and not form.validate()
    found = listed(db.session, [one.service for one in walk.results])
    page = render_template(
        "advisers/service.html",
        walk=walk,
        form=form,
        is_wrong=is_wrong,
        found=found,
        steps=_steps(walk),
        pages=PAGES,
        duration=guide_times.duration,
    )
    return page, 422 if is_wrong else 200


@bp.get("/foreign-investment")
@public
def foreign_investment() -> ResponseReturnValue:
    """Say which parts of a business scope are open to foreign investment at a place."""
    queries.require_offered(db.session, leading.INVESTMENT)
    adviser = leading.adviser(leading.INVESTMENT)
    page = investment.page()
    form = forms.query_form(page, choices_of(page, _nobodys_matter(adviser.figures_of)))
    if not _is_answered(form):
        return _ask("advisers/foreign_investment.html", form)
    about = investment.situation(read(form, page))
    verdicts = investment.judge(**about)
    taken = investment.answers_for(verdicts, is_wholly=about["is_wholly"])
    start = start_with("investment", adviser.services(), taken if taken["scope"] else {})
    return render_template(
        "advisers/foreign_investment.html",
        form=form, result=verdicts, start=start,
        place=investment.place(is_in_zone=about["is_in_zone"]),
    )  # fmt: skip


def _is_answered(form: PageForm) -> bool:
    return forms.is_sent() and form.validate()


def _ask(template: str, form: PageForm, **shown: Any) -> ResponseReturnValue:  # noqa: ANN401
    """Return the page with its questions alone; 422 where answers are to be put right."""
    page = render_template(template, form=form, result=None, start=None, **shown)
    return page, 422 if form.errors else 200


def start_with(origin: str, codes: Sequence[str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the services that can be begun with ``answers``, and the form that does it."""
    services = queries.takers(db.session, codes, answers) if answers else []
    return {"services": services, "form": forms.starting(origin, answers) if services else None}


def _steps(walk: Walk) -> list[dict[str, Any]]:
    """Return the questions answered so far, and where each can be answered again."""
    before: dict[str, list[str]] = {}
    steps = []
    for step in walk.steps:
        again = url_for("advisers.service") + (f"?{query_of(before)}" if before else "")
        steps.append({"question": step.question.label, "answer": step.said, "again": again})
        before[f"f_{step.question.key}"] = [step.answer]
    return steps


def _nobodys_matter(code: str) -> Matter:
    """Return what a list may look at for somebody who has not begun anything."""
    return Matter(
        session=db.session,
        answers={},
        applicant_id=0,
        case_id=None,
        now=clock.now(),
        service=code,
        settings={"org_forms": "llc_fie"},
    )
