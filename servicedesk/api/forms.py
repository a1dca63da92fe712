"""The forms of access tokens."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from servicedesk.api.scopes import LONGEST_DAYS, SCOPE_WORDS, USUAL_DAYS
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken

_NAME_LENGTH = 80  # characters; the width of AccessToken.name


class TokenForm(DeskForm):
    """Makes an access token."""

    scope = ChoiceField(
        _l("What is it for?"), validators=[DataRequired(_l("Choose what the token is for."))]
    )
    whose = StringField(
        _l("Of which hall or person?"),
        description=_l(
            "For a kiosk or a board the name of the hall in addresses, such as training. For an"
            " integrator or staff the e-mail address of the person it acts for."
        ),
        filters=[stripped],
        validators=[DataRequired(_l("Enter a hall or an e-mail address.")), Length(max=254)],
    )
    name = StringField(
        _l("Which machine or program holds it?"),
        description=_l("So that you know it again when it has to be revoked."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter a name for the machine or program.")),
            Length(max=_NAME_LENGTH, message=_l("Keep the name under 80 characters.")),
        ],
    )
    days = IntegerField(
        _l("For how many days?"),
        default=USUAL_DAYS,
        validators=[NumberRange(1, LONGEST_DAYS, message=_l("Give a number from 1 to 366."))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scope.options = tuple(
            Option(scope.value, spoken(words)) for scope, words in SCOPE_WORDS.items()
        )
