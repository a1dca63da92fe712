"""Answers of a set-up, changed in one place, and what the rules find in them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.catalogue import asking, definitions
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.registry import Matter, Weight
from servicedesk.enterprises import checks
from tests.factories import make_user


def service(code: str) -> Service:
    return definitions.load(definitions.SERVICES / f"{code}.yaml")


def example(code: str, number: int = 0) -> dict[str, Any]:
    return dict(service(code).examples[number].answers)


def make_matter(
    session: Session, code: str, answers: Mapping[str, Any], *, applicant_id: int | None = None
) -> Matter:
    definition = service(code)
    return Matter(
        session=session,
        answers=answers,
        applicant_id=applicant_id or make_user(session).id,
        case_id=None,
        now=datetime.fromisoformat(definition.examples[0].at),
        service=code,
        settings={key: one.value for key, one in definition.settings.items()},
    )


def wrong_places(check: str, matter: Matter) -> set[str | None]:
    return {one.place for one in checks.CHECKS[check](matter) if one.weight is Weight.WRONG}


def broken(matter: Matter, definition: Service) -> dict[str | None, str]:
    """Return what the rules of the register refuse on the pages that are asked, by place."""
    asked = [one.page for one in asking.asked(definition, matter.answers).pages]
    names = {name for page in asked for name in page.checks if name in checks.CHECKS}
    return {
        one.place: str(one.words)
        for name in sorted(names)
        for one in checks.CHECKS[name](matter)
        if one.weight is Weight.WRONG
    }
