"""The form by which staff say when they are away, and who stands in."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired

from servicedesk.accounts.models import User
from servicedesk.web.fields import DateBoxesField
from servicedesk.web.forms import DeskForm
from servicedesk.web.words import spoken as say_now
from servicedesk.words import say


class AbsenceForm(DeskForm):
    """From when to when, and the deputy."""

    first_day = DateBoxesField(
        _l("First day away"), validators=[DataRequired(_l("Enter the first day."))]
    )
    last_day = DateBoxesField(
        _l("Last day away"), validators=[DataRequired(_l("Enter the last day."))]
    )
    deputy = SelectField(
        _l("Who stands in?"),
        description=_l(
            "A colleague of one of your departments. They see the tasks you hold and may take"
            " those that their own post includes."
        ),
        coerce=lambda chosen: int(chosen or 0),
        validators=[DataRequired(_l("Choose a colleague."))],
    )

    def offer(self, colleagues: Sequence[User]) -> None:
        """Offer these colleagues as deputies, none of them chosen beforehand."""
        nobody = SelectChoice(0, say_now(say("Choose a colleague")))
        self.deputy.choices = [nobody, *(SelectChoice(one.id, one.name) for one in colleagues)]
