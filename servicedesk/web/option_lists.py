"""Long lists to choose from, of which many questions of a page offer the same.

Fifty cards that each ask for a country hold fifty times the same two hundred and fifty entries.
They are drawn once; every question marks in them what it has chosen.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from servicedesk.web.fields import Option


class OptionList(list[Option]):
    """The entries of a list in one language, for all questions of a form that offer it."""

    drawn: Markup | None = None  # as inputs of a page, nothing chosen yet


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
