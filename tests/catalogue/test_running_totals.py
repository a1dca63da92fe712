"""A group that has a running total shows its sum beside the amount it should reach."""

from decimal import Decimal
from pathlib import Path

from flask import Flask

from servicedesk.catalogue import definitions, forms

SERVICES = Path(definitions.SERVICES)


def test_contributions_are_added_up_against_the_capital(app: Flask) -> None:
    service = definitions.load(SERVICES / "E_SET_LLC.yaml")
    page = service.page("capital")
    assert page is not None
    answers = {
        "capital": {"currency": "CNY", "amount": "5000000.00"},
        "shareholders": [
            {"contribution": {"currency": "CNY", "amount": "3000000.00"}},
            {"contribution": {"currency": "CNY", "amount": "1500000.00"}},
            {"contribution": {"currency": "USD", "amount": "1.00"}},  # another currency: not added
            {},
        ],
    }

    with app.test_request_context():
        form_class = forms.page_form(1, service, page, "en", {})
        form = form_class(answers={}, data=forms.fill(page, answers))
        total = form["f_shareholders"].total

    assert (total.amount, total.missing) == (Decimal(4500000), Decimal(500000))
    assert total.share == 90


def test_without_a_target_nothing_is_missing(app: Flask) -> None:
    service = definitions.load(SERVICES / "E_SET_LLC.yaml")
    page = service.page("capital")
    assert page is not None

    with app.test_request_context():
        form = forms.page_form(1, service, page, "zh", {})(answers={}, data={})
        total = form["f_shareholders"].total

    assert total.target is None
    assert (total.amount, total.share) == (0, 0)
