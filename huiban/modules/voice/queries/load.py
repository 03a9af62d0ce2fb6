"""What units have in hand now: for a suggestion, so that nobody is sent more than others unseen.

Units are counted, never persons, and nothing is kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from huiban.kernel.base import clock
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import owed_by
from huiban.kernel.vocab.queries import remember

from ..models import Case

CAP = 100
# How long a process believes what it counted.
TRUST_SECONDS = 5.0


@dataclass(frozen=True)
class Load:
    """A unit's open lead duties and how many of them are late, each counted up to the cap."""

    open: int
    late: int

    def words(self) -> str:
        """As a worker reads it."""
        if not self.open:
            return "现在手上没有未办的事"
        late = f"，{_capped(self.late)}超时" if self.late else ""
        return f"现在手上{_capped(self.open)}{late}"


def _capped(number: int) -> str:
    return f"{number}件" if number < CAP else f"{CAP}件以上"


def load_words(unit_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What each unit has in hand, in words: one statement for those not counted just now."""
    kept: dict[UUID, tuple[float, Load]] = remember("voice.loads", dict)
    moment = time.monotonic()
    asked = set(unit_ids)
    fresh = {key for key in asked if key in kept and moment - kept[key][0] < TRUST_SECONDS}
    for unit_id, load in _counted(sorted(asked - fresh)).items():
        kept[unit_id] = (moment, load)
    return {unit_id: kept[unit_id][1].words() for unit_id in asked}


def _counted(unit_ids: list[UUID]) -> dict[UUID, Load]:
    """The loads by one statement, which looks at no more than the cap of each, however many."""
    if not unit_ids:
        return {}
    parts, values = [], []
    for unit_id in unit_ids:
        led = owed_by([unit_id], Case.SUBJECT).filter(role=Duty.Role.LEAD).order_by()
        late = led.filter(due_at__lte=clock.now(), paused_at__isnull=True)
        for owed in (led, late):
            limited = owed.values("id")[:CAP]
            sql, params = limited.query.get_compiler(connection=connection).as_sql()
            parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS part)")
            values += list(params)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        row = cursor.fetchone()
    return {
        unit_id: Load(row[2 * place], row[2 * place + 1]) for place, unit_id in enumerate(unit_ids)
    }
