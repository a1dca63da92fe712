"""The small forms of the desk: reasons, correction lists, hand-over, notes."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from servicedesk.web.forms import DeskForm, QueryForm

REASON_LENGTH = 2000  # characters; the width of Task.reason
WORDS_LENGTH = 1000  # characters; the width of CorrectionItem.words
TEXT_LENGTH = 100  # characters of a search


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ButtonForm(DeskForm):
    """A form that is only a button."""


class DoForm(DeskForm):
    """Gives the reason of an action; the action says whether there must be one."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("The applicant reads this in the letter. Name the rule and the fact."),
        filters=[_stripped],
        validators=[
            Length(max=REASON_LENGTH, message=_l("Keep the reason under 2,000 characters."))
        ],
    )

    def require_reason(self) -> bool:
        """Whether the reason is there; says so on the form where it is not."""
        if not self.reason.data:
            self.complain(
                _("Give the reason. It will be read by the one it concerns."), self.reason
            )
        return bool(self.reason.data)


class CorrectForm(DeskForm):
    """The correction list; its places are read beside it, one pair of inputs a place."""

    reason = TextAreaField(
        _l("Why is a second list needed?"),
        description=_l("A supervisor reads this and allows the list or not."),
        filters=[_stripped],
        validators=[
            Length(max=REASON_LENGTH, message=_l("Keep the reason under 2,000 characters."))
        ],
    )


class HandOverForm(DeskForm):
    """Chooses a colleague."""

    to = SelectField(
        _l("Hand over to"), coerce=int, validators=[DataRequired(_l("Choose a colleague."))]
    )


class NoteForm(DeskForm):
    """A note that only staff read."""

    body = TextAreaField(
        _l("Internal note"),
        description=_l("Only staff read this."),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Write the note, then save it.")),
            Length(max=4000, message=_l("Keep the note under 4,000 characters.")),
        ],
    )


class ReplyForm(DeskForm):
    """A line to the applicant."""

    body = TextAreaField(
        _l("Write to the applicant"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Write your message, then send it.")),
            Length(max=4000, message=_l("Keep the message under 4,000 characters.")),
        ],
    )


class InboxForm(QueryForm):
    """Narrows the inbox; sent by GET."""

    q = StringField(_l("Search"), filters=[_stripped], validators=[Length(max=TEXT_LENGTH)])
    service = StringField()
    department = StringField()
    due = StringField()
    held = StringField()
