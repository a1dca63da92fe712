"""The small forms beside an application's own: withdrawing, writing, inviting, uploading."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, Length

from servicedesk.cases.operations.correspondence import MESSAGE_LENGTH
from servicedesk.web.forms import DeskForm, stripped

REASON_LENGTH = 500  # characters


class StartForm(DeskForm):
    """Begins an application; only the button."""


class AdviceForm(DeskForm):
    """Begins an application with answers brought along; see ``cases.advice``."""

    answers = HiddenField()  # JSON
    origin = HiddenField()
    enterprise_id = StringField()  # for which; None: the form did not ask


class WithdrawForm(DeskForm):
    """Asks why, and makes sure."""

    reason = TextAreaField(
        _l("Why are you withdrawing?"),
        description=_l("The officer handling your application will read this."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say in a few words why you are withdrawing.")),
            Length(max=REASON_LENGTH, message=_l("Keep the reason under 500 characters.")),
        ],
    )
    understood = BooleanField(
        _l("I understand that this cannot be undone"),
        validators=[DataRequired(_l("Tick the box to withdraw the application."))],
    )


class MessageForm(DeskForm):
    """A line to the other side."""

    body = TextAreaField(
        _l("Write to the desk"),
        description=_l("Write in English or Chinese."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write your message, then send it.")),
            Length(max=MESSAGE_LENGTH, message=_l("Keep the message under 4,000 characters.")),
        ],
    )


class MarksForm(DeskForm):
    """Which papers are promised, and which will follow: keys of materials."""

    promised = SelectMultipleField(validate_choice=False)  # the operation takes those that may
    follows = SelectMultipleField(validate_choice=False)


class LeaveForm(DeskForm):
    """Says why a place of the correction list stays as it is."""

    reason = TextAreaField(
        _l("Why it stays as it is"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why it stays as it is.")),
            Length(max=REASON_LENGTH, message=_l("Keep the reason under 500 characters.")),
        ],
    )


class InviteForm(DeskForm):
    """Lets somebody else work on the application."""

    email = EmailField(
        _l("E-mail address of the person"),
        description=_l("The person needs an account here."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter the e-mail address of the person.")),
            Email(_l("Enter an e-mail address such as name@example.com.")),
        ],
    )


class UploadForm(DeskForm):
    """One file for one material."""

    material = StringField(validators=[DataRequired()])
    file = FileField(_l("File"))


class DeclareForm(DeskForm):
    """The last step: confirms that all is true, and sends."""

    declared = BooleanField(
        _l("I declare this"),
        validators=[DataRequired(_l("Tick the box to declare that what you send is true."))],
    )
