"""A stored certificate as the printer takes it."""

from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.printing import Sheet
from servicedesk.park import park


def sheet_of(certificate: Certificate, base_url: str) -> Sheet:
    """Return what is printed; ``base_url`` is where the code is verified, without a slash."""
    name = park().name
    return Sheet(
        template=certificate.template,
        code=certificate.code,
        url=f"{base_url}/verify/{certificate.code}",
        park={"en": name.en, "zh": name.zh},
        facts=certificate.facts,
        issued_at=certificate.issued_at,
    )
