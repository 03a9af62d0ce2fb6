"""Taking in what residents said in a chat, on their behalf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.people.sealed import lookup_hash

from .. import permits, wording
from ..contracts import Reported, Told
from ..queries.owners import units
from ..queries.scanning import where_of_unit
from ..rules import TIER_OF_LEVEL
from .intake import report


@dataclass(frozen=True)
class Heard:
    """What a worker took from a chat. `number` says which paste it came from, and its place there."""

    key: str
    text: str
    place_words: str = ""
    told_at: datetime | None = None
    number: str = ""


def key_of(unit_id: UUID, sender: str, at: datetime | None, begins: str, occurrence: int) -> str:
    """The key of a message: the same in every copy of the chat, and telling nothing about who."""
    moment = at.isoformat(timespec="minutes") if at is not None else ""
    said = "\n".join((unit_id.hex, sender, moment, str(occurrence), begins))
    return f"chat-{lookup_hash(f'chat:{said}')[:48]}"


def take_from_chat(actor: Actor, unit_id: UUID, heard: Heard) -> Reported:
    """Take a report in at the actor's own unit; the same message again gives the first one.

    Raises NotPermitted without a post that takes reports in there, Refusal for what can't be told.
    """
    actor.seat_for(permits.TRIAGE, unit_id)
    if heard.told_at is not None and heard.told_at > clock.now():
        raise Refusal("说话的时间在将来。请改成已经过去的时间，或者清空。", "time")
    unit = units()[unit_id]
    # Whoever read it in the chat has it: also where reports told at this place go elsewhere.
    where = replace(
        where_of_unit(unit), front_desk_id=unit.id, front_desk_tier=TIER_OF_LEVEL[unit.level]
    )
    told = Told(
        key=heard.key,
        text=heard.text,
        place_words=heard.place_words,
        channel=wording.CHAT,
        sender_number=heard.number,
        told_at=heard.told_at,
    )
    return report(told, where)
