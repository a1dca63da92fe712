"""The lists that ``pick`` questions of a service draw from."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from babel import Locale

from servicedesk.catalogue.registry import Choice, Matter, PickList
from servicedesk.catalogue.searching import findable
from servicedesk.enterprises import answers, equity, legal_forms, noted_branches, reference
from servicedesk.enterprises.certificate_facts import money_words
from servicedesk.enterprises.equity import NEW
from servicedesk.enterprises.holdings import Reservation, is_admission, reservation
from servicedesk.enterprises.models import HOSTED, AddressUnit
from servicedesk.enterprises.name_parts import CHINA
from servicedesk.enterprises.own_companies import company_of
from servicedesk.enterprises.queries import addresses, names
from servicedesk.park import park
from servicedesk.words import Text

_ALPHA_2: Final = re.compile("[A-Z]{2}")
# Groups, test locales and exceptional reservations of ISO 3166 that CLDR lists beside countries.
_NOT_COUNTRIES: Final = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
_KINDS: Final = {
    "room": Text("Rooms", "房间"),
    "desk": Text("Desks in a shared office", "共享办公工位"),
    "hosted": Text("Hosted addresses", "集中登记地"),
}
_JOINS: Final = Text("joins with this application", "本次新加入")
CATEGORIES: Final = {
    "research": Text("Research and development", "研究与试验发展"),
    "biotech goods": Text("Biotech goods", "生物与化工产品"),
    "instruments": Text("Instruments and equipment", "仪器设备"),
    "medical device": Text("Medical devices", "医疗器械"),
    "health": Text("Health", "健康服务"),
    "software": Text("Software and information", "软件与信息"),
    "business": Text("Business services", "商务服务"),
    "trade": Text("Trade and storage", "贸易与仓储"),
    "investment": Text("Investment", "投资"),
    "pharma": Text("Pharmaceuticals", "药品"),
    "medical service": Text("Medical services", "医疗服务"),
    "testing": Text("Testing and laboratories", "检验检测与实验"),
    "food and cosmetics": Text("Food and cosmetics", "食品与化妆品"),
    "hygiene": Text("Hygiene goods", "卫生用品"),
    "chemicals": Text("Chemicals", "化学品"),
    "telecom": Text("Telecommunications", "电信"),
    "labour": Text("Labour services", "人力资源"),
    "logistics": Text("Logistics", "物流"),
    "construction": Text("Construction", "建设工程"),
}


def countries(matter: Matter) -> Sequence[Choice]:  # noqa: ARG001 - one shape for all
    """Return countries and regions, China first, then by English name."""
    return _countries()


@cache
def _countries() -> tuple[Choice, ...]:
    english, chinese = Locale("en").territories, Locale("zh").territories
    entries = [
        Choice(code, Text(name, chinese[code]))
        for code, name in english.items()
        if _ALPHA_2.fullmatch(code) and code not in _NOT_COUNTRIES and code in chinese
    ]
    return tuple(sorted(entries, key=lambda one: (one.key != "CN", _plain(one.label.en))))


def _plain(name: str) -> str:
    """Return a Latin name without accents, to sort by."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


def business_scope(matter: Matter) -> Sequence[Choice]:
    """Return the standard phrases by category; a note says which licence one needs.

    Where an owner is from abroad, or the service is for such companies, it says what is barred to
    them too.
    """
    return _phrases(is_foreign=legal_forms.is_foreign(matter))


@cache
def _phrases(*, is_foreign: bool) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            key=phrase.code,
            label=phrase.name,
            group=CATEGORIES.get(phrase.category),
            note=_note(phrase, is_foreign=is_foreign),
            find=findable(phrase.name, phrase.code),
        )
        for phrase in reference.scope_phrases().values()
    )


def _note(phrase: reference.ScopePhrase, *, is_foreign: bool) -> Text | None:
    licence = _licence_note(phrase)
    bar = reference.foreign_bars().get(phrase.code) if is_foreign else None
    if licence is None or bar is None:
        return licence or (bar.words if bar else None)
    return Text(f"{licence.en}. {bar.words.en}", f"{licence.zh}。{bar.words.zh}")


def _licence_note(phrase: reference.ScopePhrase) -> Text | None:
    if not phrase.is_licensed:
        return None
    when = {
        "pre": Text("before the registration", "登记前"),
        "post": Text(
            "after the registration, before this business begins", "登记后、开展该项经营前"
        ),
        "none": Text("before this business begins", "开展该项经营前"),
    }[phrase.timing]
    return Text(
        f"Needs a licence {when.en}: {phrase.licence.en} ({phrase.authority.en})",
        f"{when.zh}须取得{phrase.licence.zh}（{phrase.authority.zh}）",
    )


def org_forms(matter: Matter) -> Sequence[Choice]:
    """Return the forms a limited company may have, or those of the setting ``org_forms``.

    And the one that the register has of the enterprise, which may be another.
    """
    forms = reference.org_forms()
    offered = legal_forms.offered(matter.settings) or ("llc", "llc_sole", "llc_fie")
    company = company_of(matter)
    registered = [company.org_form] if company and company.org_form in forms else []
    return [Choice(key, forms[key].name) for key in dict.fromkeys([*offered, *registered])]


def name_divisions(matter: Matter) -> Sequence[Choice]:  # noqa: ARG001
    """Return how a name may begin here."""
    return [Choice(name, Text(name, name)) for name in park().division_names]


