"""The questions of the advisers as forms, compiled as the pages of services are."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from flask import request
from werkzeug.datastructures import MultiDict

from servicedesk.cases.forms import AdviceForm
from servicedesk.catalogue import forms
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.wording import Choices
from servicedesk.web import language

ASKED: Final = "asked"  # an input of every form, so that one without any answer is noticed
LONGEST: Final = 200  # characters of one input
_OURS: Final = re.compile(
    r"f_(company|others|capital-(currency|amount)"
    r"|holdings-[0-9]{1,2}-(card|f_(owner|party|owned|right|percent)))"
)


class _Query(PageForm):
    """Only asks: sent by GET, no token, no key."""

    request_key = None

    class Meta:
        """No state changes, so no token."""

        csrf = False


def query_form(page: Page, choices: Choices | None = None) -> PageForm:
    """Return the questions of ``page`` with the answers that the address holds."""
    compiled = forms.compiled(page, language.current())
    members = {"choices": choices or {}}
    form_class: type[PageForm] = type(compiled.__name__, (compiled, _Query), members)
    return form_class(_given() if is_sent() else None)


def is_sent() -> bool:
    """Whether the address holds answers, good or bad."""
    return ASKED in request.args or any(name.startswith("f_") for name in request.args)


def ownership_form(page: Page, typed: "MultiDict[str, str] | None") -> PageForm:
    """Return the form of the beneficial-owner finder with what was typed."""
    return forms.compiled(page, language.current())(typed)


def kept(typed: "MultiDict[str, str]") -> dict[str, list[str]]:
    """Return what of a request belongs to the beneficial-owner finder, within bounds."""
    return {
        key: [value[:LONGEST] for value in values[:1]]
        for key, values in typed.lists()
        if _OURS.fullmatch(key)
    }


def typed_again(kept_values: Mapping[str, list[str]]) -> "MultiDict[str, str]":
    """Return what was kept as it was typed."""
    return MultiDict([(key, value) for key, values in kept_values.items() for value in values])


def starting(origin: str, answers: Mapping[str, Any]) -> AdviceForm:
    """Return the form that begins an application with ``answers``."""
    written = json.dumps(dict(answers), ensure_ascii=False)
    return AdviceForm(None, data={"answers": written, "origin": origin})


def _given() -> "MultiDict[str, str]":
    return MultiDict(
        (name, value[:LONGEST])
        for name, value in request.args.items(multi=True)
        if name.startswith("f_")
    )
