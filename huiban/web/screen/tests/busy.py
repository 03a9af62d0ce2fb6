"""Weeks of a busy district: told, dispatched, late, answered, rated and not rated."""

from __future__ import annotations

from huiban.kernel.base.clock import Traveller
from huiban.kernel.events.pump import drain
from huiban.modules.voice import actions, queries
from huiban.web.screen.tests.conftest import count_all
from tests.cast import Cast, Tell


def make_busy(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """Cases in every state in which the screen counts them, all of them folded."""
    worker = cast["worker"]
    for number in range(6):
        told = tell(f"三号楼路灯坏了{number}", contact="13800001234")
        actions.accept(worker, told.case_id)
        actions.answer(worker, told.case_id, "路灯已经修好。")
        if number < 4:
            report = queries.report_by_receipt(told.receipt)
            actions.rate(report, "solved", "satisfied" if number else "basically")
    dispatched = tell("三号楼电梯坏了，下不了楼")
    actions.accept(worker, dispatched.case_id)
    actions.dispatch(worker, dispatched.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], dispatched.case_id)
    tell("楼道里有很浓的煤气味")
    tell("老街坊的路灯也坏了", "old_house")
    clock.ahead(days=12)
    drain()
    tell("今天早上的事")
    count_all()
