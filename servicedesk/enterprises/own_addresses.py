"""An address outside the park: written in Chinese, and in the registrar's own division.

The registrar of the district registers (实施细则 art. 4, L_MERR); an address that names no
division is taken to be here, for an officer reads the title or lease.

Source: domain/enterprise_services.yaml, ``clock_common.jurisdiction``.
"""

import re
from collections.abc import Collection
from typing import Final

from servicedesk.enterprises.name_parts import is_chinese, simplified, tidy
from servicedesk.words import Words, say

_COUNTRY: Final = re.compile("^(?:中华人民共和国|中国)")
_LATIN: Final = re.compile("[A-Za-z]")
_STREET: Final = "路|街|大街|道|大道|巷|胡同|里"  # 上海路 is a street anywhere
_NAMED: Final = re.compile(
    "[\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|特别行政区)"
    f"|[\u4e00-\u9fff]{{2,4}}?(?:市|新区|县)(?!场|{_STREET})"
)
_FEWEST: Final = 4  # Chinese characters of an address


def fault(address: str, *, homes: Collection[str], divisions: Collection[str]) -> Words | None:
    """Return what is wrong with an address of one's own, or None.

    >>> homes, known = ["北京市昌平区", "北京市", "北京"], ["北京", "昌平", "海淀", "上海"]
    >>> fault("北京市昌平区示例大街 8 号", homes=homes, divisions=known)
    >>> str(fault("上海市浦东新区示例路 1 号", homes=homes, divisions=known)).partition(".")[0]
    'This address is not in 北京市昌平区'

    Args:
        address: as typed.
        homes: the registrar's own division, and the divisions it lies in, as addresses name them.
        divisions: short names of divisions, these and others.
    """
    text = simplified(tidy(address))
    count = sum(map(is_chinese, text))
    if count < _FEWEST or len(_LATIN.findall(text)) > count:
        return say("Enter the address in Chinese, as in the title or lease.")
    if not _names_another(_COUNTRY.sub("", text), homes, divisions):
        return None
    return say(
        "This address is not in %(home)s. A company is registered where its address is. If it is "
        "here, begin with %(home)s.",
        home=max(homes, key=len),
    )


def _names_another(text: str, homes: Collection[str], divisions: Collection[str]) -> bool:
    """Whether ``text`` begins with another division, below those it shares with us."""
    own = {one for one in divisions if any(one in home for home in homes)}
    above = {one for one in own if any(home.startswith(one) for home in homes)}
    rest = re.sub(f"^(?:{'|'.join(sorted(above))})(?:市|省)?", "", text) if above else text
    if any(rest.startswith(one) for one in own - above):
        return False
    others = "|".join(re.escape(one) for one in divisions if one not in own - above)
    return bool(re.match(f"(?:{others})(?!{_STREET})", rest) or _NAMED.match(rest))
