"""The rules of the register over what is asked about an enterprise that it has already.

What the register knows counts, whatever was typed; of an enterprise that it does not have, what
was typed has to do.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from servicedesk.catalogue.registry import Check, Finding, Matter
from servicedesk.enterprises import (
    answers,
    certificate_facts,
    chronology,
    reference,
    register_answers,
    resolutions,
    suspensions,
)
from servicedesk.enterprises import report_periods as periods
from servicedesk.enterprises.findings import in_order, registration_rules, wrong
from servicedesk.enterprises.models import ADDRESS_PROOF, CertificateState
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.own_companies import company_of
from servicedesk.enterprises.public_facts import LLC_FIE, has_board
from servicedesk.enterprises.queries import addresses, certificates
from servicedesk.park import local_day
from servicedesk.words import Words, say

_DECIDED, _FORM, _PROOF = "decided_by", "org_form", "proof_code"
_KINDS: Final = ("enterprise_kind", "entity_kind")  # questions, each with the kinds it is about


def report_period(matter: Matter) -> Sequence[Finding]:
    """Judge whether the time that is reported on is one, is over, and saw the enterprise."""
    company = company_of(matter)
    since = company.registered_on if company else None
    return periods.findings(matter.answers, today=local_day(matter.now), since=since)


def suspension_period(matter: Matter) -> Sequence[Finding]:
    """Judge whether the business may rest for as long as is asked, all periods together."""
    company = company_of(matter)
    spans = chronology.spans(links_of(company)) if company else ()
    return suspensions.findings(
        matter.answers,
        suspensions.rests(spans) if company else None,
        company.facts if company else {},
        today=local_day(matter.now),
        most_years=int(matter.settings.get("most_years") or suspensions.MOST_YEARS),
    )


def registered_form(matter: Matter) -> Sequence[Finding]:
    """Judge whether the form that was answered is the one that the register has."""
    company, typed = company_of(matter), answers.text(matter.answers, _FORM)
    if company is None or not typed:
        return []
    if (typed == LLC_FIE) == company.is_foreign_invested:
        return []
    words = say("In the register this company has no investor from abroad. Choose another kind.")
    if company.is_foreign_invested:
        words = say("In the register this company is foreign-invested. Choose that kind.")
    return [wrong(words, _FORM)]


def registered_kind(matter: Matter) -> Sequence[Finding]:
    """Judge whether the kind of enterprise that was answered is the one that the register has.

    What follows from it (liquidation, contributions, owners) is asked by that answer.
    """
    company = company_of(matter)
    kinds = register_answers.kinds_of(company) if company else ()
    if company is None or not kinds:
        return []
    words = say(
        "In the register this is another kind of enterprise: %(form)s. Choose the kind that fits; "
        "if none does, this service is not for it.",
        form=reference.org_forms()[company.org_form].name,
    )
    given = matter.answers
    return [wrong(words, key) for key in _KINDS if key in given and given[key] not in kinds]


def deciders(matter: Matter) -> Sequence[Finding]:
    """Judge whether those decided who could, by how many own the company.

    Today or on the day of the decision: owners may have changed since, and a change is registered
    some days after it took place.
    """
    company, given = company_of(matter), matter.answers
    said = answers.text(given, _DECIDED)
    if company is None or not said:
        return []
    day = answers.day(given, "resolved_on") or answers.day(given, "happened_on")
    then = chronology.facts(links_of(company), on=day) if day else {}
    found = [
        list(resolutions.decided(facts, said, _DECIDED))
        for facts in (company.facts, then)
        if facts.get("shareholders")  # which the register may not know so early
    ]
    return found[0] if found and all(found) else []


def shared_address(matter: Matter) -> Sequence[Finding]:
    """Judge whether a proof of the shared address is in force, and is that of this company."""
    typed = answers.text(matter.answers, _PROOF)
    if not typed:
        return []
    proof = certificates.find_certificate(matter.session, typed)
    if proof is None or proof.template != ADDRESS_PROOF or proof.state != CertificateState.VALID:
        return [wrong(say("No proof of address with this code is in force."), _PROOF)]
    until, company = proof.valid_until, company_of(matter)
    if until is not None and until < local_day(matter.now):
        return [wrong(say("This proof of address was valid until %(day)s.", day=until), _PROOF)]
    if company is None:
        is_theirs = proof.facts["holder"] == answers.text(matter.answers, "company_name")
    else:
        place = addresses.find_hosted_place(matter.session, company.id)
        is_theirs = (
            place is not None
            and (proof.enterprise_id == company.id or proof.case_id == place.case_id)
            and certificate_facts.place_code(proof.facts) == place.unit.code
        )
    if not is_theirs:
        words = say("This proof of address is not of a place that this company has now.")
        return [wrong(words, _PROOF)]
    return [in_order(say("The proof of address is in force."), _PROOF)]


def post_of_form(matter: Matter) -> Sequence[Finding]:
    """Judge whether who acts for the enterprise has a post that its form has."""
    company, post = company_of(matter), answers.text(matter.answers, "legal_rep_post")
    if company is None or not post or has_board(company.org_form) is (post != "head"):
        return []
    words = say("In the register this is no branch. Choose director or manager.")
    if not has_board(company.org_form):
        words = say("This enterprise has no directors. Choose the person in charge.")
    return [wrong(words, "legal_rep_post")]


def one_head(matter: Matter) -> Sequence[Finding]:
    """Judge whether a liquidation group has one head, who is published with it."""
    group = answers.cards(matter.answers, "liquidators")
    heads = sum(card.get("is_head") is True for card in group)
    if heads == 1 or not group:
        return []
    words = say("The liquidation group has one head. Marked as head: %(count)s.", count=heads)
    return [wrong(words, "liquidators", registration_rules("32"))]


def _stopped_by(stops: Mapping[str, object], words: Words, rule: Words | None = None) -> Check:
    """Return a check that finds wrong what the law does not allow with these answers."""

    def check(matter: Matter) -> Sequence[Finding]:
        given = matter.answers
        return [wrong(words, key, rule) for key, stop in stops.items() if given.get(key) == stop]

    return check


_SIMPLE_BARS: Final = (  # Implementing Rules (L_MERR) art. 48; Regulation (L_MER) art. 33
    "bar_lists", "bar_equity", "bar_invests", "bar_investigated",
    "bar_dispute", "bar_revoked", "bar_closed", "bar_penalty", "bar_approval",
)  # fmt: skip

CHECKS: Final[dict[str, Check]] = {
    "deciders": deciders,
    "no_branches": _stopped_by(
        {"has_branches": True},
        say("Deregister the branches first, then send this application."),
        registration_rules("32"),
    ),
    "no_objection": _stopped_by(
        {"objection": True},
        say(
            "After an objection the simple deregistration is not possible. Use the ordinary "
            "deregistration."
        ),
    ),
    "no_open_debts": _stopped_by(
        {"debts": "open"},
        say(
            "With open debts the simple deregistration is not possible. Settle them first, or use "
            "the ordinary deregistration."
        ),
    ),
    "one_head": one_head,
    "post_of_form": post_of_form,
    "registered_form": registered_form,
    "registered_kind": registered_kind,
    "report_period": report_period,
    "shared_address": shared_address,
    "simple_bars": _stopped_by(
        dict.fromkeys(_SIMPLE_BARS, True),
        say(
            "This keeps the simple deregistration from the enterprise. Remove the cause first, or "
            "use the ordinary deregistration."
        ),
    ),
    "suspension_period": suspension_period,
}
