"""A token inside a PDF, so that every byte of the file has to be as it was printed.

The token stands in comment lines between the last object and the cross-reference table.  That
is white space to every reader: no object moves, nothing follows the end of the file, and PDF/A
stays what it was (ISO 19005-2, 6.1.3 forbids anything after ``%%EOF``).  Only the offset behind
``startxref`` changes, by the length of the comment.

What is signed is the print without the token.  ``taken_apart`` gives print and token back only
where putting them together again yields the very same bytes, so there is one way to write a
sealed file and no byte of it is free.
"""

import re
from typing import Final

_BEGIN: Final = b"%servicedesk-signature\n"
_END: Final = b"%end of servicedesk-signature\n"
_WIDTH: Final = 96  # characters of the token in a line; ISO 32000 wants lines below 256
_TAIL: Final = re.compile(rb"\nstartxref\n([1-9][0-9]{0,9})\n%%EOF\n?\Z")


class NoToken(ValueError):
    """The file carries no token."""


class NotOneOfOurs(ValueError):
    """The file is not built as we build it: it was altered, or never ours."""


def with_token(printed: bytes, token: str) -> bytes:
    """Return a print with ``token`` in it.

    Raises:
        NotOneOfOurs: it is no PDF with a cross-reference table at its end.
    """
    tail = _tail_of(printed)
    at = int(tail[1])
    block = _block(token)
    if printed[at : at + 5] != b"xref\n":
        raise NotOneOfOurs("no cross-reference table where the file says")
    moved = str(at + len(block)).encode()
    return b"".join(
        [printed[:at], block, printed[at : tail.start(1)], moved, printed[tail.end(1) :]]
    )


def taken_apart(data: bytes) -> tuple[bytes, str]:
    """Return the print, and the token that it was given.

    Raises:
        NoToken: there is none.
        NotOneOfOurs: there is one, but the file is not what ``with_token`` makes.
    """
    if _BEGIN not in data and _END not in data:
        raise NoToken
    tail = _tail_of(data)
    end = int(tail[1])
    at = data.rfind(_BEGIN, 0, end)
    if at < 0 or not data.endswith(_END, at, end):
        raise NotOneOfOurs("the token is not where it belongs")
    lines = data[at + len(_BEGIN) : end - len(_END)].split(b"\n")
    token = b"".join(line[1:] for line in lines).decode("ascii", "replace")
    printed = b"".join(
        [data[:at], data[end : tail.start(1)], str(at).encode(), data[tail.end(1) :]]
    )
    if with_token(printed, token) != data:
        raise NotOneOfOurs("not spelt as we spell it")
    return printed, token


def _tail_of(data: bytes) -> re.Match[bytes]:
    tail = _TAIL.search(data, max(0, len(data) - 64))
    if tail is None:
        raise NotOneOfOurs("no end of a PDF")
    return tail


def _block(token: str) -> bytes:
    lines = (token[i : i + _WIDTH] for i in range(0, len(token), _WIDTH))
    return _BEGIN + b"".join(f"%{line}\n".encode() for line in lines) + _END
