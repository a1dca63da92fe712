"""The worked examples of the services break no rule of the register when they are sent."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue import asking
from servicedesk.catalogue.definition import Example, Service
from servicedesk.catalogue.registry import Matter, Weight
from servicedesk.enterprises import checks
from tests import shipped
from tests.factories import make_user

_RESERVED_ONES = {"name_choice"}  # a reservation of the example's own; there is none here

EXAMPLES = [
    pytest.param(service, example, id=f"{service.code}: {example.name}")
    for service in shipped.services()
    if service.code.startswith("E_")
    for example in service.examples
    if example.expect.outcome == "approved"
]


@pytest.mark.parametrize(("service", "example"), EXAMPLES)
def test_an_approved_example_breaks_no_rule(
    session: Session, service: Service, example: Example
) -> None:
    matter = Matter(
        session=session,
        answers=example.answers,
        applicant_id=make_user(session).id,
        case_id=None,
        now=datetime.fromisoformat(example.at),
        service=service.code,
        settings={key: setting.value for key, setting in service.settings.items()},
    )
    asked = [one.page for one in asking.asked(service, example.answers).pages]
    names = {name for page in asked for name in page.checks if name in checks.CHECKS}

    wrong = [
        (one.place, str(one.words))
        for name in sorted(names)
        for one in checks.CHECKS[name](matter)
        if one.weight is Weight.WRONG and one.place not in _RESERVED_ONES
    ]

    assert wrong == []
