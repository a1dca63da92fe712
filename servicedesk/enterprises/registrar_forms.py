"""Forms of the registrar: every filing of their own has a reason."""

from functools import partial
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises.corrections import NOTATIONS, Facts, righted, written
from servicedesk.web import language
from servicedesk.web.forms import ActForm, stripped
from servicedesk.web.words import spoken

LONGEST_REASON: Final = 1000  # characters; the width of Filing.reason
LONGEST_FACT: Final = 20_000  # characters; fifty owners with all that is said of each


class ReasonForm(ActForm):
    """Gives the reason of a filing by the registrar; ``seen``: the last filing they looked at."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("It stands in the register beside the filing, for good."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Give the reason. It is part of the filing.")),
            Length(max=LONGEST_REASON, message=_l("Keep the reason under 1,000 characters.")),
        ],
    )


class CorrectionForm(ReasonForm):
    """Puts one fact of a filing right; what is typed is read before it is taken."""

    right = TextAreaField(
        _l("What is right"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter what it should say.")),
            Length(max=LONGEST_FACT, message=_l("Keep it under 20,000 characters.")),
        ],
    )

    def __init__(self, said: Facts, known: Facts, fact: str) -> None:
        notation = NOTATIONS[fact]
        super().__init__(right=written(said, fact, language.current()))
        self.right.description = spoken(notation.help)
        self.rows, self.facts = notation.rows, Facts()
        self._read = partial(righted, said, known, fact)

    def validate_right(self, field: TextAreaField) -> None:
        """Read what was typed."""
        try:
            self.facts = self._read(field.data or "")
        except Unfit as unfit:
            raise ValidationError(spoken(unfit.words)) from None
