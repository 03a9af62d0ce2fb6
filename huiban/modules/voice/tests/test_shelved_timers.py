"""A verdict's timer on the shelf ends with the wait it was set for, as an open one does."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db.models import QuerySet

from huiban.kernel.events import actions as events
from huiban.kernel.events.models import STANDING, Delivery
from huiban.kernel.events.pump import drain
from huiban.kernel.moves.actions import BrokenPromiseError
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.voice import actions, queries, stages
from huiban.modules.voice.actions.handling import verdict_alarm
from huiban.modules.voice.models import Case, Report
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast, tell: Tell) -> Report:
    """A report that was answered and whose timer failed until it was shelved."""
    reported = tell("三号楼电梯坏了")
    actions.accept(cast["worker"], reported.case_id)
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    actions.answer(cast["housing_officer"], reported.case_id, "已联系维保单位修好，请您查看。")
    timers(reported.case_id).update(state=Delivery.State.SHELVED, attempts=8)
    found = queries.report_by_receipt(reported.receipt)
    assert isinstance(found, Report)
    return found


def timers(case_id: UUID) -> QuerySet[Delivery]:
    """The timers that ring when the resident hasn't rated."""
    return Delivery.objects.filter(subject_id=case_id, reaction=Case.VERDICT_TIMER)


def now(report: Report) -> Case:
    """The case as it stands."""
    return Case.objects.everywhere("a test looks at it").get(pk=report.case_id)


def test_a_rating_ends_a_shelved_timer(report: Report) -> None:
    actions.rate(report, "solved", "satisfied")
    assert now(report).stage == stages.CLOSED
    assert list(broken_promises(Case)) == []


def test_a_reopened_case_is_not_closed_by_its_old_timer(cast: Cast, report: Report) -> None:
    (old,) = timers(report.case_id)
    actions.rate(report, "not_solved", "not_satisfied")
    assert not events.take_off_shelf(old.pk)
    actions.review(cast["worker"], report.case_id, reopen=True, reason="已请住建局重新派人")
    actions.answer(cast["housing_officer"], report.case_id, "这次换了门机，请您再看。")
    assert timers(report.case_id).filter(state__in=STANDING).count() == 1
    drain()
    assert now(report).stage == stages.ANSWERED
    assert list(broken_promises(Case)) == []


def test_a_move_finds_a_timer_that_was_left_beside_a_duty(cast: Cast, tell: Tell) -> None:
    case_id = tell("三号楼电梯坏了").case_id
    case = Case.objects.everywhere("a test looks at it").get(pk=case_id)
    events.set_timer(verdict_alarm(case))
    with pytest.raises(BrokenPromiseError, match="1 lead duties and 1 verdict timers"):
        actions.accept(cast["worker"], case_id)
