"""Who confirms their own data before an application may be sent, as a definition says it.

Pure data.  The real-name check covers the legal representative, shareholders, directors,
supervisors, managers, the liaison and agents (实施细则 art. 16, enterprise_services.yaml,
clock_common.identity); that each does it on a phone of their own, one by one, is how the city's
platform (e窗通) goes about it.
"""

from typing import Annotated

from pydantic import Field, model_validator

from servicedesk.catalogue.fields import Condition, Key, Part, Text


class NamedPeople(Part):
    """Where people are named: on the cards of a group, or by the questions of a page."""

    role: Text  # "Shareholder"
    group: Key | None = None
    fields: tuple[Key, ...] = ()  # of a page: what is said about the person
    name: Key
    number: tuple[Key, ...] = ()  # of the identity document; the first that is answered counts
    posts: Key | None = None  # a question whose answers are the roles: chair, manager
    email: Key | None = None
    when: Condition | None = None  # of a card: only who is on one where this holds
    organisation: Condition | None = None  # it is none of flesh and blood where this holds

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "NamedPeople":
        if (self.group is None) is not bool(self.fields):
            raise ValueError("write either the group of the people, or the fields about one person")
        return self


class JointConfirmation(Part):
    """Everybody confirms their own data before the application is sent."""

    essentials: tuple[Key, ...] = ()  # answers that all of them are shown, besides the title
    people: Annotated[tuple[NamedPeople, ...], Field(min_length=1)]
    basis: Text  # why, for those who have to, with its source
