"""The names under which changes are announced."""


def hall_topic(hall_id: int) -> str:
    """Return the topic of everything that a hall's boards and tickets show."""
    return f"hall:{hall_id}"


def ticket_topic(ticket_id: int) -> str:
    """Return the topic of what concerns one ticket before all others."""
    return f"ticket:{ticket_id}"
