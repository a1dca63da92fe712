"""Which form of enterprise an application is about, and whether investment from abroad is in it.

A service offers one form (setting ``org_forms``), or asks (``org_form``; the kind of a
partnership stands in its name: ``name_form``).  Whoever asks neither is about limited companies.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from servicedesk.catalogue.registry import Matter
from servicedesk.enterprises import answers, reference

LLC, LLC_FIE, JOINT_STOCK = "llc", "llc_fie", "jsc"
_QUESTIONS: Final = ("org_form", "name_form")


def offered(settings: Mapping[str, Any]) -> Sequence[str]:
    """Return the forms that a service offers; none where it does not say.

    >>> offered({"org_forms": "llc llc_sole"})
    ['llc', 'llc_sole']
    """
    wanted = str(settings.get("org_forms") or "").replace(",", " ").split()
    return [form for form in wanted if form in reference.org_forms()]


def org_form(matter: Matter) -> str:
    """Return the key (``org_forms.csv``) of the form that is set up."""
    return form_of(matter.answers, matter.settings)


def form_of(given: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return the form that these answers to a service with these settings are about."""
    forms = offered(settings)
    if len(forms) == 1:
        return forms[0]
    said = (answers.text(given, question) for question in _QUESTIONS)
    return next((form for form in said if form in reference.org_forms()), LLC)


def is_foreign(matter: Matter) -> bool:
    """Whether the enterprise is, or is to be, foreign-invested."""
    return offered(matter.settings) == [LLC_FIE] or answers.is_foreign(matter.answers)
