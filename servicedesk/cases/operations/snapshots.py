"""What was sent, kept exactly as it was."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries
from servicedesk.cases.models import Case, Submission
from servicedesk.cases.readiness import Readiness
from servicedesk.catalogue.registry import Finding
from servicedesk.words import words_as_json


def keep(session: Session, case: Case, readiness: Readiness, *, by: User, now: datetime) -> int:
    """Keep exactly what was sent; return the number of documents."""
    documents = [document.id for document in queries.documents_in_force(session, case)]
    number = 1 + len(queries.submissions_of(session, case))
    findings: list[dict[str, Any]] = [_as_json(one) for one in readiness.findings]
    session.add(
        Submission(
            case_id=case.id,
            number=number,
            by_id=by.id,
            at=now,
            answers=case.answers,
            document_ids=documents,
            findings=findings,
        )
    )
    session.flush()
    return len(documents)


def _as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is kept: its words with their facts, to be said later."""
    return {
        "weight": finding.weight,
        "place": finding.place,
        "words": words_as_json(finding.words),
        "rule": words_as_json(finding.rule) if finding.rule else None,
    }
