"""The worked examples of the services break no rule of the register when they are sent.

Those that are refused too: what the machine sees is never sent, and no officer has to refuse it.
"""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.definition import Example, Service
from servicedesk.catalogue.registry import Matter
from tests import shipped
from tests.enterprises.matters import broken
from tests.factories import make_user

_RESERVED_ONES = {"name_choice"}  # a reservation of the example's own; there is none here

EXAMPLES = [
    pytest.param(service, example, id=f"{service.code}: {example.name}")
    for service in shipped.services()
    if service.code.startswith("E_")
    for example in service.examples
]


@pytest.mark.parametrize(("service", "example"), EXAMPLES)
def test_an_example_breaks_no_rule(session: Session, service: Service, example: Example) -> None:
    matter = Matter(
        session=session,
        answers=example.answers,
        applicant_id=make_user(session).id,
        case_id=None,
        now=datetime.fromisoformat(example.at),
        service=service.code,
        settings=service.setting_values,
    )

    wrong = broken(matter, service)

    assert set(wrong) <= _RESERVED_ONES, wrong
