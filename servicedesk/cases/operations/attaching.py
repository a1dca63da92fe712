"""The files of an application's questions: given on a page, named by its answers, let go.

Such a file is a document like any other, so that previews, judgements, corrections, versions
and what was sent know it.  Which of them are in force says the answers: ``settle`` makes it so.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries
from servicedesk.cases.models import Case, Document
from servicedesk.catalogue import attached
from servicedesk.catalogue.definition import Service
from servicedesk.errors import NotFound
from servicedesk.files.models import StoredFile
from servicedesk.words import say


def attach(
    session: Session,
    case: Case,
    place: str,
    stored: StoredFile,
    *,
    name: str,
    by: User,
    now: datetime,
) -> Document:
    """Put a stored file to a question that the caller has found open.

    It stays in force while a page in work or an answer names it.  The same content given again
    is the same document.
    """
    for one in queries.files_of_questions(session, case):
        if one.removed_at is None and (one.material, one.sha256) == (place, stored.sha256):
            return one
    document = Document(
        case=case, material=place, file=stored, name=name, given_by_id=by.id, given_at=now
    )
    session.add(document)
    session.flush()
    return document


def settle(
    session: Session,
    case: Case,
    service: Service,
    *,
    now: datetime,
    source: Case | None = None,
) -> None:
    """Keep in force exactly the files that answers, or pages not in order yet, name.

    What answers name and was let go before is put back, as when of two people the one saves
    what the other has taken out; so is what ``source`` has, the application that the answers
    are from.

    Raises:
        NotFound: an answer names a file that neither of them was ever given.
    """
    fields = [field for page in service.pages for field in page.fields]
    if not attached.questions(fields):
        return
    session.flush()
    named = {(one.place, one.sha256): one for one in attached.named(fields, case.answers)}
    kept = set(named).union(*(attached.kept(typed) for typed in case.typed.values()))
    documents = queries.files_of_questions(session, case)
    in_force = {(one.material, one.sha256) for one in documents if one.removed_at is None}
    for document in documents:
        if document.removed_at is None and (document.material, document.sha256) not in kept:
            document.removed_at = now
    others = queries.files_of_questions(session, source) if source else ()
    known = {one.sha256: one for one in (*documents, *others)}
    for one in named.values():
        if one.sha256 not in known:
            raise NotFound(say("There is no such file."))
        if (one.place, one.sha256) not in in_force:
            session.add(_again(known[one.sha256], case, one))
    session.flush()


def _again(given: Document, case: Case, named: attached.Named) -> Document:
    """Return a document of the same file, given by the same person, not judged yet."""
    return Document(
        case=case,
        material=named.place,
        file=given.file,
        name=named.file["name"],
        given_by_id=given.given_by_id,
        given_at=given.given_at,
    )
