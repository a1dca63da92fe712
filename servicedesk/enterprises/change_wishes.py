"""What an application about an enterprise asks the register to say: names and places looked up."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises import answers, name_parts
from servicedesk.enterprises.history import FactDifference, differences
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.noted_branches import NOTE_BRANCH, kind_of
from servicedesk.enterprises.queries import addresses, register
from servicedesk.enterprises.register_changes import CHANGES, Wish
from servicedesk.park import park
from servicedesk.words import Text

WRITTEN: Final = frozenset(["kept", "no_division"])  # names that are written out for an officer


def subject_of(session: Session, kind: str, given: Mapping[str, Any]) -> Enterprise | None:
    """Return the enterprise that a filing of this kind is about, if the register here has it.

    A branch is one only of the parent that is named, which may be registered elsewhere.
    """
    named = _named(session, given, "credit_code")
    if kind != "deregister_branch":
        return named
    branch = _named(session, given, "branch_code")
    if branch is not None:
        parent_code = compact(answers.text(given, "credit_code"))
        return branch if branch.parent_code == parent_code else None
    if named is None:
        return None
    return register.find_branch(session, named, answers.text(given, "branch_name"))


def _named(session: Session, given: Mapping[str, Any], key: str) -> Enterprise | None:
    code = compact(answers.text(given, key))
    return register.find_by_code(session, code) if code else None


def wish_of(
    session: Session, kind: str, given: Mapping[str, Any], enterprise: Enterprise, today: date
) -> Wish:
    """Return what these answers ask the register to say of an enterprise."""
    if kind == "change_name":
        return Wish(given, today, name=_new_name(session, given))
    if kind == "change_type":
        return Wish(given, today, name=written_name(given).full)
    if kind in {"change_address", NOTE_BRANCH}:
        address, unit = _new_address(session, given, enterprise)
        return Wish(given, today, address=address, unit=unit)
    return Wish(given, today)


def asked_difference(
    session: Session, effect: str, given: Mapping[str, Any], today: date
) -> list[FactDifference]:
    """Return what these answers, once approved, would change in the register; none: nothing.

    They are whole and in order; the enterprise may be one that is not in this register.
    """
    kind = kind_of(effect, given)
    if kind not in CHANGES:
        return []
    enterprise = subject_of(session, kind, given)
    if enterprise is None:
        return []
    wish = wish_of(session, kind, given, enterprise, today)
    return differences(enterprise.facts, CHANGES[kind](enterprise.facts, wish))


def written_name(given: Mapping[str, Any]) -> NameParts:
    """Return the new name that is written out for an officer, in its parts."""
    return name_parts.split(answers.text(given, "new_name"), park().division_names)


def _new_name(session: Session, given: Mapping[str, Any]) -> str:
    chosen = answers.chosen_name(given)
    if chosen is not None:
        name = session.get(EnterpriseName, chosen)
        return name.full_name if name else ""
    if answers.text(given, "name_source") in WRITTEN:
        return written_name(given).full
    return name_parts.of_answers(given).full


def _new_address(
    session: Session, given: Mapping[str, Any], enterprise: Enterprise
) -> tuple[Text, str | None]:
    kind = answers.text(given, "address_kind")
    if kind == "park":
        unit = addresses.get_unit(session, answers.text(given, "unit"))
        return Text(unit.address_en, unit.address_zh), unit.code
    if kind == "hosted":
        hosted = addresses.find_hosted_place(session, enterprise.id)
        if hosted is not None:
            return Text(hosted.unit.address_en, hosted.unit.address_zh), hosted.unit.code
    own = answers.text(given, "own_address")
    return Text(own, own), None
