"""The small forms of the desk: reasons, correction lists, hand-over, notes."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, ValidationError

from servicedesk.cases.operations import revocation
from servicedesk.cases.turning_away import KIND_WORDS, BodyMissing, Kind, TurningAway
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import ActForm, DeskForm, stripped
from servicedesk.web.words import spoken

REASON_LENGTH = 2000  # characters; the width of Task.reason
WORDS_LENGTH = 1000  # characters; the width of CorrectionItem.words
BODY_LENGTH = 120  # characters; an office by its full name
TEXT_LENGTH = 100  # characters of a search


_REASON = _l("Reason")
_IN_THE_LETTER = _l("The applicant reads this in the letter. Name the rule and the fact.")


def reason_field(
    label: str = _REASON,
    description: str = _IN_THE_LETTER,
    *,
    is_needed: bool = True,
) -> TextAreaField:
    """Return the question for a reason; unless ``is_needed``, what is done says if it must be."""
    needed = DataRequired(_l("Give the reason. It will be read by the one it concerns."))
    short = Length(max=REASON_LENGTH, message=_l("Keep the reason under 2,000 characters."))
    return TextAreaField(
        label,
        description=description,
        filters=[stripped],
        validators=[needed, short] if is_needed else [short],
    )


class _ReasonForm(ActForm):
    """Asks for a reason that may have to be there."""

    reason: Field

    def require_reason(self) -> bool:
        """Whether the reason is there; says so on the form where it is not."""
        if not self.reason.data:
            self.complain(
                _("Give the reason. It will be read by the one it concerns."), self.reason
            )
        return bool(self.reason.data)


class DoForm(_ReasonForm):
    """Gives the reason of an action; the action says whether there must be one."""

    reason = reason_field(is_needed=False)

    @property
    def turned_away(self) -> TurningAway | None:
        """Return why the application is not accepted; None: this form does not turn it away."""
        return None


class AdviseForm(DoForm):
    """Gives the reason of what one officer advises the next."""

    reason = reason_field(
        description=_l("The next officer reads this. Name the rule and the fact."), is_needed=False
    )


class TurnAwayForm(DoForm):
    """Says besides why an application is not accepted, and which body is competent instead."""

    kind = ChoiceField(_l("Why is it not accepted?"))
    body = StringField(
        _l("Which body is competent?"),
        description=_l("Only if another body is. The applicant is sent there by the letter."),
        filters=[stripped],
        validators=[Length(max=BODY_LENGTH, message=_l("Use at most 120 characters."))],
    )

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.kind.options = [Option(kind, spoken(words)) for kind, words in KIND_WORDS.items()]

    def require_reason(self) -> bool:
        """Whether kind, reason and, where another one is competent, the body are there."""
        if not self.kind.data:
            self.complain(_("Choose why it is not accepted."), self.kind)
        is_elsewhere = self.kind.data == Kind.NOT_COMPETENT
        if is_elsewhere and not self.body.data:
            self.complain(spoken(BodyMissing().words), self.body)
        is_whole = self.kind.data and (self.body.data or not is_elsewhere)
        return super().require_reason() and bool(is_whole)

    @property
    def turned_away(self) -> TurningAway:
        """Return why it is not accepted."""
        kind = Kind(self.kind.data)
        body = self.body.data if kind is Kind.NOT_COMPETENT else ""
        return TurningAway(kind, body or "")


class RevokeForm(DeskForm):
    """Gives the reason of a revocation."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l(
            "The applicant reads this in the letter. So does everybody who verifies a certificate."
        ),
        filters=[stripped],
        validators=[
            DataRequired(_l("Give the reason. It will be read by the one it concerns.")),
            Length(
                max=revocation.REASON_LENGTH, message=_l("Keep the reason under 500 characters.")
            ),
        ],
    )


class PlacesField(Field):
    """Places that are ticked, each with what is to be mended there: a dict of words by place.

    A place is one tick box of the field's name and one text area ``words:<place>``.
    """

    data: dict[str, str]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Read the boxes and, for each that is ticked, its words."""
        self.process_errors, self.errors = [], ()
        ticked = formdata.getlist(self.name) if formdata else []
        given = {place: stripped(formdata.get(f"words:{place}")) for place in ticked}
        self.data = given if formdata else dict(data or {})

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - as in WTForms
        """Find no place ticked, and the first place whose words are missing or too long.

        Raises:
            ValidationError: says which, and leads there.
        """
        if not self.data:
            raise ValidationError(_("Mark at least one place and say what has to be mended there."))
        for place, words in self.data.items():
            self.anchor = f"words-{place}"
            if not words:
                raise ValidationError(
                    _("Say at each place you marked what has to be mended there.")
                )
            if len(words) > WORDS_LENGTH:
                raise ValidationError(_("Keep what you say at each place under 1,000 characters."))


class CorrectForm(_ReasonForm):
    """The correction list: places, and where it is not the first one, the reason for it."""

    place = PlacesField(_l("Places to mend"))
    reason = reason_field(
        _l("Why is a second list needed?"),
        _l("A supervisor reads this and allows the list or not."),
        is_needed=False,
    )


class NoteForm(DeskForm):
    """A note that only staff read."""

    body = TextAreaField(
        _l("Internal note"),
        description=_l("Only staff read this."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the note, then save it.")),
            Length(max=4000, message=_l("Keep the note under 4,000 characters.")),
        ],
    )


class ReplyForm(DeskForm):
    """A line to the applicant."""

    body = TextAreaField(
        _l("Write to the applicant"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write your message, then send it.")),
            Length(max=4000, message=_l("Keep the message under 4,000 characters.")),
        ],
    )
