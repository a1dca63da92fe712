"""What kinds of filings there are, in words."""

from typing import Final

from servicedesk.words import Words, say

KINDS: Final[dict[str, Words]] = {
    "set_up": say("Set-up registration"),
    "import": say("Entry of an enterprise that existed before"),
    "change_name": say("Change of name"),
    "change_address": say("Change of address"),
    "increase_capital": say("Increase of capital"),
    "decrease_capital": say("Decrease of capital"),
    "change_legal_representative": say("Change of legal representative"),
    "change_scope": say("Change of business scope"),
    "change_shareholders": say("Change of shareholders"),
    "change_type": say("Change of company type"),
    "file_particulars": say("Filing of particulars"),
    "file_beneficial_owners": say("Filing of beneficial owners"),
    "suspend": say("Suspension of business"),
    "resume": say("Resumption of business"),
    "deregister": say("Deregistration"),
    "deregister_simply": say("Simple deregistration"),
    "deregister_branch": say("Deregistration of a branch"),
    "announce_deregistration": say("Announcement of the compulsory deregistration"),
    "deregister_by_force": say("Compulsory deregistration"),
    "revoke_licence": say("Revocation of the licence"),
    "report_year": say("Annual report"),
    "report_quarter": say("Quarterly figures"),
    "report_foreign_investment": say("Report of foreign investment"),
    "note_branch": say("Branch noted on the licence"),
    "reissue_licence": say("Reissue of the licence"),
    "correction": say("Correction by the registrar"),
    "annulment": say("Annulment by the registrar"),
    "withdrawal": say("Withdrawal before it took effect"),
}


def kind_words(kind: str) -> Words:
    """Return what a filing was, in words."""
    return KINDS.get(kind, say("Change of the register"))
