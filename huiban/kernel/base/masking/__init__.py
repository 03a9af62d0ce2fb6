"""What points to a person in what people wrote: found, and masked.

Found are telephone numbers, identity numbers, bank cards, other documents, licence plates, e-mail
addresses, accounts of messengers, the flat within a building, and names that a word beside them
gives away. The building, the matter, the official's post and public codes stay, for a matter must
still be understood. Where shape and words leave a doubt, a number is masked and a name is kept:
too many stars make a text unreadable, a name alone rarely finds anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from .accounts import accounts, documents, emails
from .found import ALL, HANDLING, Found, Kind
from .homes import homes
from .names import names
from .numbers import numbers
from .plates import plates
from .shadow import shadow_of

__all__ = ["ALL", "HANDLING", "Found", "Kind", "found_in", "mask"]

# Where two find the same characters, the one that stands first here has them.
_FINDERS: tuple[Callable[[str], Iterator[Found]], ...] = (
    emails,
    documents,
    numbers,
    plates,
    accounts,
    homes,
    names,
)


def mask(text: str, kinds: Collection[Kind] = ALL) -> str:
    """The text with all of these kinds masked; everything else stays as it was written.

    Mobiles become 138****1234, landlines 020-*****234 (local ones where a word before says that
    they are), identity numbers 1101**********002X, cards 6222***********1234, plates 皖A****1,
    addresses a***@example.com, flats 3号楼2单元***室, names *女士. Masking twice changes nothing.
    """
    # What was masked may have hidden, by its length or as a neighbour, that something else is there.
    while (masked := _masked(text, kinds)) != text:
        text = masked
    return text


def _masked(text: str, kinds: Collection[Kind]) -> str:
    parts, done = [], 0
    for found in found_in(text, kinds):
        parts += [text[done : found.start], found.masked]
        done = found.end
    return "".join(parts) + text[done:]


def found_in(text: str, kinds: Collection[Kind] = ALL) -> list[Found]:
    """Everything of these kinds in the text, from its beginning to its end, none overlapping.

    Fewer kinds find a part of what all find: what one kind took isn't found as another.
    """
    shadow = shadow_of(text)
    taken, found = bytearray(len(shadow)), []
    for finder in _FINDERS:
        for one in finder(shadow):
            if not any(taken[one.start : one.end]):
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                found.append(one)
    return sorted((one for one in found if one.kind in kinds), key=lambda one: one.start)
