"""Taking up an obligation, and telling that a licence is there."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from servicedesk.obligations.licences import Licence
from servicedesk.obligations.models import AUTHORITY_LENGTH, NUMBER_LENGTH
from servicedesk.web.fields import DateBoxesField
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import today

_LONG: Final = _l("Keep it to at most %(max)s characters.")


class TakeUpForm(DeskForm):
    """Begins the application that fulfils one obligation; only the button is seen."""

    kind = HiddenField()
    subject = HiddenField()


class SeenForm(DeskForm):
    """A button on what was told of a licence."""

    seen = IntegerField(widget=HiddenInput())  # the number of what was told last; 0: nothing

    def look_again(self, seen: int) -> None:
        """Let the form be about what is told now, not when it was first shown."""
        self.seen.raw_data, self.seen.data = None, seen


class LicenceForm(SeenForm):
    """Tells that the enterprise has a licence."""

    number = StringField(
        _l("Number of the licence"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter the number as the licence has it.")),
            Length(max=NUMBER_LENGTH, message=_LONG),
        ],
    )
    authority = StringField(
        _l("Given by"),
        description=_l("The authority, as the licence names it."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter the authority as the licence names it.")),
            Length(max=AUTHORITY_LENGTH, message=_LONG),
        ],
    )
    valid_from = DateBoxesField(
        _l("Valid from"),
        validators=[DataRequired(_l("Enter the day from which the licence counts."))],
    )
    valid_until = DateBoxesField(
        _l("Valid until, that day too"),
        description=_l("Leave it empty if the licence names no last day."),
        validators=[Optional()],
    )

    def licence(self) -> Licence:
        """Return what was told; only of a form that is in order."""
        return Licence(
            self.number.data or "", self.authority.data or "",
            self.valid_from.data, self.valid_until.data,
        )  # fmt: skip

    def validate_valid_until(self, field: Any) -> None:  # noqa: ANN401 - as in WTForms
        """Take the last day of a licence that counts today."""
        if self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("The last day cannot be before the first."))
        if field.data < today():
            raise ValidationError(_("This licence has ended. Tell us of one that counts."))
