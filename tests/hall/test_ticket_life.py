"""Every step of a ticket's life, and no other."""

from itertools import product

import pytest

from servicedesk.hall.ticket_life import (
    OVER,
    STATUS_WORDS,
    TRANSITIONS,
    ActionNotAllowed,
    TicketAction,
    TicketStatus,
    next_status,
)

FORBIDDEN = sorted(set(product(TicketStatus, TicketAction)) - set(TRANSITIONS))


@pytest.mark.parametrize(("status", "action"), FORBIDDEN)
def test_a_step_outside_the_table_is_refused(status: TicketStatus, action: TicketAction) -> None:
    with pytest.raises(ActionNotAllowed):
        next_status("A001", status, action)


def test_what_is_over_stays_over() -> None:
    assert {TicketStatus.DONE, TicketStatus.LEFT, TicketStatus.SETTLED} == OVER


def test_every_status_has_its_words() -> None:
    assert set(STATUS_WORDS) == set(TicketStatus)
