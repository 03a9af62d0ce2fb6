"""Words with what points to a person masked, and who may ask for them as they were told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.masking import ALL, HANDLING, Kind, mask
from huiban.kernel.duties.models import Duty

from .. import permits, wording
from ..models import Report
from .timeline import Record, title

HANDLING_PERMITS = (permits.TRIAGE, permits.HANDLE, permits.GUIDE, permits.VERIFY)


@dataclass(frozen=True)
class Original:
    """Words as they were told or said: by whom, or with which step, and where it is."""

    at: datetime
    what: str
    title: str
    text: str
    place_words: str = ""

    @property
    def whole(self) -> tuple[str, str, str]:
        """All that a person wrote freely."""
        return self.title, self.text, self.place_words


def handles(actor: Actor, duties: Iterable[Duty]) -> bool:
    """Whether a post that works on cases is in a unit that has or had one of a case's duties."""
    if not any(actor.may(permit) for permit in HANDLING_PERMITS):
        return False
    return any(duty.unit_id in actor.scope.duty_units for duty in duties)


def masked_for(*, handling: bool) -> frozenset[Kind]:
    """What is masked for a reader: all, or for who must go there all but flats and plates."""
    return HANDLING if handling else ALL


def originals(record: Record) -> list[Original]:
    """All words of a case that are still kept, as they were told, the reports first."""
    return [
        *(_told(report) for report in record.reports if report.erased_at is None),
        *(
            Original(entry.at, title(event), "", entry.text)
            for event in record.events
            if (entry := record.entries.get(event.id)) and entry.erased_at is None and entry.text
        ),
    ]


def _told(report: Report) -> Original:
    return Original(
        at=report.told_at or report.received_at,
        what=wording.CHANNELS.get(report.channel, report.channel),
        title=report.title,
        text=report.text,
        place_words=report.place_words,
    )


def hides(words: Original, kinds: Collection[Kind]) -> bool:
    """Whether masking these kinds changes anything in the words."""
    return any(mask(part, kinds) != part for part in words.whole)
