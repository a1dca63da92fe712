"""How like names are found among millions: by keys that are equal, in the industries that matter.

Each name that is held stands in the index under its own keys (``kept``).  Whoever asks about a
name looks under its keys (``probes``), in its own industry, in those that may be any, and where
it counts in all.  Every probe finds names of one likeness or nearer ones only, in the order of
``name_likeness.rank``; so the first of each probe are enough to know the first of all, however
many names there are.

One character apart: a character that is another or one more leaves the rest in its place, so
the two share a pattern with a gap; one less, and what is left is a whole trade name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from servicedesk.enterprises import industries
from servicedesk.enterprises.name_likeness import SHORTEST_NEAR, Likeness, NameKeys

GAP: Final = "＊"  # full width: no tidied text has it
_TRADE, _TONE, _SOUND, _READING, _SHAPE, _PATTERN = "=", "t", "m", "r", "s", "p"
_LAST: Final = "\U0010ffff"  # after everything
_MAY_BE_ANY: Final = ("", industries.UNLISTED + _LAST)  # no industry, or one nobody listed
_ALL: Final = ("", _LAST)


@dataclass(frozen=True)
class Probe:
    """One look into the index: a key, from which shelf to which, and how its names are alike."""

    key: str
    first: str
    last: str
    alike: Likeness  # of the trade names, whatever the industry


def kept(keys: NameKeys) -> list[str]:
    """Return the keys under which a name that is held stands in the index."""
    others = sorted(keys.sounds - {keys.sound_key})
    return [
        _TRADE + keys.trade_key,
        _TONE + keys.tone_key,
        _SOUND + keys.sound_key,
        *(_READING + sound for sound in others),
        _SHAPE + keys.shape_key,
        *(_PATTERN + one for one in dict.fromkeys(_replaced(keys.trade_key))),
    ]


def probes(keys: NameKeys) -> list[Probe]:
    """Return the looks by which every name that is like this one is found."""
    return [
        Probe(key, first, last, alike)
        for key, alike in _asked(keys).items()
        for first, last in _shelves(keys, alike)
    ]


def _asked(keys: NameKeys) -> dict[str, Likeness]:
    """Return the keys that names like this one stand under, the nearest likeness first."""
    trade = keys.trade_key
    others = sorted(keys.sounds - {keys.sound_key})
    found = {
        _TRADE + trade: Likeness.SAME,
        _TONE + keys.tone_key: Likeness.SAME_SOUND,
        **{_SOUND + sound: Likeness.NEAR_SOUND for sound in [keys.sound_key, *others]},
        _READING + keys.sound_key: Likeness.NEAR_SOUND,
        _SHAPE + keys.shape_key: Likeness.LOOKS_ALIKE,
    }
    patterns = [_PATTERN + one for one in (*_replaced(trade), *_longer(trade))]
    shorter = [_TRADE + one for one in _shorter(trade)]
    for key in (*patterns, *shorter):
        found.setdefault(key, Likeness.ONE_APART)
    return found


def _shelves(keys: NameKeys, alike: Likeness) -> list[tuple[str, str]]:
    """Return where to look: the own industry, those that may be any, all where that counts."""
    own = (keys.shelf, keys.shelf)
    if not industries.is_known(keys.industry_key):  # then every other may be the same
        return [own, _ALL]
    near = [own, _MAY_BE_ANY]
    return near if alike is Likeness.ONE_APART else [*near, _ALL]


def _replaced(trade: str) -> Iterator[str]:
    if len(trade) >= SHORTEST_NEAR:
        yield from (trade[:at] + GAP + trade[at + 1 :] for at in range(len(trade)))


def _longer(trade: str) -> Iterator[str]:
    if len(trade) + 1 >= SHORTEST_NEAR:
        yield from (trade[:at] + GAP + trade[at:] for at in range(len(trade) + 1))


def _shorter(trade: str) -> Iterator[str]:
    if len(trade) >= SHORTEST_NEAR:
        yield from (trade[:at] + trade[at + 1 :] for at in range(len(trade)))
