"""What is wrong with a file that is no YAML, and what to write instead.

Pure.  The words of libyaml are for programmers; an officer is told what to look for in the line.
"""

import re
from typing import Final

import yaml

_LOOK: Final = (
    "look at blanks at the beginning, a colon after each key, quotes and brackets in pairs"
)
_INDENT: Final = "write what belongs together in the same column, and blanks instead of tabs"
_QUOTE: Final = 'put the text in quotes: "..."'
_ENTRY: Final = "begin it with '- ' in their column, or write it two blanks right of the '-'"
_COLON: Final = (
    'put a text with a colon in quotes, "...", and keys that belong together in one column'
)
# (what libyaml says, what an officer reads), the first that fits.
_WORDS: Final = (
    (
        r"expected '-' indicator",
        f"stands beside the entries of a list and is none; {_ENTRY}",
    ),
    (r"expected ',' or '\}'", "lacks a comma, or a } at the end; write {en: ..., zh: ...}"),
    (r"expected ',' or '\]'", "lacks a comma, or a ] at the end; write [one, two]"),
    (r"expected ':'", "lacks a colon after a key; write key: value, with a blank after the colon"),
    (
        r"mapping values are not allowed",
        f"has a colon too many, or is too far right; {_COLON}",
    ),
    (
        r"expected key|block end|block mapping",
        f"is no key of its own column, or goes on after a closing quote; {_INDENT}",
    ),
    (r"node content", "breaks off where something should be said; write it, or drop the comma"),
    (
        r"while scanning a quoted scalar|unexpected end of stream|document indicator",
        'has a quote that is never closed; write " at both ends of the text',
    ),
    (r"escape", "has a \\ in double quotes; write the text in single quotes: '...'"),
    (r"alias|anchor|alphabetic or numeric", f"begins a text with * or &; {_QUOTE}"),
    (r"tag|constructor", f"begins a text with !; {_QUOTE}"),
    (r"another document", "has a line of --- inside; write one service a file"),
    (r"unhashable|hashable", "has brackets where a key should be; write key: value"),
    (r"directive|'%'", f"begins with %; {_QUOTE}"),
    (r"block scalar|comment or line break", f"begins a text with | or >; {_QUOTE}"),
)


_FULL_WIDTH: Final = re.compile(r"[!-~]\s*[：，]|[：，]\s*[{\[\"]")
_AT_ITS_BEGINNING: Final = re.compile(r"flow (?:mapping|sequence)|simple key|quoted scalar")


def fault(error: yaml.MarkedYAMLError, text: str) -> str:
    """Return what is wrong with ``text``, in words for the author of the file."""
    said = f"{error.context or ''} {error.problem or ''}".strip()
    if error.problem and error.problem.startswith("the key "):  # our own: it is there twice
        return f"{error.problem}; take one out"
    lines = text.splitlines()
    return f"is not YAML: {_words(said, lines[line_of(error, text) - 1] if lines else '')}"


def line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """Return the line to look at, from 1; what is not closed is looked at where it begins."""
    mark = error.problem_mark
    if error.context_mark and _AT_ITS_BEGINNING.search(error.context or ""):
        mark = error.context_mark
    last = len(text.rstrip().splitlines()) or 1
    return min(mark.line + 1, last) if mark else last


def _words(said: str, line: str) -> str:
    if "tab character" in said or ("any token" in said and "\t" in line):
        return "the line has a tab; write blanks instead, two for each step to the right"
    if "any token" in said:
        return f"a text begins with a sign that YAML keeps for itself, like @ or `; {_QUOTE}"
    if _FULL_WIDTH.search(line):
        return "the line has a Chinese colon or comma; write : or , and a blank after it"
    found = next((words for pattern, words in _WORDS if re.search(pattern, said)), None)
    return f"the line {found}" if found else f"{said}; {_LOOK}"
