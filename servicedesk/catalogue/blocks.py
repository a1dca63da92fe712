"""Kinds that stand for several questions: a person, an organisation, a period, a schedule.

Pure.  A block is written like a question and becomes those it stands for, with keys that begin
with its own: ``contract`` of kind ``period`` asks ``contract_from`` and ``contract_to``.  What
follows (forms, conditions, lists, checks) knows questions only.

    - {key: agent, kind: person, label: {en: Agent, zh: 代理人}, parts: [name, paper, phone]}
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from servicedesk.catalogue.suggesting import instead

Said = Mapping[str, Any]  # as YAML or JSON has it

_BLOCK: Final = 'key: agent, label: {en: "...", zh: "..."}'
_HANDED_ON: Final = ("required", "when")


def unfolded(fields: object) -> object:
    """Return ``fields`` with every block in it as the questions it stands for.

    Raises:
        ValueError: a block says something that it cannot.
    """
    if not isinstance(fields, Sequence) or isinstance(fields, str):
        return fields
    return [one for field in fields for one in _questions(field)]


def _questions(field: Any) -> Iterator[Any]:  # noqa: ANN401 - whatever the file has
    kind = field.get("kind") if isinstance(field, Mapping) else None
    unfold = BLOCKS.get(kind) if isinstance(kind, str) else None
    if unfold is None:
        yield field
        return
    if not isinstance(field.get("key"), str) or not isinstance(field.get("label"), Mapping):
        needs = f"a {kind} needs a key and a label"
        raise ValueError(f"{needs}; write {_BLOCK} besides")  # noqa: TRY004 - told by pydantic
    known = {"key", "kind", "label", "help", *_HANDED_ON, *_OWN.get(str(kind), ())}
    if strange := sorted(set(field) - known):
        there = instead(strange[0], sorted(known))
        raise ValueError(f"a {kind} knows no {strange[0]!r}{there}")
    found = list(unfold(field))
    if found and "help" in field:
        found[0] = {"help": field["help"], **found[0]}
    yield from found


def _part(block: Said, name: str, label: tuple[str, str], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one question of a block; ``label`` follows the block's own, in both languages."""
    own = block["label"]
    words = {"en": f"{own.get('en', '')}: {label[0]}", "zh": f"{own.get('zh', '')}{label[1]}"}
    handed = {key: block[key] for key in _HANDED_ON if key in block}
    if "when" in more and "when" in handed:
        more["when"] = {"and": [handed.pop("when"), more["when"]]}
    return {"key": f"{block['key']}_{name}", "label": words, **handed, **more}


def _wanted(block: Said, known: Sequence[str], usual: Sequence[str]) -> Sequence[str]:
    parts = block.get("parts", usual)
    if strange := sorted(set(parts) - set(known)):
        raise ValueError(f"has no part {strange[0]!r}{instead(strange[0], known)}")
    return [one for one in known if one in parts]


def _period(block: Said) -> Iterator[dict[str, Any]]:
    bounds = {key: block[key] for key in ("earliest_days", "latest_days") if key in block}
    ends = {"latest_days": block["ends_latest_days"]} if "ends_latest_days" in block else {}
    own = {"not_before": f"{block['key']}_from", **ends}
    yield _part(block, "from", ("from", "开始日期"), kind="date", **bounds)
    yield _part(block, "to", ("to", "结束日期"), kind="date", **own)


def _person(block: Said) -> Iterator[dict[str, Any]]:
    for part in _wanted(block, list(_PERSON), ("name", "country", "paper")):
        yield from _PERSON[part](block)


def _paper(block: Said) -> Iterator[dict[str, Any]]:
    """An identity paper: its kind, and the number as that kind writes it."""
    kind = f"{block['key']}_id_kind"
    options = [{"key": key, "label": {"en": en, "zh": zh}} for key, en, zh in _ID_KINDS]
    yield _part(block, "id_kind", ("identity document", "证件类型"), kind="choice", options=options)
    for name, number, of, label in (
        ("id_card", "chinese_id", ["id_card"], ("identity card number", "身份证号码")),
        ("passport", "passport", ["passport"], ("passport number", "护照号码")),
        ("id_number", "permit_number", _PERMITS, ("number of the document", "证件号码")),
    ):
        asked = {"in": [{"var": kind}, of]}
        yield _part(block, name, label, kind=number, sensitive=True, when=asked)


def _organisation(block: Said) -> Iterator[dict[str, Any]]:
    for part in _wanted(block, list(_ORGANISATION), ("name", "credit_code")):
        yield from _ORGANISATION[part](block)


