"""The forms of administrators."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from servicedesk.catalogue.models import REASON_LENGTH
from servicedesk.web.forms import DeskForm, stripped

_NEEDED = DataRequired(_l("Enter the value that holds from now on."))
_WHY = (
    DataRequired(_l("Say why the value changes.")),
    Length(
        max=REASON_LENGTH,
        message=_l("Keep the reason under %(most)s characters.", most=REASON_LENGTH),
    ),
)


class SettingForm(DeskForm):
    """Asks for the value of a setting and why; what it may be is ``catalogue.settings``'."""

    value = StringField(_l("New value"), filters=[stripped], validators=[_NEEDED])
    reason = TextAreaField(
        _l("Why it changes"),
        description=_l("The rule, notice or decision. It is kept with the version."),
        filters=[stripped],
        validators=_WHY,
    )


class PublishForm(DeskForm):
    """Confirms a value: what was typed before, and the state that the preview was made from."""

    value = HiddenField(filters=[stripped], validators=[_NEEDED])
    reason = HiddenField(filters=[stripped], validators=_WHY)
    seen = HiddenField()
