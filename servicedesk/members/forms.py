"""Forms about the people of an enterprise."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from servicedesk.accounts.email_addresses import NotAnAddress, normalise
from servicedesk.accounts.models import User
from servicedesk.catalogue.numbers import compact, is_credit_code
from servicedesk.enterprises.member_roles import ROLE_HELP, ROLE_WORDS, MemberRole
from servicedesk.enterprises.registrar_forms import LONGEST_REASON
from servicedesk.members.operations.mandates import Terms
from servicedesk.web.fields import ChoiceField, DateBoxesField, Option, PickManyField
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken

PREPARE, SEND = "prepare", "send"
_ADDRESS: Final = _l("Enter an e-mail address such as name@example.com.")
_DAY: Final = _l("Enter the day, such as 2026 12 31.")


class RoleField(ChoiceField):
    """One of the roles that the person asking may give."""

    def offer(self, roles: Iterable[MemberRole]) -> None:
        """Offer these roles, each with what it may do."""
        self.options = [
            Option(role, spoken(ROLE_WORDS[role]), spoken(ROLE_HELP[role])) for role in roles
        ]


class AddressForm(DeskForm):
    """Says to whom an invitation is mailed."""

    email = EmailField(
        _l("E-mail address of the person"),
        description=_l("We mail a link to this address. It works for seven days, and once."),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the e-mail address of the person.")), Email(_ADDRESS)],
    )


class InviteForm(AddressForm):
    """Invites somebody to become a member."""

    role = RoleField(_l("Role"), validators=[DataRequired(_l("Choose a role."))])


class FirstOwnerForm(AddressForm):
    """Invites the first owner of an enterprise, with the registrar's reason."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("How you made sure that this person acts for the enterprise. It is kept."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Give the reason.")),
            Length(max=LONGEST_REASON, message=_l("Keep the reason under 1,000 characters.")),
        ],
    )


class VersionForm(DeskForm):
    """A button on something that others may change meanwhile."""

    version = IntegerField(widget=HiddenInput())  # of what was looked at


class RoleForm(VersionForm):
    """Changes the role of a member."""

    role = RoleField(_l("Role"), validators=[DataRequired(_l("Choose a role."))])


class EndForm(VersionForm):
    """Ends a membership; open applications go on with somebody else."""

    heir = SelectField(
        _l("Who goes on with the open applications"), coerce=int, validators=[Optional()]
    )

    def offer(self, people: Iterable[User]) -> None:
        """Offer the members who can go on."""
        nobody = SelectChoice(0, _("Choose a member"))
        self.heir.choices = [nobody, *(SelectChoice(one.id, one.name) for one in people)]


class MandateForm(DeskForm):
    """Gives an agent a mandate."""

    agent = StringField(
        _l("Agent"),
        description=_l(
            "The e-mail address of a person, who gets a link to accept; or the credit code of an"
            " enterprise in the register, whose members may act at once."
        ),
        filters=[stripped],
        validators=[DataRequired(_l("Enter an e-mail address or a credit code."))],
    )
    services = PickManyField(
        _l("For which services"),
        description=_l("Choose none to cover all services for enterprises."),
    )
    acts = ChoiceField(
        _l("What the agent may do"),
        options=(
            Option(PREPARE, _l("Prepare"), _l("Begins applications and fills them in.")),
            Option(SEND, _l("Prepare and send"), _l("Sends them, too.")),
        ),
        validators=[DataRequired(_l("Choose what the agent may do."))],
    )
    first_day = DateBoxesField(_l("From"), validators=[DataRequired(_DAY)])
    last_day = DateBoxesField(_l("Until, that day too"), validators=[DataRequired(_DAY)])

    @property
    def credit_code(self) -> str | None:
        """The credit code that was typed; None: an e-mail address was."""
        code = compact(self.agent.data or "")
        return code if is_credit_code(code) else None

    def terms(self) -> Terms:
        """Return what the mandate is for; only of a form that is in order."""
        services = tuple(sorted(self.services.data or ()))
        return Terms(services, self.acts.data == SEND, self.first_day.data, self.last_day.data)

    def validate_agent(self, field: Any) -> None:  # noqa: ANN401 - as in WTForms
        """Take a credit code or an e-mail address."""
        if self.credit_code is None:
            try:
                normalise(field.data)
            except NotAnAddress:
                raise ValidationError(_("Enter an e-mail address or a credit code.")) from None


class ExtendForm(VersionForm):
    """Lets a mandate end on another day."""

    last_day = DateBoxesField(_l("Until, that day too"), validators=[DataRequired(_DAY)])