def _schedule(block: Said) -> Iterator[dict[str, Any]]:
    """Contributions: when, how much, in what; added up against ``target``."""
    methods = [{"key": key, "label": {"en": en, "zh": zh}} for key, en, zh in _METHODS]
    money = {"currencies": block["currencies"]} if "currencies" in block else {}
    handed = {key: block[key] for key in (*_HANDED_ON, "min", "max") if key in block}
    total = {"label": _TOTAL, "field": "amount", "target": block.get("target")}
    yield {
        "key": block["key"], "kind": "group", "label": block["label"], **handed,
        "item": {"en": "contribution", "zh": "期出资"},
        "title": ["on"], "line": ["amount", "method"],
        **({"total": total} if "target" in block else {}),
        "fields": [
            {"key": "on", "kind": "date", "label": {"en": "Paid by", "zh": "出资日期"}},
            {"key": "amount", "kind": "money", "label": {"en": "Amount", "zh": "出资额"}, **money},
            {"key": "method", "kind": "choice", "label": {"en": "Paid in", "zh": "出资方式"},
             "options": methods},
        ],
    }  # fmt: skip


def _one(name: str, label: tuple[str, str], **more: Any) -> Callable[[Said], Iterator[Any]]:  # noqa: ANN401
    """Return what asks one part of a block."""
    return lambda block: iter((_part(block, name, label, **more),))


# As enterprises.identities knows them; the numbers of the last three have no check digit of ours.
_ID_KINDS: Final = (
    ("id_card", "Chinese identity card", "居民身份证"),
    ("passport", "Passport", "护照"),
    (
        "hk_macao_permit",
        "Mainland permit for Hong Kong or Macao residents",
        "港澳居民来往内地通行证",
    ),
    ("taiwan_permit", "Mainland permit for Taiwan residents", "台湾居民来往大陆通行证"),
    ("residence_card", "Foreign permanent resident ID card", "外国人永久居留身份证"),
)  # fmt: skip
_PERMITS: Final = [key for key, _, _ in _ID_KINDS[2:]]
_SEXES: Final = [
    {"key": "female", "label": {"en": "Female", "zh": "女"}},
    {"key": "male", "label": {"en": "Male", "zh": "男"}},
]
# What may be contributed: 公司法 art. 48, 市场主体登记管理条例 art. 13 (capital_rules.in_kind).
_METHODS: Final = (
    ("money", "Money", "货币"),
    ("goods", "Goods", "实物"),
    ("ip", "Intellectual property", "知识产权"),
    ("land", "Land use right", "土地使用权"),
    ("equity", "Equity", "股权"),
    ("claims", "Claims", "债权"),
)
_TOTAL: Final = {"en": "Contributions in all", "zh": "出资合计"}
_NAME: Final = {"kind": "text", "min": 2, "max": 120}
_PERSON: Final[dict[str, Callable[[Said], Iterator[Any]]]] = {
    "name": _one("name", ("full name", "姓名"), **_NAME),
    "sex": _one("sex", ("sex", "性别"), kind="choice", options=_SEXES),
    "birth": _one(
        "birth", ("date of birth", "出生日期"), kind="date", latest_days=0, sensitive=True
    ),
    "country": _one("country", ("nationality", "国籍"), kind="pick", source="countries"),
    "paper": _paper,
    "phone": _one("phone", ("telephone", "联系电话"), kind="phone"),
    "email": _one("email", ("e-mail", "电子邮箱"), kind="email"),
    "address": _one("address", ("address", "住址"), kind="address"),
}  # fmt: skip
_ORGANISATION: Final[dict[str, Callable[[Said], Iterator[Any]]]] = {
    "name": _one("name", ("name", "名称"), **_NAME),
    "credit_code": _one("credit_code", ("credit code", "统一社会信用代码"), kind="credit_code"),
    "country": _one(
        "country", ("country or region", "国家或者地区"), kind="pick", source="countries"
    ),
    "number": _one("number", ("registration number", "登记号码"), kind="permit_number"),
    "address": _one("address", ("address", "住所"), kind="address"),
    "phone": _one("phone", ("telephone", "联系电话"), kind="phone"),
    "email": _one("email", ("e-mail", "电子邮箱"), kind="email"),
}  # fmt: skip
PARTS: Final[dict[str, Sequence[str]]] = {
    "person": tuple(_PERSON),
    "organisation": tuple(_ORGANISATION),
}
_OWN: Final[dict[str, Sequence[str]]] = {  # what a block may say besides what all may
    "person": ("parts",),
    "organisation": ("parts",),
    "period": ("earliest_days", "latest_days", "ends_latest_days"),
    "schedule": ("currencies", "target", "min", "max"),
}
BLOCKS: Final[dict[str, Callable[[Said], Iterator[Any]]]] = {
    "period": _period,
    "person": _person,
    "organisation": _organisation,
    "schedule": _schedule,
}