def name_forms(matter: Matter) -> Sequence[Choice]:
    """Return how the name of the form offered may end: of a limited company where none is said.

    （中国） is only for services for foreign-invested companies.
    """
    form = next(iter(legal_forms.offered(matter.settings)), legal_forms.LLC)
    suffixes = reference.org_forms()[form].suffixes
    if form == legal_forms.LLC_FIE:
        suffixes += tuple(f"(中国){suffix}" for suffix in suffixes)
    endings = ((suffix, suffix.replace("(中国)", CHINA)) for suffix in suffixes)
    return [Choice(key, Text(ending, ending)) for key, ending in endings]


def industries(matter: Matter) -> Sequence[Choice]:  # noqa: ARG001
    """Return the words offered for the industry part of a name."""
    return [
        Choice(one.term, Text(f"{one.term} ({one.name.en})", one.term), one.group)
        for one in reference.industries().values()
    ]


def address_units(matter: Matter) -> Sequence[Choice]:
    """Return the places of the park; those taken are shown and cannot be chosen.

    The place this application holds already counts as free for it.  The setting
    ``unit_kinds`` narrows the list to rooms, desks or hosted addresses.
    """
    kinds = str(matter.settings.get("unit_kinds") or " ".join(_KINDS)).replace(",", " ").split()
    own = addresses.find_open_holding(matter.session, matter.case_id) if matter.case_id else None
    admitted = addresses.admitted_codes(matter.session, answers.chosen_name(matter.answers))
    return [
        _shared(unit, is_admitted=unit.code in admitted)
        if unit.kind == HOSTED and not is_admission(matter.settings)
        else _unit(unit, is_own=own is not None and own.unit_id == unit.id)
        for unit in addresses.units(matter.session)
        if unit.kind in kinds
    ]


def _shared(unit: AddressUnit, *, is_admitted: bool) -> Choice:
    """Return a shared address as a set-up sees it: open to those whom the park admitted."""
    note = Text("for companies admitted to the shared address", "仅限已获准入驻集中登记地的企业")
    return replace(_unit(unit, is_own=False), note=note, taken=not is_admitted)


def _unit(unit: AddressUnit, *, is_own: bool) -> Choice:
    area = f"{unit.area} m²" if unit.area else ""
    free = unit.capacity - unit.taken if unit.is_open else 0
    note = Text(area, area)
    if unit.capacity > 1:
        note = Text(
            f"{free} of {unit.capacity} places free", f"剩余 {free} 个，共 {unit.capacity} 个"
        )
    return Choice(
        key=unit.code,
        label=Text(f"{unit.code}, {unit.building_en}", f"{unit.building_zh} {unit.code}"),
        group=_KINDS.get(unit.kind),
        note=note if note.en else None,
        taken=free <= 0 and not is_own,
    )


def my_names(matter: Matter) -> Sequence[Choice]:
    """Return the names reserved for the applicant; one used by another set-up is taken."""
    return [
        Choice(
            key=str(name.id),
            label=Text(name.full_name, name.full_name),
            note=_countdown(reservation(name, now=matter.now)),
            taken=name.used_by_case_id not in {None, matter.case_id},
        )
        for name in names.names_of(matter.session, matter.applicant_id, now=matter.now)
    ]


def _countdown(held: Reservation | None) -> Text | None:
    if held is None:
        return None
    day, left = held.last_day, held.days_left
    days = "1 day" if left == 1 else f"{left} days"
    return Text(
        f"reserved until {day.day} {day:%B %Y}, " + (f"{days} left" if left else "the last day"),
        f"保留至 {day.year} 年 {day.month} 月 {day.day} 日，"
        + (f"还有 {left} 日" if left else "今天是最后一日"),
    )


def shareholders(matter: Matter) -> Sequence[Choice]:
    """Return who may give equity: the shareholders of the register, and who joins already.

    Empty for a company that the register here does not have.
    """
    company = company_of(matter)
    if company is None:
        return []
    registered = company.facts.get("shareholders") or []
    joining = [one.buyer for one in answers.transfers(matter.answers) if one.buyer_kind == NEW]
    return [
        *(
            Choice(label, Text(label, label), note=_holds(one))
            for label, one in zip(equity.labels(registered), registered, strict=True)
        ),
        *(Choice(name, Text(name, name), note=_JOINS) for name in dict.fromkeys(joining) if name),
    ]


def branches_on_licence(matter: Matter) -> Sequence[Choice]:
    """Return the branches noted on the licence of the company, by their addresses.

    Empty for a company that the register here does not have.
    """
    company = company_of(matter)
    if company is None:
        return []
    noted = noted_branches.entries(company.facts)
    called = zip(noted_branches.labels(company.facts), noted, strict=True)
    return [Choice(label, Text(one["en"], label)) for label, one in called]


def _holds(owner: Mapping[str, Any]) -> Text | None:
    contribution = owner.get("contribution")
    return money_words(contribution) if contribution else None


PICK_LISTS: Final[dict[str, PickList]] = {
    "address_units": address_units,
    "branches_on_licence": branches_on_licence,
    "business_scope": business_scope,
    "countries": countries,
    "industries": industries,
    "my_names": my_names,
    "name_divisions": name_divisions,
    "name_forms": name_forms,
    "org_forms": org_forms,
    "shareholders": shareholders,
}
