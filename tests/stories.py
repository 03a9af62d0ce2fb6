"""Stories of cases, played step by step on the cast: any verb, by anyone, at any time."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from huiban.kernel.base.errors import Refusal
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.pump import drain
from huiban.modules.voice import actions, queries
from huiban.modules.voice.models import Case, CaseQuerySet, Report
from tests.cast import WORKERS as WORKS
from tests.cast import Cast, Tell

# Whoever holds the lead acts most often, so that stories get on; anyone else may try.
WORKERS = st.one_of(
    st.just("holder"),
    st.just("holder"),
    st.sampled_from(
        [
            *("worker", "neighbour_worker", "secretary", "street_officer", "group_officer"),
            *("housing_officer", "city_officer", "district_officer"),
        ]
    ),
)
UNITS = st.sampled_from(["branch", "community", "street", "housing", "city_management"])
WORDS = st.sampled_from(["", "已处理完毕", "需要上级协调"])
VERBS = st.sampled_from(
    [
        *("accept", "dispatch", "undo_dispatch", "answer", "pass_on", "escalate", "ask_return"),
        *("decide_return", "invite", "finish_part", "ask_resident", "defer", "verify", "review"),
        *("record_callback", "divert", "categorise", "say_groups", "erase"),
    ]
)
RESIDENT = st.sampled_from(["rate", "ask_reopening", "withdraw", "answer_question", "ask_erasure"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("worker"), WORKERS, VERBS, UNITS, WORDS, st.booleans()),
        st.tuples(st.just("resident"), RESIDENT, WORDS, st.booleans()),
        st.tuples(st.just("time"), st.integers(1, 24 * 12)),
        st.tuples(st.just("tell"), st.sampled_from(["电梯停运", "有煤气味", "楼上太吵"])),
        st.tuples(st.just("join")),
        st.tuples(st.just("merge"), WORKERS, st.booleans()),
        st.tuples(st.just("unmerge"), WORKERS),
    ),
    min_size=4,
    max_size=16,
)


_NUMBERS = count(1)


class Story:
    """Plays steps on the cast and remembers which receipts were shown."""

    def __init__(self, cast: Cast, tell: Tell, clock: Any) -> None:
        self.cast, self.tell, self.clock = cast, tell, clock
        # Stories share a database; a key used before would find an earlier story's report.
        tell.begin_with(f"story-{next(_NUMBERS)}")
        self.receipts: list[str] = [tell("电梯停运", contact="13800001234").receipt]

    def play(self, step: tuple[Any, ...]) -> None:
        """Take one step; a refusal is an answer like any other."""
        try:
            getattr(self, f"_{step[0]}")(*step[1:])
        except Refusal:
            return

    def _worker(self, who: str, verb: str, unit: str, words: str, yes: bool) -> None:
        data = {
            "unit_id": str(self.cast.units[unit].id),
            "unit_ids": [str(self.cast.units[unit].id)],
            "text": words,
            "reason": words,
            "consent": "yes" if yes else "no",
            "ok": "yes" if yes else "no",
            "reopen": "yes" if yes else "no",
            "verdict": "solved" if yes else "not_reached",
            "satisfaction": "satisfied",
            "without_waiting": "1" if yes else "",
            "days": "2",
            "diversion": "outside",
            "category": "noise",
            "groups": "elderly+tenants" if yes else "",
        }
        case_id = self._report().case_id
        actions.perform(self.cast[self._named(who, case_id)], verb, case_id, data)

    def _named(self, who: str, case_id: UUID) -> str:
        if who != "holder":
            return who
        lead = lead_of(case_id)
        names = {self.cast.units[unit].id: worker for worker, unit, *_ in WORKS}
        return names[lead.unit_id] if lead else "worker"

    def _resident(self, verb: str, words: str, yes: bool) -> None:
        report = self._report()
        if verb == "rate":
            verdict = ("solved", "satisfied") if yes else ("not_solved", "not_satisfied")
            actions.rate(report, *verdict)
        elif verb in ("ask_reopening", "answer_question"):
            getattr(actions, verb)(report, words)
        else:
            getattr(actions, verb)(report)

    def _time(self, hours: int) -> None:
        self.clock.ahead(hours=hours)
        drain()

    def _tell(self, text: str) -> None:
        self.receipts.append(self.tell(text).receipt)

    def _join(self) -> None:
        first = queries.report_by_receipt(self.receipts[0])
        actions.join_case(queries.report_by_receipt(self.receipts[-1]), first.case_id)

    def _merge(self, who: str, forward: bool) -> None:
        keys = [queries.report_by_receipt(self.receipts[at]).case_id for at in (-1, 0)]
        case_id, into_id = keys if forward else reversed(keys)
        worker = self.cast[self._named(who, case_id)]
        actions.perform(worker, "merge", case_id, {"into": str(into_id)})

    def _unmerge(self, who: str) -> None:
        for receipt in reversed(self.receipts):
            report = queries.report_by_receipt(receipt)
            if report.opened_case_id is not None:
                worker = self.cast[self._named(who, report.case_id)]
                actions.perform(worker, "unmerge", report.opened_case_id, {})
                return

    def cases(self) -> CaseQuerySet:
        """All that the story's reports opened. (Those of a story before may live in its future.)"""
        reports = [queries.report_by_receipt(receipt) for receipt in self.receipts]
        opened = {report.opened_case_id or report.case_id for report in reports}
        return Case.objects.everywhere("a test looks at them").filter(pk__in=opened)

    def _report(self) -> Report:
        return queries.report_by_receipt(self.receipts[0])
