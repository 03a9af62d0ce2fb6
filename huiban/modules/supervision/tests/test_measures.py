"""What findings count for follows from their events, and an upheld objection takes it back."""

from __future__ import annotations

from collections import Counter, defaultdict
from uuid import UUID

import pytest

from huiban.kernel.base.measures import ALL, HANDLER, MEASURES, RULE, TALLIES
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.modules.supervision.actions.findings import decide_objection, judge, object_to
from huiban.modules.supervision.models import Finding, Objection
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions as voice
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db
TALLY = TALLIES["supervision.finding"]


def counts() -> Counter[tuple[str, str, str, str]]:
    """All findings' events folded: how many by axis, measure, unit and code."""
    chains: dict[UUID, list[Event]] = defaultdict(list)
    rows = Event.objects.filter(subject_type=Finding.SUBJECT).order_by("subject_id", "sequence")
    for event in rows:
        chains[event.subject_id].append(event)
    found: Counter[tuple[str, str, str, str]] = Counter()
    for chain in chains.values():
        state = TALLY.blank()
        for event in chain:
            TALLY.apply(state, event.kind, event.at, dict(event.payload))
            state = TALLY.load(TALLY.dump(state))
        for axis, measure, unit, code, day, amount in TALLY.marks(state):
            assert day == 20260508
            assert measure in MEASURES
            assert axis in MEASURES[measure].axes
            found[axis, measure, unit, code] += amount
    return found


def test_every_count_equals_a_recount_and_a_void_finding_counts_nowhere(
    cast: Cast, tell: Tell
) -> None:
    supervisor = supervise(cast, "supervisor")["supervisor"]
    officer, housing = cast["housing_officer"], str(cast.units["housing"].id)
    district = str(cast.units["district"].id)
    for number in range(3):
        case = tell(f"电梯停运，第{number}次").case_id
        voice.dispatch(cast["worker"], case, cast.units["housing"].id)
        voice.ask_return(officer, case, "还在保修期内")
        voice.decide_return(cast["worker"], case, consent=True)
    drain()
    first, second, third = Finding.objects.everywhere("a test judges them").order_by("at", "id")
    judge(supervisor, first.id, "confirmed", seen="open", reason="improve")
    judge(supervisor, second.id, "dismissed", seen="open", reason="wrongly_sent")
    found = counts()
    assert found[ALL, "supervision.found", district, ""] == 3
    assert found[RULE, "supervision.confirmed", district, "bounced"] == 1
    assert found[HANDLER, "supervision.dismissed", housing, "bounced"] == 1
    object_to(officer, third.id, "合同写明由维保单位办理。")
    object_to(officer, first.id, "合同写明由维保单位办理。")
    for objection in Objection.objects.all():
        decide_objection(supervisor, objection.id, True, "属实。", "wrongly_sent")
    found = counts()
    assert found[ALL, "supervision.found", district, ""] == 1
    assert found[RULE, "supervision.confirmed", district, "bounced"] == 0
    assert found[HANDLER, "supervision.void", housing, "bounced"] == 2
    assert found[ALL, "supervision.objected", district, ""] == 2
    standing = Counter(Finding.objects.everywhere("recounted").values_list("state", flat=True))
    assert standing == {"void": 2, "dismissed": 1}
