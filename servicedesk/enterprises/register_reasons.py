"""Why a search found an enterprise: which characters of its name, address or code.

Pure.  Texts come back in pieces, those that were looked for told apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from servicedesk.enterprises.name_parts import is_chinese
from servicedesk.enterprises.register_search import Wanted, name_text, syllables


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it was looked for."""

    text: str
    is_found: bool


Pieces = Sequence[Piece]


def in_name(name: str, wanted: Wanted) -> Pieces:
    """Return the name in pieces; pinyin marks the characters it is read from.

    >>> [one.text for one in in_name("北京瑞康", Wanted(pinyin=("jingrui",))) if one.is_found]
    ['京瑞']
    """
    found = {place for piece in wanted.names for place in _places(name, piece)}
    found |= {place for part in wanted.pinyin for place in _read_as(name, part)}
    return _pieces(name, found)


def in_code(code: str, wanted: Wanted) -> Pieces:
    """Return a credit code in pieces; a search finds its beginning."""
    return _pieces(code, set(range(len(wanted.code))) if code.startswith(wanted.code) else set())


def in_address(address: Mapping[str, str], wanted: Wanted, language: str) -> Pieces:
    """Return the address in pieces if it was looked for, in the language it was found in; or none.

    >>> address = {"en": "Example Street 8", "zh": "示例大街 8 号"}
    >>> [(one.text, one.is_found) for one in in_address(address, Wanted(address="街8号"), "en")]
    [('示例大', False), ('街 8 号', True)]
    """
    looked_for = [wanted.address] if wanted.address else list(wanted.address_words)
    if not looked_for:
        return ()
    for written in (address.get(language, ""), address.get("zh", ""), address.get("en", "")):
        found = {place for piece in looked_for for place in _places(written, piece)}
        if found:
            return _pieces(written, found)
    return ()


def _places(text: str, piece: str) -> Iterator[int]:
    """Yield where the characters of a piece stand in a text, whatever blanks are between."""
    places = [place for place, one in enumerate(text) if not one.isspace()]
    plain = name_text(text)
    at = plain.find(piece) if len(plain) == len(places) else -1
    while piece and at >= 0:
        yield from range(places[at], places[at + len(piece) - 1] + 1)
        at = plain.find(piece, at + len(piece))


def _read_as(name: str, pinyin: str) -> set[int]:
    """Return which characters of a name are read as these letters."""
    runs = list(_runs(name))
    readings = syllables(name)
    at = "".join(readings).find(pinyin) if pinyin else -1
    if at < 0 or len(runs) != len(readings):
        return set()
    found: set[int] = set()
    begin = 0
    for run, reading in zip(runs, readings, strict=True):
        if begin < at + len(pinyin) and begin + len(reading) > at:
            found.update(run)
        begin += len(reading)
    return found


def _runs(name: str) -> Iterator[Sequence[int]]:
    """Yield the places of each Chinese character, and of what lies between them together."""
    for chinese, places in groupby(range(len(name)), lambda place: is_chinese(name[place])):
        together = list(places)
        yield from ([place] for place in together) if chinese else [together]


def _pieces(text: str, found: set[int]) -> Pieces:
    groups: Iterator[tuple[bool, Any]] = groupby(range(len(text)), lambda place: place in found)
    return [Piece("".join(text[place] for place in places), marked) for marked, places in groups]
