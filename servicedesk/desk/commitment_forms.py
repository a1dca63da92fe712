"""Forms by which the desk says what it found of a promise, or of a paper that followed."""

from flask_babel import lazy_gettext as _l

from servicedesk.desk.clock_forms import days_field
from servicedesk.desk.forms import reason_field
from servicedesk.web.forms import ActForm


class FalseForm(ActForm):
    """Says why a promise is false."""

    reason = reason_field()


class NotKeptForm(ActForm):
    """Says why something is not kept, and until when it has to be put right."""

    working_days = days_field(
        _l("Within how many working days must it be put right?"),
        _l("The applicant is told the day and can give the paper until then."),
    )
    reason = reason_field()
