"""The forms by which the park's staff change its places and who is there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from servicedesk.enterprises.address_showing import KIND_WORDS
from servicedesk.enterprises.models import AddressHolding, AddressUnit
from servicedesk.enterprises.operations.address_stock import Place, Terms
from servicedesk.enterprises.queries.address_stock import Building
from servicedesk.web.fields import ChoiceField, DateBoxesField, Option, PickField
from servicedesk.web.filters import text
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken
from servicedesk.words import Text

MOST_PLACES: Final = 10_000
_LONGEST_LEASE: Final = 300  # the width of ``AddressUnit.lease_en``


def _number(label: str, missing: str, least: int, most: int, description: str = "") -> IntegerField:
    words = _l("Enter a number from %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        label,
        description=description,
        validators=[InputRequired(missing), NumberRange(least, most, message=words)],
    )


def _sentence(label: str, lang: str, most: int, *, missing: str = "") -> StringField:
    too_long = _l("Keep it under %(count)s characters.", count=most)
    return StringField(
        label,
        filters=[stripped],
        validators=[
            DataRequired(missing) if missing else Optional(),
            Length(max=most, message=too_long),
        ],
        render_kw={"lang": lang},
    )


class ReasonForm(DeskForm):
    """What every change asks for: why, for the history."""

    reason = TextAreaField(
        _l("Why it changes"),
        description=_l("For the history of the place. Companies do not see it."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why it changes.")),
            Length(max=500, message=_l("Keep the reason under 500 characters.")),
        ],
    )

    def last_asked(self) -> None:
        """Ask for the reason after everything else."""
        self._fields["reason"] = self._fields.pop("reason")


class TermsForm(ReasonForm):
    """How many a place holds, how large it is, and how it is let."""

    seen = HiddenField()
    capacity = _number(
        _l("Places"), _l("Enter how many companies may be here."), 1, MOST_PLACES,
        _l("How many companies may be registered here. Never fewer than are."),
    )  # fmt: skip
    area = IntegerField(
        _l("Area, m²"),
        validators=[
            Optional(),
            NumberRange(1, 1_000_000, message=_l("Enter the area in whole square metres.")),
        ],
    )
    lease_en = _sentence(_l("Conditions in English"), "en", _LONGEST_LEASE)
    lease_zh = _sentence(_l("Conditions in Chinese"), "zh", _LONGEST_LEASE)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whether all is in order; conditions come in both languages or in none."""
        is_good: bool = super().validate(extra_validators)
        if bool(self.lease_zh.data) == bool(self.lease_en.data):
            return is_good
        words = _l("Give the conditions in both languages, or in none.")
        self.complain(str(words), self.lease_zh)
        return False

    def terms(self) -> Terms:
        """Return the terms as they are wanted."""
        lease = Text(self.lease_en.data, self.lease_zh.data or "") if self.lease_en.data else None
        return Terms(self.capacity.data or 0, self.area.data, lease)

    @staticmethod
    def of(unit: AddressUnit) -> dict[str, object]:
        """Return what the form begins with."""
        return {
            "capacity": unit.capacity, "area": unit.area, "lease_en": unit.lease_en,
            "lease_zh": unit.lease_zh, "seen": Terms.of(unit).state,
        }  # fmt: skip


class AddForm(TermsForm):
    """A place to be added to a building."""

    building = PickField(_l("Building"), validators=[DataRequired(_l("Choose the building."))])
    code = StringField(
        _l("Number of the place"),
        description=_l("As on its door, beginning with the building: 4-207"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter the number of the place.")),
            Length(max=40, message=_l("Keep it under %(count)s characters.", count=40)),
            Regexp("[0-9A-Z]+-[0-9A-Z]+$", message=_l("Write it like 4-207 or 2-D01.")),
        ],
    )
    kind = ChoiceField(_l("Kind"), validators=[DataRequired(_l("Choose the kind."))])
    floor = _number(_l("Floor"), _l("Enter the floor."), -9, 200)
    address_en = _sentence(
        _l("Address in English"), "en", 240, missing=_l("Enter the address in English.")
    )
    address_zh = _sentence(
        _l("Address in Chinese"), "zh", 240, missing=_l("Enter the address in Chinese.")
    )

    def offer(self, buildings: Sequence[Building]) -> None:
        """Offer the buildings, and put the questions in their order."""
        self.building.options = [Option(one.key, text(one.name)) for one in buildings]
        self.kind.options = [Option(key, spoken(words)) for key, words in KIND_WORDS.items()]
        for name in ("capacity", "area", "lease_en", "lease_zh", "reason"):
            self._fields[name] = self._fields.pop(name)

    def validate_code(self, field: StringField) -> None:
        """See that the number begins with the building chosen."""
        if self.building.data and not (field.data or "").startswith(f"{self.building.data}-"):
            raise ValidationError(
                _l("The number begins with the building: %(key)s-", key=self.building.data)
            )

    def place(self, building: AddressUnit) -> Place:
        """Return the place that is wanted; ``building`` is any place in it."""
        address = Text(self.address_en.data or "", self.address_zh.data or "")
        return Place(
            self.code.data or "", self.kind.data, building, self.floor.data or 0, address,
            self.terms(),
        )  # fmt: skip


class ProlongForm(ReasonForm):
    """The day on which a lease or stay ends from now on."""

    seen = HiddenField()
    until = DateBoxesField(
        _l("Last day"),
        description=_l("Leave it empty for a lease without an end."),
    )

    @staticmethod
    def of(holding: AddressHolding) -> dict[str, object]:
        """Return what the form begins with."""
        return {"until": holding.until, "seen": str(holding.until or "")}


class SettleForm(ReasonForm):
    """A company that came without an application of this desk."""

    occupant = StringField(
        _l("Name of the company"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter the name of the company.")),
            Length(max=120, message=_l("Keep it under %(count)s characters.", count=120)),
        ],
        render_kw={"lang": "zh-CN"},
    )
    until = DateBoxesField(
        _l("Last day"),
        description=_l("Leave it empty for a lease without an end."),
    )


def not_before(form: ProlongForm | SettleForm, today: date) -> bool:
    """Whether the day asked for is today or later; if not, the form says so."""
    day = form.until.data
    if day is None or day >= today:
        return True
    form.complain(str(_l("Enter today or a later day.")), form.until)
    return False
