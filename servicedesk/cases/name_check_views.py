"""The live check of a name on a form: what saving the page would say, while it is typed."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.cases import queries, readiness, sheets
from servicedesk.cases.sheets import Sheet
from servicedesk.cases.views import bp
from servicedesk.catalogue import forms
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import name_check_limits, name_parts
from servicedesk.enterprises.name_verdicts import verdict_of
from servicedesk.enterprises.reference import org_forms
from servicedesk.extensions import db
from servicedesk.park import park
from servicedesk.web import language
from servicedesk.words import Words

_PARTS = ("division", "trade_name", "industry", "name_form")


@bp.get("/cases/<string:reference>/<string:page_key>/name")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
def check_name(reference: str, page_key: str) -> ResponseReturnValue:
    """Judge the name typed on a page of this application, as saving would; keep nothing."""
    now = clock.now()
    throttle().hit(name_check_limits.checking(request.remote_addr or ""), now=now)
    user = signed_in_user()
    case = queries.get_own_case(db.session, reference, user=user, now=now)
    sheet = sheets.open_sheet(
        db.session, case, service_of(case.service_version), page_key,
        language=language.current(), now=now, by=user,
    )  # fmt: skip
    form = sheet.typed_form(request.args)
    asked = {one.key for one in form.open_questions()}
    given = {part: request.args.get(f"f_{part}", "").strip() for part in _PARTS if part in asked}
    if not given.get("trade_name"):
        return ""
    answers = {**sheet.case.answers, **forms.read(form, sheet.page)}
    answers |= {part: value for part, value in given.items() if not answers.get(part)}
    is_whole = all(answers.get(part) for part in _PARTS)
    if not is_whole:  # what is missing is taken as it usually is
        usual = {
            "division": park().division_names[-1],
            "name_form": org_forms()["llc"].suffixes[-1],
        }
        answers |= {part: usual.get(part) for part in _PARTS if not answers.get(part)}
    refused = [
        Finding(Weight.WRONG, Words("%(error)s", {"error": error}), part)
        for part, value in given.items()
        for error in (form[f"f_{part}"].errors if value else ())
    ]
    findings = refused or _judged(sheet, answers)
    return render_template(
        "enterprises/name_answer.html",
        parts=name_parts.of_answers(answers),
        findings=findings,
        verdict=verdict_of(findings),
        is_yours=False,
        is_whole=is_whole,
    )


def _judged(sheet: Sheet, answers: dict[str, object]) -> list[Finding]:
    matter = readiness.matter_of(
        db.session, sheet.case, sheet.service, now=clock.now(), answers=answers
    )
    return list(readiness.run_checks(sheet.page, matter))
