"""What others may rely on: the shapes that go into voice and come out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Told:
    """A report as it is told. `key` is made by the form: the same key is the same report.

    `sender_number` is the ticket number of an outside sender; `told_at` is when it was told there.
    `imported` says that it came in a table rather than from a person at this moment;
    `sender_words` is what the sender said beside the report and no field here holds.
    """

    key: str
    text: str = ""
    title: str = ""
    place_words: str = ""
    nickname: str = ""
    contact: str = ""
    photo_ids: tuple[UUID, ...] = ()
    category: str = ""
    channel: str = "scan"
    sender_number: str = ""
    told_at: datetime | None = None
    imported: bool = False
    sender_words: str = ""


@dataclass(frozen=True)
class Where:
    """The path that a report is born with, its front desk, and the place if one is known."""

    district_id: UUID
    street_id: UUID | None
    community_id: UUID | None
    estate_id: UUID | None
    front_desk_id: UUID
    front_desk_tier: int
    place_id: UUID | None = None
    building_id: UUID | None = None


@dataclass(frozen=True)
class Danger:
    """A kind of danger that the words speak of, whom to call and what to do meanwhile."""

    kind: str
    phone: str
    advice: str


@dataclass(frozen=True)
class Reported:
    """What a sent report became. `repeated` says that this key had been sent before."""

    case_id: UUID
    report_id: UUID
    reference: str
    receipt: str
    repeated: bool
    danger: tuple[Danger, ...] = ()


@dataclass(frozen=True)
class Contact:
    """How a resident may be reached."""

    nickname: str
    contact: str


@dataclass(frozen=True)
class Done:
    """What an action did, in words, and the verb that undoes it for a short while, if any."""

    message: str
    undo: str = ""
