"""Whether a definition says what it must, to everybody, and where it knows it from.

Rules for ``catalogue.checking``: texts in both languages, nothing vague, all elements of the
guide, sources that there are.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from servicedesk.catalogue import definitions, guide
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.sources import sources
from servicedesk.catalogue.suggesting import instead
from servicedesk.park import park

_HAN: Final = re.compile(r"[㐀-䶿一-鿿]")
_LATIN: Final = re.compile(r"[A-Za-z]")
# A guide names its materials; a catch-all is forbidden [L_BJ art. 31].
_PAPERS: Final = r"(?:materials?|documents?|papers)"
_VAGUE: Final = re.compile(
    rf"\b(?:other|relevant|related|necessary|required)(?: supporting)? {_PAPERS}\b"
    rf"|\b{_PAPERS} (?:(?:that|which) (?:is|are) |as )?(?:required|requested|asked for) by\b"
    r"|\betc\b\.?|\band so (?:on|forth)\b"
    r"|(?:其他|其它|相关|有关|必要的?|要求(?:提供|提交)?的|规定的)(?:其他|有关|相关|证明)?(?:材料|资料|文件)"
    r"|等(?:证明)?(?:材料|资料|文件)",
    re.IGNORECASE,
)


def _texts(service: Service) -> Iterator[Problem]:
    """Every text is in both languages, each in its own script but for names."""
    for where, text in definitions.texts(definitions.dump(service)):
        english, chinese = text["en"], text["zh"]
        has_words = _LATIN.search(english) or _HAN.search(english)
        is_code = english == chinese and (where.endswith(".label") or not has_words)
        is_sign = where.endswith(".unit") and not _LATIN.search(chinese)  # "%"
        if not (is_code or is_sign or _HAN.search(chinese)):
            yield Problem(f"{where}.zh", "has no Chinese character; write it in Chinese")
        if not is_code and len(_HAN.findall(english)) >= len(_LATIN.findall(english)):
            yield Problem(
                f"{where}.en", "is not English; write it in English, only names may be in Chinese"
            )
        if english != english.strip() or chinese != chinese.strip():
            yield Problem(where, "begins or ends with a blank; take the blank out")


def _vague_words(service: Service) -> Iterator[Problem]:
    data = definitions.dump(service)
    parts = {"guide": data["guide"], "materials": data["materials"]}
    for where, text in definitions.texts(parts):
        for language in ("en", "zh"):
            if found := _VAGUE.search(text[language]):
                yield Problem(f"{where}.{language}", f"is vague: {found[0]!r}; name what is needed")


def _elements(service: Service) -> Iterator[Problem]:
    """Each of the 26 elements of the guide says something."""
    named = {service.department, *(task.department for _, task in service.all_tasks())}
    if not named <= set(park().departments):
        return  # told already; the guide cannot be drawn
    for key, element in guide.elements(service).items():
        if not element.lines:
            yield Problem(f"guide.{key}", "says nothing; write it, a guide has all 26 elements")


def _sources(service: Service) -> Iterator[Problem]:
    for where, source in _named_sources(definitions.dump(service), ""):
        if source not in sources():
            there = f"{instead(source, sources())} (sources.yaml); what nobody has verified is OWN"
            yield Problem(where, f"names the unknown source {source!r}{there}")


def _named_sources(data: Any, where: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """Yield each source that is named, with its place; a pick or a text names a list by it."""
    if isinstance(data, dict):
        if isinstance(data.get("source"), str) and data.get("kind") not in {"pick", "text"}:
            yield f"{where}.source", data["source"]
        for key, part in data.items():
            if key not in {"when", "examples", "differs"}:
                yield from _named_sources(part, f"{where}.{key}" if where else key)
    elif isinstance(data, list):
        for at, part in enumerate(data):
            key = part.get("key", at) if isinstance(part, dict) else at
            yield from _named_sources(part, f"{where}[{key}]")


RULES: Final = (_texts, _vague_words, _elements, _sources)
