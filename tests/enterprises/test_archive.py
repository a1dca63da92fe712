"""The extract from an enterprise's file: which filings, for whom, and what stays out of it."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import archive, effects
from servicedesk.enterprises.filing_words import KINDS
from servicedesk.enterprises.models import Certificate, CertificateState, EndReason, Enterprise
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.operations.register import links_of
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_application, make_enterprise
from tests.enterprises.members import add_member
from tests.factories import make_user


def extract_of(
    session: Session, code: str, person: User | None = None, **answers: object
) -> Certificate:
    """Let somebody ask for a file and the desk release it; return what they are given."""
    given = {"credit_code": code, "company_name": "北京", "file_parts": ["set_up", "changes"]}
    asker = person or make_user(session)
    application = make_application(asker, given | answers, certificate="notice")
    done = effects.EFFECTS["issue_extract"](session, application, by=None, now=NOW)
    found = session.get(Certificate, done.certificate_id)
    assert found is not None
    return found


def changed(session: Session) -> Enterprise:
    """Return an enterprise that was set up, and whose scope was changed then."""
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_scope", scope=["BS001"], main_scope="BS001")
    return enterprise


def titles(certificate: Certificate) -> list[str]:
    return [one["title"]["en"] for one in certificate.facts["filings"]]


def test_it_tells_what_the_register_says_and_how_it_came_about(session: Session) -> None:
    enterprise = changed(session)

    extract = extract_of(session, enterprise.credit_code)

    said = {row["label"]["en"]: row["value"]["zh"] for row in extract.facts["rows"]}
    assert said["Name"] == enterprise.name
    chain = said["Filings in the register, fingerprint of the last"]
    assert chain == f"2 · {enterprise.last_hash.hex()}"
    assert titles(extract) == [
        "Filing 1: Set-up registration",
        "Filing 2: Change of business scope",
    ]
    assert "经营范围" in [one["label"]["zh"] for one in extract.facts["filings"][1]["changes"]]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"file_parts": ["set_up"]}, [1]),
        ({"file_parts": ["changes"]}, [2]),
        ({"file_parts": ["articles", "dereg", "filings"]}, []),
        ({"file_to": "2000-01-01"}, []),
        ({"file_from": NOW.date().isoformat()}, [1, 2]),
        ({"file_from": "2099-01-01"}, []),
    ],
)
def test_it_holds_what_was_asked_for(
    session: Session, asked: dict[str, object], told: Sequence[int]
) -> None:
    links = links_of(changed(session))

    found = archive.wanted(links, {"file_parts": ["set_up", "changes"]} | asked)

    assert [one.seq for one in found] == list(told)


def test_every_kind_of_filing_is_in_one_part_of_the_file() -> None:
    parts = [*archive.PARTS.values(), archive.CHANGES]
    assert sorted(kind for part in parts for kind in part) == sorted(KINDS)


def test_it_is_the_applicants_and_stays_when_the_enterprise_ends(session: Session) -> None:
    enterprise = changed(session)
    extract = extract_of(session, enterprise.credit_code)

    certificates.revoke_all(session, enterprise.id, reason=EndReason.DEREGISTERED, now=NOW)

    assert extract.enterprise_id is None
    assert extract.state is CertificateState.VALID


def test_a_file_that_is_not_here_is_copied_at_the_hall(session: Session) -> None:
    told = extract_of(session, "91110114MA7XCP003J")
    assert told.template == "notice"


# what was given in confidence

QUARTER = {
    "report_year": "2026", "quarter": "q1", "staff": 1, "revenue": {"currency": "CNY",
    "amount": "12345678.00"}, "output": None, "scientist_founded": True,
}  # fmt: skip


def reporting(session: Session, *, publishes: bool) -> Enterprise:
    """Return an enterprise that reported a year and a quarter."""
    enterprise = make_enterprise(session)
    sums = {"revenue": {"currency": "CNY", "amount": "87654321.00"}, "publish_figures": publishes}
    approved(session, enterprise, "report_year", report_year="2025", state="open", **sums)
    approved(session, enterprise, "report_quarter", **QUARTER)
    return enterprise


def words_of(certificate: Certificate) -> str:
    return json.dumps(certificate.facts, ensure_ascii=False)


def readers(session: Session, enterprise: Enterprise) -> list[tuple[User, str]]:
    """Return who must not see it, and as what they ask: two of them as what they are not."""
    stranger, member = make_user(session), add_member(session, enterprise.id)
    return [(stranger, "lawyer"), (stranger, "organ"), (stranger, "own"), (member, "lawyer")]


def test_what_was_given_in_confidence_is_not_in_the_extract_of_others(session: Session) -> None:
    enterprise = reporting(session, publishes=False)

    for person, kind in readers(session, enterprise):
        extract = extract_of(session, enterprise.credit_code, person, searcher_kind=kind)
        read = words_of(extract)
        for secret in ("87,654,321", "12,345,678", "Founded by a scientist", "Figures of quarter"):
            assert secret not in read, (kind, secret)
        assert "Annual report of 2025" in read  # that it reported is no secret
        assert len(titles(extract)) == 3


def test_the_enterprise_itself_sees_all_of_its_file(session: Session) -> None:
    enterprise = reporting(session, publishes=False)
    member = add_member(session, enterprise.id)

    read = words_of(extract_of(session, enterprise.credit_code, member, searcher_kind="own"))

    for said in ("87,654,321", "12,345,678", "Founded by a scientist", "Figures of quarter 1"):
        assert read.count(said) >= 2, said  # as it is today, and in the filing that brought it


def test_figures_that_the_enterprise_publishes_are_in_everybodys_extract(session: Session) -> None:
    enterprise = reporting(session, publishes=True)

    read = words_of(extract_of(session, enterprise.credit_code, searcher_kind="lawyer"))

    assert "87,654,321" in read
    assert "12,345,678" not in read
