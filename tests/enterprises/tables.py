"""Tables of enterprises for imports, valid unless a test says otherwise."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from servicedesk.catalogue.numbers import credit_check, organisation_check

_CHARACTERS = "澄青云石远长明秋素嘉景和松梅兰竹岚岭野棱杉鹭泉帆河原川水心木行风涛月谷湖溪舟"
_numbers = count(1)

ROW = {
    "法定代表人": "林乔",
    "组织形式": "有限责任公司",
    "注册资本": "5000000.00",
    "成立日期": "2020-03-02",
    "住所": "北京市昌平区示例大街 8 号",
    "经营范围": "BS001;BS002",
    "主营业务": "BS002",
    "股东": "林乔 | person | CN | 3000000.00 CNY | 60.00% | cash | 2031-03-31\n"
    "周若谷 | person | CN | 2000000.00 CNY | 40.00% | cash | 2031-03-31",
    "董事、经理": "林乔 | director, legal_representative",
}


def code_of(number: int) -> str:
    """Return the credit code of an invented enterprise."""
    body = f"MA{number:06}"
    first = f"91110114{body}{organisation_check(body)}"
    return first + credit_check(first)


def name_of(number: int) -> str:
    """Return the name of an invented enterprise."""
    word, rest = "", number
    for _ in range(4):
        rest, at = divmod(rest, len(_CHARACTERS))
        word += _CHARACTERS[at]
    return f"北京{word}生物科技有限公司"


def row(**other: str) -> dict[str, str]:
    """Return a row with a code and a name that no other has."""
    number = next(_numbers)
    own = {"统一社会信用代码": code_of(number), "名称": name_of(number)}
    return own | ROW | other


def rows(how_many: int) -> list[dict[str, str]]:
    """Return so many rows."""
    return [row() for _ in range(how_many)]


def cells(listed: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """Return rows as cells below their headings."""
    listed = list(listed)
    headings = list(dict.fromkeys(key for one in listed for key in one))
    return [headings, *([one.get(key, "") for key in headings] for one in listed)]


def as_csv(table: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a table as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(table)
    return text.getvalue().encode(encoding)


def file_of(*listed: Mapping[str, str]) -> io.BytesIO:
    """Return rows as a CSV file."""
    return io.BytesIO(as_csv(cells(listed)))


def again(content: bytes) -> io.BytesIO:
    """Return a file with this content."""
    return io.BytesIO(content)
