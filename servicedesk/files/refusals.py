"""Why a file is not taken, in words for the person who gave it.

Each sentence says what is wrong and what to do instead; ``code`` is for programs.
"""

from typing import Final

from servicedesk.errors import RuleBroken
from servicedesk.files import formats
from servicedesk.words import Words, say

MOST_PAGES: Final = 300  # of a PDF; OWN
MOST_PIXELS: Final = 80_000_000  # of a picture: an A4 page at 600 dpi has 35 million; OWN


class FileRefused(RuleBroken):
    """The file was looked at and is not taken; nothing was kept."""

    def __init__(self, code: str, words: Words) -> None:
        super().__init__(words)
        self.code = code


class NotKept(FileRefused):
    """The file may be in order, but we cannot take it at present."""


_WORDS: Final = {
    "empty": say("This file is empty. Choose another one."),
    "kind": say(
        "We take %(formats)s. Save this as a PDF, then choose it again.", formats=formats.NAMES
    ),
    "size": say(
        "This file is larger than %(most)s MB. Scan it at a lower resolution or split it.",
        most=formats.FOR_PAGES["megabytes"],
    ),
    "damaged": say(
        "We cannot read this file: it is damaged or incomplete. Save or scan it again, "
        "then choose the new one."
    ),
    "locked": say(
        "This PDF is locked by a password or against changes. Print it to a new PDF, "
        "then choose that one."
    ),
    "pages": say("This PDF has more than %(most)s pages. Split it.", most=MOST_PAGES),
    "script": say(
        "This PDF contains a program, such as a form with scripts. Print it to a new PDF, "
        "then choose that one."
    ),
    "carries": say(
        "This file carries other files inside it. Print it to a new PDF, and give the other "
        "files one by one."
    ),
    "pixels": say(
        "This picture has more than %(most)s million pixels. Make it smaller.",
        most=MOST_PIXELS // 1_000_000,
    ),
    "moving": say("This picture moves. Give a still one."),
    "virus": say("A virus was found in this file, so we did not take it."),
}
_NOT_NOW: Final = {
    "no_room": say(
        "We cannot keep files at present. Your file was not taken; everything else is saved. "
        "Try again in an hour, or bring it to the hall."
    ),
    "no_scanner": say(
        "We cannot check files for viruses at present. Your file was not taken; everything "
        "else is saved. Try again in a few minutes."
    ),
    "busy": say("Many files are being checked just now. Try again in a minute."),
}


def refused(code: str) -> FileRefused:
    """Return the error for ``code``: of a file not in order, or of a desk that cannot take it.

    >>> str(refused("empty"))
    'This file is empty. Choose another one.'
    """
    if code in _NOT_NOW:
        return NotKept(code, _NOT_NOW[code])
    return FileRefused(code, _WORDS[code])


def words_of(found: FileRefused, name: str) -> Words:
    """Return why the file called ``name`` is not taken: of one whose name lies, that it does.

    >>> str(words_of(refused("kind"), "lease.pdf"))[:51]
    'This file is called .pdf, but what is in it is not '
    """
    promised = formats.called(name)
    if found.code != "kind" or promised is None:
        return found.words
    return say(
        "This file is called %(ending)s, but what is in it is not %(format)s; a new name does not"
        " change that. Open it in the program it was made with and save it there as a PDF, then"
        " choose that one.",
        ending=promised.endings[0],
        format=promised.name,
    )
