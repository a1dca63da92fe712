"""What people are asked about their account."""

from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, Field, Form, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from servicedesk.accounts.email_addresses import NotAnAddress, normalise
from servicedesk.accounts.password_rules import LONGEST, SHORTEST, objection
from servicedesk.web import language
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm
from servicedesk.web.words import spoken

NAME_LENGTH: Final = 120  # characters; the width of User.name
EMAIL_LENGTH: Final = 254  # characters, as in RFC 5321


def _strip(value: str | None) -> str | None:
    return value.strip() if value else value


def _is_address(_form: Form, field: Field) -> None:
    try:
        field.data = normalise(field.data)
    except NotAnAddress:
        raise ValidationError(gettext("Write the address in full, like wei@example.com.")) from None


def _is_plain_text(_form: Form, field: Field) -> None:
    if not str(field.data).isprintable():
        raise ValidationError(gettext("Use letters, spaces and punctuation only."))


def _email_field(autocomplete: str) -> EmailField:
    return EmailField(
        lazy_gettext("E-mail address"),
        filters=[_strip],
        validators=[
            DataRequired(lazy_gettext("Enter your e-mail address.")),
            Length(max=EMAIL_LENGTH, message=lazy_gettext("This address is too long.")),
            _is_address,
        ],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
    )


def _name_field() -> StringField:
    return StringField(
        lazy_gettext("Your name"),
        description=lazy_gettext("As the people who work on your matter should call you."),
        filters=[_strip],
        validators=[
            DataRequired(lazy_gettext("Enter your name.")),
            Length(max=NAME_LENGTH, message=lazy_gettext("Use at most 120 characters.")),
            _is_plain_text,
        ],
        render_kw={"autocomplete": "name"},
    )


def _new_password_field(label: Any) -> PasswordField:  # noqa: ANN401 - a lazy text
    return PasswordField(
        label,
        description=lazy_gettext(
            "At least %(count)s characters. Several words that do not belong together are"
            " easy to keep in mind and hard to guess.",
            count=SHORTEST,
        ),
        validators=[DataRequired(lazy_gettext("Choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )


def _old_password_field(label: Any) -> PasswordField:  # noqa: ANN401 - a lazy text
    return PasswordField(
        label,
        validators=[
            DataRequired(lazy_gettext("Enter your password.")),
            Length(max=LONGEST, message=lazy_gettext("This password is too long.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


def _check_new(password: Field, email: str) -> None:
    """Refuse a password that is too short or too well known."""
    found = objection(password.data or "", email=email)
    if found is not None:
        raise ValidationError(spoken(found))


class SignInForm(DeskForm):
    """Who are you?"""

    email = _email_field("username")
    password = _old_password_field(lazy_gettext("Password"))


class SignUpForm(DeskForm):
    """A new account."""

    name = _name_field()
    email = _email_field("email")
    password = _new_password_field(lazy_gettext("Password"))

    def validate_password(self, field: Field) -> None:
        """Refuse a password that is too short or too well known."""
        _check_new(field, self.email.data or "")


class ConfirmForm(DeskForm):
    """The password chosen at sign-up."""

    password = _old_password_field(lazy_gettext("Password"))


class AddressForm(DeskForm):
    """Where to send a link."""

    email = _email_field("username")


class NewPasswordForm(DeskForm):
    """A password to replace a forgotten one; made for the person whose link was followed."""

    password = _new_password_field(lazy_gettext("New password"))

    def __init__(self, person_email: str, **kwargs: Any) -> None:  # noqa: ANN401 - as in WTForms
        self.person_email = person_email
        super().__init__(**kwargs)

    def validate_password(self, field: Field) -> None:
        """Refuse a password that is too short or too well known."""
        _check_new(field, self.person_email)


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    current_password = _old_password_field(lazy_gettext("Present password"))
    password = _new_password_field(lazy_gettext("New password"))


class DetailsForm(DeskForm):
    """What a person may change about themselves."""

    name = _name_field()
    language = ChoiceField(
        lazy_gettext("Language of our mails"),
        options=[Option(code, name) for code, name in language.OWN_NAMES.items()],
    )
