"""Forms of questions among staff."""

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from servicedesk.web.fields import Option, PickField, YesNoField
from servicedesk.web.forms import ActForm, DeskForm, stripped

TEXT_LENGTH: Final = 2000  # characters; with the question an answer fits into a note


def _text(label: str, missing: str, description: str = "") -> TextAreaField:
    return TextAreaField(
        label,
        description=description,
        filters=[stripped],
        validators=[
            DataRequired(missing),
            Length(max=TEXT_LENGTH, message=_l("Keep this under 2,000 characters.")),
        ],
    )


class AskForm(ActForm):
    """Asks a colleague, or whoever of a department knows."""

    to = PickField(_l("Whom do you ask?"), validators=[DataRequired(_l("Choose whom you ask."))])
    body = _text(
        _l("Your question"),
        _l("Write your question, then send it."),
        _l("Staff only. The task stays with you, and the clock runs on."),
    )

    def offer(self, options: Sequence[Option]) -> None:
        """Offer these colleagues and departments."""
        self.to.options = options


class AskDecisionForm(ActForm):
    """Puts a question to the supervisor."""

    body = _text(
        _l("What is to be decided?"),
        _l("Write your question, then send it."),
        _l("Ask so that yes or no is an answer. Staff only; the clock runs on."),
    )


class AnswerForm(DeskForm):
    """Answers a colleague."""

    answer = _text(
        _l("Your answer"),
        _l("Write your answer, then send it."),
        _l("It comes back as an internal note. The applicant does not see it."),
    )


class DecideForm(DeskForm):
    """Answers yes or no, and why."""

    verdict = YesNoField(_l("Your decision"), validators=[InputRequired(_l("Choose yes or no."))])
    answer = _text(_l("Reason"), _l("Give the reason. It will be read by the one it concerns."))
