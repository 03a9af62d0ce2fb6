"""The items of a pasted chat that a worker decides on: what may be a report, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiban.kernel.base.spoken import spoken_moment
from huiban.kernel.base.text import normalise

from .messages import Message, messages_of
from .sorting import ATTACHMENT, PLEASANTRY, pictures_in, place_in, plain_words, why_left_out

# Within this a sender's next message goes on with the one before.
GOES_ON = timedelta(minutes=5)


@dataclass(frozen=True)
class Item:
    """A message, or several that belong together. `left_out` says why it is no report, or is "".

    `at` is when it was told (UTC): by the chat's own time, else as its words say, else None.
    `begins` is its first message, by which it is known again in a later, longer copy of the chat;
    `occurrence` counts those that begin alike before it. `listed` is of a 接龙.
    """

    sender: str
    at: datetime | None
    text: str
    place_words: str
    pictures: int
    left_out: str
    listed: bool
    begins: str
    occurrence: int = 0


def read_chat(text: str, pasted_at: datetime, keywords: Iterable[str] = ()) -> list[Item]:
    """The items of a pasted chat in their order. `pasted_at` carries the reader's zone.

    A list that was pasted several times as it grew is read once.
    """
    known = tuple(keywords)
    items: list[Item] = []
    last: Message | None = None
    for message in messages_of(normalise(text), pasted_at):
        item = _item(message, pasted_at, known)
        if items and last is not None and _goes_on(last, message, items[-1], item):
            items[-1] = _joined(items[-1], item)
        else:
            items.append(item)
        last = message
    return _counted(items)


def _item(message: Message, pasted_at: datetime, keywords: tuple[str, ...]) -> Item:
    words = plain_words(message.text)
    return Item(
        sender=message.sender,
        at=message.at or _spoken_of(words, pasted_at),
        text=words or message.text,
        place_words=place_in(words),
        pictures=pictures_in(message.text),
        left_out=why_left_out(message.sender, message.text, message.listed, keywords),
        listed=message.listed,
        begins=message.text,
    )


def _spoken_of(words: str, pasted_at: datetime) -> datetime | None:
    spoken = spoken_moment(words, pasted_at)
    return spoken.moment if spoken is not None and spoken.moment <= pasted_at else None


def _goes_on(last: Message, message: Message, before: Item, item: Item) -> bool:
    """Whether a message belongs to the one before: same sender, soon after, one of them a matter."""
    if message.listed or last.listed or not message.sender or message.sender != last.sender:
        return False
    talk = before.left_out and item.left_out and not (before.pictures or item.pictures)
    return not talk and before.left_out != PLEASANTRY and _soon(last, message)


def _soon(last: Message, message: Message) -> bool:
    if last.at is None or message.at is None:
        return last.at is message.at
    return abs(message.at - last.at) <= GOES_ON


def _joined(before: Item, item: Item) -> Item:
    said = [one.text for one in (before, item) if one.left_out not in (ATTACHMENT, PLEASANTRY)]
    return replace(
        before,
        text="\n".join(said) or before.text,
        place_words=before.place_words or item.place_words,
        pictures=before.pictures + item.pictures,
        left_out=before.left_out and item.left_out,
    )


def _counted(items: list[Item]) -> list[Item]:
    """Without entries of a list that were there before; equal others are counted."""
    seen: dict[tuple[str, datetime | None, str], int] = {}
    listed: set[str] = set()
    kept = []
    for item in items:
        if item.listed:
            if item.text in listed:
                continue
            listed.add(item.text)
        mark = (item.sender, item.at, item.begins)
        kept.append(replace(item, occurrence=seen.get(mark, 0)))
        seen[mark] = seen.get(mark, 0) + 1
    return kept
