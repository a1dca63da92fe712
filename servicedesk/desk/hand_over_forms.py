"""The form by which a task is handed over."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired

from servicedesk.web.fields import Option
from servicedesk.web.forms import ActForm


class HandOverForm(ActForm):
    """Chooses a colleague; one who is away only after a second thought."""

    to = SelectField(
        _l("Hand over to"),
        coerce=int,
        validators=[DataRequired(_l("Choose a colleague."))],
    )
    anyway = BooleanField(_l("Hand it over all the same: this colleague is away"))

    def offer(self, colleagues: Sequence[Option]) -> None:
        """Offer these colleagues, each with what there is to know."""
        self.to.choices = [
            SelectChoice(int(one.value), f"{one.label} ({one.help})" if one.help else one.label)
            for one in colleagues
        ]

    def heeds(self, away: Collection[int]) -> bool:
        """Whether the chosen one is here, or it is meant all the same; says so where not."""
        if self.to.data not in away or self.anyway.data:
            return True
        message = _("This colleague is away. Choose another, or tick the box below.")
        self.complain(message, self.to)
        return False
