"""The gate that the confirmations put before the sending of an application."""

from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.cases.gates import Standing
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.confirmations import operations, queries
from servicedesk.confirmations.own_forms import choices_shown
from servicedesk.confirmations.texts import confirmable
from servicedesk.words import say


class ConfirmationGate:
    """Everybody who is named has to have confirmed exactly what is sent."""

    def standing(self, session: Session, case: Case, service: Service) -> Standing | None:
        """Return how many have confirmed what is saved now; None where nobody has to."""
        found = queries.rows(session, case, service)
        if not found:
            return None
        return Standing(
            name=say("Confirmations"),
            task=say("Have everybody confirm their data"),
            done=sum(one.is_confirmed for one in found),
            of=len(found),
            endpoint="confirmations.board",
            shut=say("Not everybody has confirmed their data yet. See who is missing."),
        )

    def rehearse(self, session: Session, case: Case, service: Service, *, now: datetime) -> None:
        """Let everybody named in an example read and confirm, by the operations people use."""
        missing = [one for one in queries.rows(session, case, service) if not one.is_confirmed]
        choices = choices_shown(session, case, service, now=now) if missing else {}
        for row in missing:
            operations.ask(session, case, row.person)
            asked = next(
                one
                for one in queries.rows(session, case, service)
                if one.person.key == row.person.key
            )
            operations.confirm(
                session, case, asked, confirmable(service, row.person, "zh", choices),
                seen=row.person.digest, now=now,
            )  # fmt: skip
