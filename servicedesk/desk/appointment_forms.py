"""The forms by which staff book for people."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from servicedesk.hall.forms import FindForm, HoldForm
from servicedesk.web.forms import DeskForm, stripped


def _urgent_field(label: str) -> StringField:
    return StringField(
        label,
        description=_l("Only staff see it."),
        filters=[stripped],
        validators=[
            Optional(),
            Length(max=400, message=_l("Keep the reason under 400 characters.")),
        ],
    )


class FindForSomebodyForm(FindForm):
    """Says what a time is wanted for; staff book for nobody's enterprise."""

    enterprise = None  # type: ignore[assignment]  # so that it is not asked


class BookForSomebodyForm(HoldForm):
    """Books a time of the staff's contingent for somebody."""

    enterprise = None  # type: ignore[assignment]  # so that it is not asked
    email = StringField(
        _l("E-mail of their account"),
        description=_l("They then get the confirmation by mail, and see it in their account."),
        filters=[stripped],
        validators=[Optional(), Length(max=254)],
    )
    name = StringField(
        _l("Or, without an account: their name"),
        description=_l("Lies encrypted, and is deleted a month after the visit; so is the phone."),
        filters=[stripped],
        validators=[
            Optional(),
            Length(max=120, message=_l("Keep the name under 120 characters.")),
        ],
    )
    phone = StringField(
        _l("Phone"),
        filters=[stripped],
        validators=[
            Optional(),
            Length(max=40, message=_l("Keep the phone number under 40 characters.")),
        ],
    )
    urgent = _urgent_field(_l("Is it urgent? Say why"))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as in WTForms
        """See that it says for whom."""
        is_good: bool = super().validate(extra_validators)
        if not (self.email.data or self.name.data):
            words = gettext("Say for whom: the e-mail of an account, or a name.")
            self.complain(words, self.email)
            return False
        return is_good


class UrgentForm(DeskForm):
    """Says why an appointment is urgent; empty: it is not."""

    urgent = _urgent_field(_l("Why it is urgent"))
