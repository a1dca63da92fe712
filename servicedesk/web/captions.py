"""Words in a drawing, broken into lines that fit: SVG breaks none by itself.

Pure.  How wide words are is estimated from the type of the pages (Public Sans), a little on the
wide side.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from servicedesk.words import is_wide

NAME_SIZE: Final = 17  # px of a user unit, as in theme.css
NOTE_SIZE: Final = 15
LINE_HEIGHT: Final = 21
USUAL_WIDTH: Final = 0.6  # of a Latin character, in shares of the type size
WIDTHS: Final = {
    character: width
    for width, characters in {
        0.28: "ijlI.,:;|' ",
        0.41: "frtJ1()/-",
        0.72: "ABCDEFGHKLNOPQRSTUVXYZ&",
        0.92: "mwMW",
    }.items()
    for character in characters
}
OPENING: Final = "（《“"
CLOSING: Final = "，。、；：）》”"


@dataclass(frozen=True)
class Caption:
    """A name and a note below it, in lines."""

    name_lines: tuple[str, ...]
    note_lines: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many lines it has."""
        return len(self.name_lines) + len(self.note_lines)

    @property
    def width(self) -> float:
        """How wide its longest line is."""
        names = [measured(line, NAME_SIZE) for line in self.name_lines]
        return max([*names, *(measured(line, NOTE_SIZE) for line in self.note_lines)], default=0)

    @property
    def height(self) -> float:
        """How far it reaches below the foot of its first line."""
        return (self.count - 1) * LINE_HEIGHT + NOTE_SIZE / 2


def caption(name: str, note: str, width: float) -> Caption:
    """Return name and note in lines of ``width``."""
    return Caption(broken(name, NAME_SIZE, width), broken(note, NOTE_SIZE, width))


def least_width(name: str, note: str) -> float:
    """Return the least width that breaks no word."""
    names = [measured(piece.strip(), NAME_SIZE) for piece in _pieces(name)]
    return max(
        [*names, *(measured(piece.strip(), NOTE_SIZE) for piece in _pieces(note))], default=0
    )


def broken(words: str, size: float, width: float) -> tuple[str, ...]:
    """Return ``words`` in lines of ``width``; Latin breaks at spaces.

    >>> broken("Changping District Market Regulation", 17, 190)
    ('Changping District', 'Market Regulation')
    >>> broken("市场监管部门等您补正", 15, 100)
    ('市场监管部门', '等您补正')
    >>> broken("外国人工作许可通知", 15, 120)
    ('外国人工作许可', '通知')
    >>> broken("审查人员（工作许可）、岗位A类", 15, 60)
    ('审查人员', '（工作许', '可）、岗', '位A类')
    """
    lines = [""]
    for piece in _pieces(words):
        if not lines[-1] or measured((lines[-1] + piece).strip(), size) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    if len(lines) > 1 and len(lines[-1]) == 1 and all(map(is_wide, lines[-2][-1] + lines[-1])):
        lines[-2:] = lines[-2][:-1], lines[-2][-1] + lines[-1]  # no character stands alone
    return tuple(line.strip() for line in lines if line.strip())


def measured(words: str, size: float) -> float:
    """Return about how wide ``words`` are.

    >>> measured("园A", 10)
    17.2
    """
    return size * sum(
        1 if is_wide(character) else WIDTHS.get(character, USUAL_WIDTH) for character in words
    )


def _pieces(words: str) -> Iterator[str]:
    """Yield what a line may break between: Latin words with their space, single characters.

    Chinese punctuation stays with what it closes or opens.
    """
    word = ""
    for character in words:
        if is_wide(character):
            if word and character not in CLOSING and word[-1] not in OPENING:
                yield word
                word = ""
            word += character
        elif character == " ":
            yield f"{word} "
            word = ""
        else:
            if word and is_wide(word[-1]) and word[-1] not in OPENING:
                yield word
                word = ""
            word += character
    if word:
        yield word
