"""The parts of an enterprise name, and the script they are written in.

Division + trade name + industry + form: 北京 + 瑞康 + 生物科技 + 有限公司 (art. 6).  A partnership
has a word of its own before its kind: 北京 + 瑞康 + 企业管理 + 合伙企业 + （有限合伙）.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from opencc import OpenCC

from servicedesk.enterprises import reference
from servicedesk.enterprises.partnerships import KINDS
from servicedesk.park import park

CHINA: Final = "（中国）"  # before the form, of a foreign-invested enterprise (art. 12)
GROUPS: Final = ("集团", "（集团）")  # before the form, of a company that controls others (art. 14)
# Keys for the two endings of a limited company, where a form cannot use Chinese keys.
_FORM_KEYS: Final = {"llc_long": "有限责任公司", "llc_short": "有限公司"}
# Characters of each part that the register keeps; OWN.
LONGEST: Final = {"division": 40, "trade_name": 60, "industry": 60, "form": 40}
_CHINESE: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class NameParts:
    """A name, in its parts; ``division`` and ``industry`` may be empty where that is allowed."""

    division: str
    trade_name: str
    industry: str
    form: str
    body: str = ""  # of a partnership, the word before its kind

    @property
    def full(self) -> str:
        """The name as it is registered."""
        return f"{self.division}{self.trade_name}{self.industry}{self.body}{self.form}"


def of_answers(answers: Mapping[str, Any]) -> NameParts:
    """Return the name that an application's answers spell.

    >>> of_answers({"division": "北京", "trade_name": "瑞 康", "industry": "生物科技",
    ...             "name_form": "llc_short"}).full
    '北京瑞康生物科技有限公司'
    >>> of_answers({"division": "北京", "trade_name": "瑞康", "industry": "企业管理",
    ...             "name_body": "合伙企业", "name_form": "lp"}).full
    '北京瑞康企业管理合伙企业（有限合伙）'
    """
    form = str(answers.get("name_form") or "")
    return NameParts(
        division=tidy(str(answers.get("division") or "")),
        trade_name=tidy(str(answers.get("trade_name") or "")),
        industry=tidy(str(answers.get("industry") or "")),
        form=_ending(form),
        body=tidy(str(answers.get("name_body") or "")) if form in KINDS else "",
    )


def split(full: str, divisions: Iterable[str]) -> NameParts:
    """Return the parts of a name that is written out, as well as can be told without asking.

    >>> split("北京澄野生物科技有限公司", ["北京"])
    NameParts(division='北京', trade_name='澄野', industry='生物科技', form='有限公司', body='')
    """
    name = tidy(full).replace("（", "(").replace("）", ")")
    form = _longest(_endings(), name.endswith)
    rest = name.removesuffix(form)
    division = _longest(divisions, rest.startswith)
    rest = rest.removeprefix(division)
    industry = _longest([*reference.industries(), *reference.industry_tails()], rest.endswith)
    trade_name = rest.removesuffix(industry)
    return NameParts(division, trade_name or rest, industry if trade_name else "", form)


def _endings() -> list[str]:
    forms = reference.org_forms().values()
    return [
        suffix.replace("（", "(").replace("）", ")") for one in forms for suffix in one.suffixes
    ]


def _longest(words: Iterable[str], fits: Callable[[str], bool]) -> str:
    return max((word for word in words if word and fits(word)), key=len, default="")


def usual(given: Mapping[str, str]) -> NameParts:
    """Return the parts asked about, division and form as they usually are where they are missing.

    >>> usual({"trade_name": "瑞康"}).form
    '有限公司'
    """
    return NameParts(
        given.get("division") or park().division_names[-1],
        given.get("trade_name", ""),
        given.get("industry", ""),
        _ending(given.get("name_form", "")) or endings()[0],
    )


def endings() -> tuple[str, ...]:
    """Return how the name of a company may end, the commonest first.

    >>> endings()[:3]
    ('有限公司', '有限责任公司', '股份有限公司')
    """
    forms = reference.org_forms()
    long, short = forms["llc"].suffixes
    return (
        short, long, *forms["jsc"].suffixes, CHINA + short, *(group + short for group in GROUPS)
    )  # fmt: skip


def _ending(form: str) -> str:
    """Return how a name ends: as answered, or for the key that was."""
    if form in KINDS:
        return reference.org_forms()[form].suffixes[0]
    typed = tidy(form).replace("(", "（").replace(")", "）")
    return _FORM_KEYS.get(form, typed)


def tidy(text: str) -> str:
    """Return ``text`` without blanks, in ordinary-width and canonical characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_chinese(character: str) -> bool:
    """Whether ``character`` is a Chinese one.

    >>> is_chinese("瑞"), is_chinese("R")
    (True, False)
    """
    return _CHINESE.fullmatch(character) is not None


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters.

    >>> simplified("華康醫藥")
    '华康医药'
    """
    return str(_converter().convert(text))


def is_standard(character: str) -> bool:
    """Whether ``character`` is surely one of the standard script: it is in GB 2312.

    >>> is_standard("乾"), is_standard("華")
    (True, False)
    """
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
