"""What a definition itself writes of its guide; ``guide`` draws the rest from the other parts."""

from typing import Literal

from servicedesk.catalogue.fields import Part, Text


class Referral(Part):
    """Another office or site that a service hands over to, and what it does there."""

    name: Text
    what: Text | None = None  # what is done there, and what to bring
    address: Text | None = None
    hours: Text | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    source: str


class Times(Part):
    """How long it takes elsewhere, or within what time something is to be done.

    For a service without a form here: no clock of ours runs.  The first line of each is short.
    """

    statutory: tuple[Text, ...] = ()
    committed: tuple[Text, ...] = ()


class Guide(Part):
    """Those of the 26 elements (guide_elements.csv) that nothing else in the file says."""

    legal_basis: tuple[Text, ...]
    conditions: tuple[Text, ...]
    objects: Text  # service objects: who may apply
    handling: tuple[
        Literal["online", "counter", "joint", "referral", "phone", "appointment", "ex_officio"],
        ...,
    ]
    review: tuple[Text, ...]  # review criteria
    result_sample: Text  # what the result looks like
    cross_area: Text
    online_payment: Text
    courier: Text
    place: Text | None = None  # None: the park's hall
    hours: Text | None = None  # None: the park's hall
    consultation: Text | None = None  # None: the hall's telephone
    complaints: Text | None = None  # None: the hotline
    referrals: tuple[Referral, ...] = ()  # where one goes; a service without a form has one
    times: Times = Times()  # of a service without a form
    notes: tuple[Text, ...] = ()
    next_steps: tuple[Text, ...] = ()
