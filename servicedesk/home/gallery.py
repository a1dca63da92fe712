"""What the gallery of components shows: made-up data for every state.  Not for visitors."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    FormField,
    MultipleFileField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from servicedesk.web import groups
from servicedesk.web.fields import (
    ChoiceField,
    DateBoxesField,
    GroupField,
    ManyField,
    MoneyField,
    Option,
    PickField,
    PickManyField,
    StatementField,
    YesNoField,
)
from servicedesk.web.forms import DeskForm
from servicedesk.web.paging import Page

OWNERS = (
    Option("person", "One person", "You alone own it"),
    Option("organisation", "One organisation", "A company or fund owns it"),
    Option("several", "Several owners", "Between 2 and 50"),
)
COUNTRIES = tuple(
    Option(code, name)
    for code, name in (
        ("CN", "China"),
        ("DE", "Germany"),
        ("FR", "France"),
        ("GB", "United Kingdom"),
        ("IN", "India"),
        ("IT", "Italy"),
        ("JP", "Japan"),
        ("KE", "Kenya"),
        ("KR", "Korea"),
        ("NL", "Netherlands"),
        ("SE", "Sweden"),
        ("SG", "Singapore"),
        ("US", "United States"),
    )
)
SCOPE = tuple(
    Option(
        f"p{number}", f"Sample phrase {number}", "Needs a permit" if number % 7 == 0 else "", group
    )
    for number, group in enumerate(
        group
        for group, count in (("Research", 14), ("Trade", 20), ("Services", 12))
        for _ in range(count)
    )
)
UNITS = (
    Option("4-207", "Unit 4-207", "86 m²"),
    Option("4-208", "Unit 4-208", "42 m²", is_taken=True),
    Option("4-301", "Unit 4-301", "120 m²"),
)


class OwnerCard(Form):
    """One shareholder."""

    f_name = StringField("Full name", [DataRequired("Enter the full name.")])
    f_contribution = MoneyField("Contribution", [DataRequired("Enter the contribution.")])
    f_pay_by = DateBoxesField("Paid in by", [DataRequired("Enter the day.")])


class SampleForm(DeskForm):
    """One question of each kind."""

    f_name = StringField(
        "Trade name", [DataRequired("Enter the trade name.")], description="Two or more characters."
    )
    f_about = TextAreaField("What the company will do", [Optional(), Length(max=500)])
    f_email = EmailField("E-mail address", [DataRequired("Enter an address.")])
    f_password = PasswordField("Password", [DataRequired("Enter a password.")])
    f_form = SelectField(
        "Form", choices={"llc": "Limited liability company", "jsc": "Joint-stock company"}
    )
    f_owners = ChoiceField(
        "Owners", [DataRequired("Say who owns it.")], options=OWNERS, description="1 to 50 owners."
    )
    f_agent = YesNoField("Does an agent act for you?", [DataRequired("Say yes or no.")])
    f_agent_name = StringField(
        "Name of the agent",
        [Optional()],
        render_kw={"data-when": '{"==": [{"var": "agent"}, true]}'},
    )
    f_posts = ManyField("Posts", [DataRequired("Choose at least one.")], options=OWNERS)
    f_country = PickField("Country", [DataRequired("Choose the country.")], options=COUNTRIES)
    f_unit = PickField("Unit in the park", [DataRequired("Choose a unit.")], options=UNITS)
    f_scope = PickManyField(
        "Business scope", [DataRequired("Choose at least one phrase.")], options=SCOPE
    )
    f_capital = MoneyField(
        "Registered capital",
        [DataRequired("Enter the capital.")],
        currencies=("CNY", "EUR", "USD"),
        description="Paid in full within five years.",
    )
    f_fee = MoneyField("One currency", [Optional()])
    f_day = DateBoxesField("Day of the resolution", [DataRequired("Enter the day.")])
    f_note = StatementField("", description="Words to read, nothing to answer.")
    f_shareholders = GroupField(
        FormField(OwnerCard),
        "Shareholders",
        item="shareholder",
        heading=lambda card: card.form.f_name.data or "",
        line=lambda card: " · ".join(
            filter(None, [(card.form.f_contribution.data or {}).get("amount")])
        ),
        description="As in the articles.",
    )
    f_files = MultipleFileField("Lease of the address", description="The whole contract.")
    f_true = BooleanField(
        "I am entitled to send this. What it says is true and complete.",
        [DataRequired("Confirm this to go on.")],
    )


def samples() -> dict[str, Any]:
    """Return what ``home/components.html`` shows."""
    return {
        "form": _form(),
        "wrong": _wrong(),
        "page": Page([1], "after", "before"),
        "stops": _stops(),
        "ways": _ways(),
        "tasks": _tasks(),
    }


def _form() -> SampleForm:
    """Return the form as sent, or filled with samples."""
    if request.method == "POST":
        edit = request.form.get("edit")
        form = SampleForm(formdata=groups.edited(request.form, edit) if edit else request.form)
        if not edit:
            form.validate()
        return form
    owner = {
        "f_name": "林乔",
        "f_contribution": {"currency": "CNY", "amount": "3000000.00"},
        "f_pay_by": date(2031, 6, 30),
    }
    return SampleForm(
        formdata=None,
        data={
            "f_owners": "several",
            "f_capital": {"currency": "CNY", "amount": "5000000.00"},
            "f_shareholders": [owner, {}],
            "f_scope": ["p3"],
        },
    )


def _wrong() -> SampleForm:
    """Return the form sent empty, with all its errors."""
    typed = {
        "f_capital-amount": "five",
        "f_day-y": "2026",
        "f_day-m": "2",
        "f_day-d": "30",
        "f_shareholders-0-card": "",
    }
    formdata = MultiDict({f"wrong-{name}": value for name, value in typed.items()})
    form = SampleForm(formdata=formdata, prefix="wrong-")
    form.validate()
    return form


def _stops() -> list[SimpleNamespace]:
    names = ("Name", "Kind of company", "Owners and capital", "People in charge", "Check and send")
    states = ("done", "done", "here", "next", "next")
    notes = ("Complete", "Complete", "Page 2 of 3", None, None)
    return [
        SimpleNamespace(name=name, state=state, note=note, href="#" if state == "done" else None)
        for name, state, note in zip(names, states, notes, strict=True)
    ]


def _ways() -> list[list[list[dict[str, Any]]]]:
    sent = {"name": "Sent", "note": "18 Nov", "state": "done"}
    accepted = {"name": "Accepted", "note": "19 Nov", "state": "done"}
    market = {"name": "Market regulator", "note": "waits for you", "state": "here", "is_you": True}
    park = {"name": "Park", "note": "address confirmed, 23 Nov", "state": "done"}
    tax = {"name": "Tax", "state": "next"}
    decision = {"name": "Decision", "note": "second person checks", "state": "next"}
    licence = {"name": "Licence", "note": "paper and electronic", "state": "next"}
    here = {"name": "Acceptance", "note": "with the hall window", "state": "here"}
    return [
        [[sent], [accepted], [market, park], [decision], [licence]],
        [[sent], [here], [decision], [licence]],
        [[sent], [market, park, tax], [park, tax], [decision]],
    ]


def _tasks() -> list[dict[str, Any]]:
    return [
        {
            "name": "Name of the company",
            "href": "#",
            "note": "Reserved until 10 January 2027",
            "state": "done",
        },
        {
            "name": "Owners and capital",
            "href": "#",
            "note": "Three answers to put right",
            "state": "wrong",
        },
        {"name": "Directors", "href": "#", "state": "started"},
        {"name": "Lease of the address", "href": "#", "state": "mend"},
        {"name": "Beneficial owners", "href": "#", "state": "none"},
        {
            "name": "Check your answers and send",
            "note": "Opens when every section is complete",
            "state": "locked",
        },
    ]
