"""A correction list names places that are there, by the one name each has."""

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import mending
from servicedesk.catalogue.queries import service_of
from tests.cases.factories import make_case


@pytest.mark.parametrize(
    ("place", "is_there"),
    [
        ("field:capital", True),
        ("field:shareholders", True),
        ("field:shareholders[1]", True),
        ("field:shareholders[1].pay_by", True),
        ("material:articles", True),
        ("field:shareholders[2]", False),  # there are two
        ("field:shareholders[0].zzz", False),
        ("field:shareholders[0]." + "a" * 150, False),
        ("field:shareholders[000]", False),
        ("field:shareholders[01].pay_by", False),
        ("field:capital[0]", False),  # no group
        ("material:articles[0]", False),
        ("field:" + "a" * 150, False),
    ],
)
def test_a_place_is_there_or_it_is_not(session: Session, place: str, *, is_there: bool) -> None:
    case = make_case(session)

    assert mending.is_asked(service_of(case.service_version), case.answers, place) is is_there
