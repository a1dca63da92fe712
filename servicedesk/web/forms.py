"""The base of every form, and what is wrong with one."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, FormField, HiddenField
from wtforms.form import BaseForm
from wtforms.widgets import HiddenInput

KEY_BYTES: Final = 18


def new_request_key() -> str:
    """Return a key for a request not yet made."""
    return secrets.token_urlsafe(KEY_BYTES)


def stripped(text: str | None) -> str:
    """Return what was typed without the space around it: a filter of fields."""
    return (text or "").strip()


@dataclass(frozen=True)
class Problem:
    """One thing to put right: what to say, and the input to go to (None: the whole form)."""

    anchor: str | None
    message: str


class DeskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Carries a CSRF token, and a key that makes sending it twice the same as once."""

    request_key: HiddenField | None = HiddenField(default=new_request_key)

    def hidden_tag(self, *fields: Any) -> Markup:  # noqa: ANN401 - as in Flask-WTF
        """Return the hidden inputs, without ids: a page may hold several forms."""
        hidden = fields or tuple(field for field in self if isinstance(field.widget, HiddenInput))
        return Markup("").join(field(id=False) for field in hidden)

    def problems(self) -> list[Problem]:
        """Return everything to put right, in the order of the page."""
        whole = [Problem(None, str(message)) for message in self.form_errors]
        return whole + list(_problems_of(self))

    def complain(self, message: str, field: Field | None = None) -> None:
        """Add ``message``, found outside the form's own checks, to ``field`` or the whole."""
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


class ButtonForm(DeskForm):
    """A form that is only a button; its page says what it does."""


class ActForm(DeskForm):
    """A form about something that may change meanwhile; alone, it is a button.

    It carries the state that the person looked at: as ``desk.queries.state_of``, or a version.
    """

    seen = HiddenField()

    def is_overtaken(self, state: str) -> bool:
        """Whether the form was sent about another state than the present one, or about none.

        From then on it is about the present one.
        """
        looked_at, self.seen.data = self.seen.data, state
        return bool(self.is_submitted()) and looked_at != state


class QueryForm(DeskForm):
    """A form that only asks (search, filters): sent by GET, no token, no key."""

    request_key = None

    class Meta:
        """No state changes, so no token."""

        csrf = False

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(request.args if formdata is None else formdata, **kwargs)


def anchor_of(field: Field) -> str:
    """Return the id of the input that a link to ``field`` should go to."""
    return str(getattr(field, "anchor", field.id))


def _problems_of(form: BaseForm) -> Iterator[Problem]:
    for field in form:
        yield from _problems_in(field)


def _problems_in(field: Field) -> Iterator[Problem]:
    if isinstance(field, FormField):
        yield from _problems_of(field.form)
    elif isinstance(field, FieldList):
        own = [error for error in field.errors if not isinstance(error, (dict, list, tuple))]
        yield from (Problem(anchor_of(field), str(message)) for message in own)
        for entry in field.entries:
            yield from _problems_in(entry)
    else:
        yield from (Problem(anchor_of(field), str(message)) for message in field.errors)
