"""Telling of a licence that follows the registration, as an owner of the enterprise sees it."""

from servicedesk import clock
from tests.browser.prepared_park import NEEDS_A_LICENCE, Park
from tests.browser.stops import Stop, open_all, send_as_it_is
from tests.browser.visitors import Visitor


def owner(park: Park) -> list[Stop]:
    """Return them: a form to mend, and the calendar after a licence was told."""
    form = f"/enterprises/{park.enterprise}/obligations/licences/{NEEDS_A_LICENCE}"
    return [
        Stop("licence-error", form, _tell_without_a_number),
        Stop("licence-told", form, _tell_of_one_that_ends),
    ]


def _tell_without_a_number(visitor: Visitor) -> None:
    visitor.page.fill("[name=number]", "")
    send_as_it_is(visitor)


def _tell_of_one_that_ends(visitor: Visitor) -> None:
    visitor.page.fill("[name=number]", "京 20260001")
    visitor.page.fill("[name=authority]", "市药品监督管理局")
    year = clock.now().year
    for name, day in (("valid_from", (year - 1, 1, 1)), ("valid_until", (year + 4, 12, 31))):
        for part, figure in zip("ymd", day, strict=True):
            visitor.page.fill(f"[name={name}-{part}]", str(figure))
    visitor.press_primary()
    visitor.page.wait_for_url("**/obligations*")
    open_all(visitor)
