"""The pages on which counters, lines and figures of a hall are changed, and what follows them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from servicedesk.hall.models import Hall
from servicedesk.web import once
from servicedesk.web.forms import DeskForm


def page(
    template: str, hall: Hall, form: DeskForm, title: str, **shown: object
) -> ResponseReturnValue:
    """Return the page of a form; 422 for one that has something to put right."""
    drawn = render_template(template, hall=hall, form=form, title=title, **shown)
    return once.commit((drawn, 422)) if form.errors else (drawn, 200)


def saved(endpoint: str, hall: Hall, said: str) -> ResponseReturnValue:
    """Go to the list of what was changed, and say that it is saved."""
    flash(said, "success")
    return once.commit(redirect(url_for(endpoint, hall=hall.key), 303))
