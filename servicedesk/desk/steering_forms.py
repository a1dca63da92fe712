"""The forms with which a supervisor steers a hall."""

from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, Length

from servicedesk.hall.forms import LANGUAGE_OPTIONS
from servicedesk.hall.ready_texts import READY_TEXTS
from servicedesk.park import local_day, midnight
from servicedesk.web.fields import ManyField
from servicedesk.web.filters import text
from servicedesk.web.forms import DeskForm
from servicedesk.words import Text

# Characters: both together are two lines of a board (hall.css, .said).
LONGEST_ENGLISH: Final = 80
LONGEST_CHINESE: Final = 30
_LONGEST_WORDS: Final = 120  # of a call for help
_DAY: Final = "day"
_NO_NAMES: Final = _l("Everybody in the hall reads and hears it: no names, no numbers of cases.")


def _stripped(typed: str | None) -> str:
    return " ".join((typed or "").split())


def _message_field(label: str, longest: int) -> StringField:
    too_long = _l("Keep the message under %(count)s characters.", count=longest)
    short = Length(max=longest, message=too_long)
    return StringField(label, filters=[_stripped], validators=[short])


class AnnounceForm(DeskForm):
    """Says something to everybody in a hall."""

    ready = SelectField(_l("Message"), description=_NO_NAMES)
    text_zh = _message_field(_l("Own words, in Chinese"), LONGEST_CHINESE)
    text_en = _message_field(_l("Own words, in English"), LONGEST_ENGLISH)
    until = SelectField(
        _l("Shown for"),
        choices=[
            SelectChoice("15", _l("15 minutes")),
            SelectChoice("30", _l("30 minutes")),
            SelectChoice("60", _l("An hour")),
            SelectChoice("120", _l("Two hours")),
            SelectChoice(_DAY, _l("The rest of the day")),
        ],
        default="30",
    )

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        own = SelectChoice("", _("Own words, in both languages"))
        ready = [SelectChoice(key, text(words)) for key, words in READY_TEXTS.items()]
        self.ready.choices = [*ready, own]

    def message(self) -> Text | None:
        """Return the message in both languages; None, said on the form, where one is missing."""
        if self.ready.data:
            return READY_TEXTS[self.ready.data]
        for field in (self.text_zh, self.text_en):
            if not field.data:
                self.complain(_("Write the message in both languages."), field)
                return None
        return Text(self.text_en.data or "", self.text_zh.data or "")

    def shown_until(self, now: datetime) -> datetime:
        """Return until when it is shown."""
        if self.until.data == _DAY:
            return midnight(local_day(now) + timedelta(days=1))
        return now + timedelta(minutes=int(self.until.data))


class HelpForm(DeskForm):
    """Calls clerks to help."""

    to = SelectField(_l("Who is asked?"))
    words = StringField(
        _l("What for?"),
        description=_l("A few words. No names of visitors, no numbers of cases."),
        filters=[_stripped],
        validators=[Length(max=_LONGEST_WORDS, message=_l("Use at most 120 characters."))],
    )


class OpenForm(DeskForm):
    """Sends a clerk to a counter."""

    clerk = SelectField(_l("Clerk"), validators=[DataRequired(_l("Choose who is to come."))])
    queues = ManyField(
        _l("Lines to serve there"), validators=[DataRequired(_l("Choose at least one line."))]
    )
    languages = ManyField(
        _l("Languages they speak"),
        description=_l("Choose none for those with which they signed on last."),
        options=LANGUAGE_OPTIONS,
    )


class MoveForm(DeskForm):
    """Lets a clerk serve other lines."""

    queues = ManyField(
        _l("Lines to serve from now on"),
        validators=[DataRequired(_l("Choose at least one line."))],
    )
