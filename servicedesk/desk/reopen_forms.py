"""The form by which a case that was turned down is taken up again."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from servicedesk.cases.grounds import GROUND_WORDS, Ground
from servicedesk.catalogue.definition import StagePlan
from servicedesk.desk.forms import reason_field
from servicedesk.web import language
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import DeskForm
from servicedesk.web.words import spoken


class ReopenForm(DeskForm):
    """On what grounds, why, and where the case goes on."""

    ground = ChoiceField(
        _l("What does it follow from?"), validators=[DataRequired(_l("Choose the ground."))]
    )
    stage = ChoiceField(
        _l("Where does the case go on?"), validators=[DataRequired(_l("Choose a stage."))]
    )
    reason = reason_field()

    def __init__(self, stages: Sequence[StagePlan], **kwargs: object) -> None:
        usual = {"stage": stages[0].key} if stages else {}
        super().__init__(data=usual, **kwargs)
        self.ground.options = [Option(one, spoken(GROUND_WORDS[one])) for one in Ground]
        self.stage.options = [
            Option(one.key, one.name.in_language(language.current())) for one in stages
        ]
