"""Lists kept elsewhere to choose from, of which many questions of a page offer the same.

Fifty cards that each ask for a country hold fifty times the same two hundred and fifty entries.
They are drawn once; every question marks in them what it has chosen.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import StopValidation

from servicedesk.web.fields import Chosen, Option
from servicedesk.web.words import spoken
from servicedesk.words import say


class OptionList(list[Option]):
    """The entries of a list in one language, for all questions of a form that offer it."""

    drawn: Markup | None = None  # as inputs of a page, nothing chosen yet


class NameField(Chosen, StringField):
    """A name: chosen where there is a list to choose from, typed where that is empty."""

    options = ()

    @property
    def face(self) -> str:
        """How it is asked."""
        return "pick" if self.options else "text"

    @property
    def anchor(self) -> str:
        """The id of the first input."""
        return super().anchor if self.options else str(self.id)

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Refuse what is not offered."""
        if self.data and self.options and self.option(self.data) is None:
            raise StopValidation(spoken(say("Choose one of the answers offered.")))


def drawn_options(field: Any, draw: Callable[[Any], Markup]) -> Markup:  # noqa: ANN401 - pick fields
    """Return the entries of ``field`` as ``draw``, a macro, draws them, its answer chosen."""
    options = field.options
    if not isinstance(options, OptionList):
        return _chosen(draw(field), field.data)
    if options.drawn is None:
        options.drawn = draw(field)
    return _chosen(options.drawn, field.data)


def _chosen(drawn: Markup, answer: str | None) -> Markup:
    if not answer:
        return drawn
    before, entry, after = drawn.partition(Markup('<option value="{}"').format(answer))
    return before + entry + (Markup(" selected") if entry else "") + after
