"""Forms of the registrar: every filing of their own has a reason."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from servicedesk.enterprises.models import Filing
from servicedesk.enterprises.orders import CORRECTABLE
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken

LONGEST_REASON: Final = 1000  # characters; the width of Filing.reason
LONGEST_FACT: Final = 120


class ReasonForm(DeskForm):
    """Gives the reason of a filing by the registrar."""

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
    """Puts a word of a filing right."""

    fact = ChoiceField(
        _l("What was entered wrongly"),
        validators=[DataRequired(_l("Choose what was entered wrongly."))],
    )
    right = StringField(
        _l("What is right"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter what it should say.")),
            Length(max=LONGEST_FACT, message=_l("Keep it under 120 characters.")),
        ],
    )

    def about(self, filing: Filing) -> None:
        """Offer what this filing says and what can be put right by typing it."""
        said = [key for key in CORRECTABLE if key in filing.changes]
        self.fact.options = [Option(key, spoken(CORRECTABLE[key])) for key in said]


def correctable(filing: Filing) -> bool:
    """Whether a filing says anything that can be put right by typing it."""
    return any(key in filing.changes for key in CORRECTABLE)
