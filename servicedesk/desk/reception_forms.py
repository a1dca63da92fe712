"""The forms of the guidance desk."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Length, NumberRange

from servicedesk.hall.forms import MOST_PERSONS, PRIORITY_OPTIONS, VisitForm
from servicedesk.hall.models import Hall, Priority, Ticket
from servicedesk.web.fields import ChoiceField, PickManyField
from servicedesk.web.filters import text
from servicedesk.web.forms import ActForm, DeskForm, QueryForm, stripped


class GiveForm(VisitForm):
    """Gives out one ticket, with what the clerk was told."""

    services = PickManyField(
        _l("What have they come for?"),
        validators=[DataRequired(_l("Choose at least one thing."))],
    )
    persons = IntegerField(
        _l("How many people?"),
        default=1,
        validators=[NumberRange(1, MOST_PERSONS, message=_l("Give a number from 1 to 10."))],
    )


class FindTicketForm(QueryForm):
    """Looks for a ticket by its number; sent by GET."""

    number = StringField(_l("Ticket number"), validators=[Length(max=12)])


class ArriveForm(DeskForm):
    """Checks an appointment in by its code, or by what the scanner read."""

    code = StringField(
        _l("Code of the appointment"),
        description=_l("Type it, or scan the QR code."),
        validators=[
            DataRequired(_l("Enter or scan the code of the appointment.")),
            Length(max=300),
        ],
    )


class ChangeForm(ActForm):
    """Changes the line or the priority of a ticket, with a reason on record."""

    queue = SelectField(_l("Line"))
    priority = ChoiceField(_l("Priority"), options=PRIORITY_OPTIONS, default="")
    words = StringField(
        _l("Why?"),
        description=_l("Stays on record."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why: it stays on record.")),
            Length(max=400, message=_l("Keep the reason under 400 characters.")),
        ],
    )

    def offer(self, hall: Hall) -> None:
        """Let a line of the hall be chosen."""
        self.queue.choices = [SelectChoice(str(one.id), text(one.name)) for one in hall.queues]

    def wished(self) -> Priority | None:
        """Return the priority that was chosen."""
        return Priority(self.priority.data) if self.priority.data else None


def change_form(ticket: Ticket, hall: Hall) -> ChangeForm:
    """Return the form for a ticket, filled with what it is."""
    form = ChangeForm(
        seen=ticket.version, queue=str(ticket.queue_id), priority=ticket.priority or ""
    )
    form.offer(hall)
    return form
