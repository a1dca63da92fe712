"""Who sends something about an enterprise is judged: no definition may forget to name the rule.

By what the definitions do and ask, not by their codes: a new one is held to it too.
"""

import pytest

from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import Page, Service
from servicedesk.enterprises.effects import EFFECTS
from servicedesk.enterprises.standing import KINDS
from tests import shipped

CODE, PREFILLED = "credit_code", "enterprise.credit_code"
BY_CODE = {one.code: one for one in shipped.services()}


def parts_of(service: Service) -> list[Service]:
    return [BY_CODE[code] for code in bundles.parts(service)]


def effects_of(service: Service) -> list[str]:
    """Return what the approval of a service and of its parts does."""
    done = [one.result.effect for one in (service, *parts_of(service)) if one.result]
    return [effect for effect in done if effect]


def pages_with(service: Service, *checks: str) -> list[Page]:
    return [page for page in service.pages if set(checks) & set(page.checks)]


def asks_which(service: Service) -> bool:
    """Whether it asks for an enterprise that the register may have already."""
    asked = [field for page in service.pages for field in page.fields]
    return any(one.key == CODE and PREFILLED in one.prefill for one in asked)


CHANGING = [one for one in BY_CODE.values() if KINDS.intersection(effects_of(one))]
NAMING = [
    one
    for one in BY_CODE.values()
    if asks_which(one) and one.result.effect in EFFECTS.keys() - {"none"}
]
PARTS = {part.code: part for one in BY_CODE.values() for part in parts_of(one)}
ABOUT_ONE = [one for one in PARTS.values() if asks_which(one)]


@pytest.mark.parametrize("service", CHANGING, ids=lambda one: one.code)
def test_whoever_changes_an_enterprise_is_judged_whatever_they_answer(service: Service) -> None:
    always = [page for page in pages_with(service, "own_company") if page.when is None]

    assert always, f"{service.code} changes an enterprise and lets anybody send it"


@pytest.mark.parametrize("service", CHANGING, ids=lambda one: one.code)
def test_they_are_judged_once_they_have_said_which_enterprise_it_is(service: Service) -> None:
    keys = [page.key for page in service.pages]
    asked = [page.key for page in service.pages if CODE in {one.key for one in page.fields}]
    judged = [page.key for page in pages_with(service, "own_company")]

    assert asked, service.code
    assert keys.index(asked[0]) <= keys.index(judged[0])


@pytest.mark.parametrize("service", NAMING, ids=lambda one: one.code)
def test_whoever_asks_the_register_about_an_enterprise_is_judged(service: Service) -> None:
    assert pages_with(service, "own_company", "own_file"), service.code


@pytest.mark.parametrize("service", ABOUT_ONE, ids=lambda one: one.code)
def test_nobody_slips_another_enterprise_into_a_part(service: Service) -> None:
    assert pages_with(service, "own_company"), service.code


@pytest.mark.parametrize("service", CHANGING, ids=lambda one: one.code)
def test_a_bundle_changes_one_enterprise_in_one_part(service: Service) -> None:
    """A whole lets one filing run until its part begins: see ``part_queries.change_by_part``."""
    assert len(KINDS.intersection(effects_of(service))) == 1
    assert not (bundles.is_bundle(service) and service.result.effect)


def test_the_rule_covers_what_it_is_for() -> None:
    assert len(CHANGING) > 15
    assert any(bundles.is_bundle(one) for one in CHANGING)
    assert len(ABOUT_ONE) > 10
    assert {one.result.effect for one in NAMING} > {"issue_extract", "host_address"}
