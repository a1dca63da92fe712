"""The services we ship, read once a process: there are many, and many tests look at them."""

from functools import cache

from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import load_all


@cache
def services() -> tuple[Service, ...]:
    """Return every service of the catalogue, by code."""
    return tuple(load_all())
