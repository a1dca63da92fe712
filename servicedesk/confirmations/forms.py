"""The forms of the board, and of the pages behind a personal link."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Email, Length, Optional

from servicedesk.confirmations.marks import handle_of
from servicedesk.confirmations.operations import NAME_LENGTH
from servicedesk.confirmations.people import Person
from servicedesk.web import language
from servicedesk.web.forms import DeskForm, stripped

_LANGUAGES = [SelectChoice("zh", "简体中文"), SelectChoice("en", "English")]
_NOT_AN_ADDRESS = _l("Enter an e-mail address such as name@example.com.")


class InviteForm(DeskForm):
    """Invites those whose address is filled in.  ``invite_form`` adds the fields of each person."""

    people: Sequence[tuple[Person, str]] = ()

    def wishes(self) -> list[tuple[Person, Field, Field, Field | None]]:
        """Return whom to invite: address, language and representative of those filled in."""
        return [
            (person, self[f"email_{handle}"], self[f"language_{handle}"], self._for(handle))
            for person, handle in self.people
            if self[f"email_{handle}"].data
        ]

    def of(self, person: Person) -> list[Field]:
        """Return the fields about ``person``, in their order."""
        handle = next(one for who, one in self.people if who.key == person.key)
        own = (self._for(handle), self[f"email_{handle}"], self[f"language_{handle}"])
        return [one for one in own if one is not None]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as in WTForms
        """Check the fields; somebody has to be invited, and for an organisation a person."""
        super().validate(extra_validators)
        wishes = self.wishes()
        if not wishes and not self.errors:
            self.complain(_("Fill in at least one e-mail address."), self._first())
        for _person, _email, _language, representative in wishes:
            if representative is not None and not representative.data:
                self.complain(_("Say who confirms for the organisation."), representative)
        return not self.errors and not self.form_errors

    def _for(self, handle: str) -> Field | None:
        found: Field | None = self._fields.get(f"representative_{handle}")
        return found

    def _first(self) -> Field | None:
        return self[f"email_{self.people[0][1]}"] if self.people else None


def invite_form(reference: str, people: Sequence[Person], *, is_sent: bool) -> InviteForm:
    """Return the form that invites ``people``; an address that the application has stands in it."""
    handles = [(one, handle_of(reference, one.key)) for one in people]
    members: dict[str, Any] = {"people": handles}
    for person, handle in handles:
        if person.is_organisation:
            members[f"representative_{handle}"] = StringField(
                _l("Who confirms for the organisation"),
                filters=[stripped],
                validators=[Length(max=NAME_LENGTH, message=_l("Keep the name shorter."))],
            )
        members[f"email_{handle}"] = EmailField(
            _l("E-mail address"),
            default=person.email or "",
            filters=[stripped],
            validators=[Optional(), Email(_NOT_AN_ADDRESS)],
        )
        members[f"language_{handle}"] = SelectField(
            _l("Language of the mail"),
            choices=_LANGUAGES,
            default=language.current(),
            validators=[DataRequired(_l("Choose a language."))],
        )
    made: type[InviteForm] = type("InviteForm", (InviteForm,), members)
    form: InviteForm = made() if is_sent else made(formdata=None)
    return form


class AddressForm(DeskForm):
    """Sends the link of somebody to another address."""

    email = EmailField(
        _l("E-mail address"),
        filters=[stripped],
        validators=[DataRequired(_NOT_AN_ADDRESS), Email(_NOT_AN_ADDRESS)],
    )


class CodeForm(DeskForm):
    """Takes the code that was mailed."""

    code = StringField(
        _l("Code from the mail"),
        description=_l("Six digits. It works for 10 minutes."),
        filters=[lambda text: (text or "").replace(" ", "")],
        validators=[
            DataRequired(_l("Enter the code from the mail.")),
            Length(max=20, message=_l("The code is shorter than that. Copy it from the mail.")),
        ],
    )


class ConfirmForm(DeskForm):
    """Confirms what the page shows; ``seen`` says which state of it."""

    seen = HiddenField(validators=[DataRequired()])
