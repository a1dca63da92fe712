"""Taking up an obligation."""

from wtforms import HiddenField

from servicedesk.web.forms import DeskForm


class TakeUpForm(DeskForm):
    """Begins the application that fulfils one obligation; only the button is seen."""

    kind = HiddenField()
    subject = HiddenField()
