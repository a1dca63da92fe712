"""The forms of administrators."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired

from servicedesk.web.forms import DeskForm


class SettingForm(DeskForm):
    """Asks for the value of a setting; what it may be is ``catalogue.settings``'."""

    value = StringField(
        _l("New value"), validators=[DataRequired(_l("Enter the value that holds from now on."))]
    )
