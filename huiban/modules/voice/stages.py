"""The life-cycle of a case, as a table: 研判派遣, 办理反馈, 监督评价."""

from __future__ import annotations

from enum import IntEnum

from huiban.kernel.base.stages import Move, StageTable

RECEIVED = "received"
HANDLING = "handling"
DISPATCHED = "dispatched"
VERIFYING = "verifying"
ANSWERED = "answered"
CALLING_BACK = "calling_back"
REVIEWING = "reviewing"
CLOSED = "closed"
DIVERTED = "diverted"
JOINED = "joined"
WITHDRAWN = "withdrawn"


class Tier(IntEnum):
    """Who leads: the estate's branch, community and street, the leading group, a department."""

    BRANCH = 1
    COMMUNITY = 2
    LEADING_GROUP = 3
    DEPARTMENT = 4


def _move(verb: str, sources: str, target: str) -> Move:
    return Move(verb, frozenset(sources.split()), target)


CASE = StageTable(
    name="case",
    labels={
        RECEIVED: "待受理",
        HANDLING: "办理中",
        DISPATCHED: "已派单",
        VERIFYING: "待核实",
        ANSWERED: "已答复，待评价",
        CALLING_BACK: "回访中",
        REVIEWING: "复核中",
        CLOSED: "已办结",
        DIVERTED: "已告知其他途径",
        JOINED: "已并入同一件事",
        WITHDRAWN: "已撤回",
    },
    finished=frozenset({CLOSED, DIVERTED, JOINED, WITHDRAWN}),
    moves=(
        _move("accept", "received dispatched", HANDLING),
        _move("dispatch", "received handling", DISPATCHED),
        _move("undo_dispatch", "dispatched", HANDLING),
        _move("return", "dispatched handling", HANDLING),
        _move("pass_on", "dispatched handling", DISPATCHED),
        _move("escalate", "received dispatched handling", DISPATCHED),
        _move("lift", "received dispatched handling", DISPATCHED),
        _move("divert", "received handling", DIVERTED),
        _move("answer", "received handling dispatched", ANSWERED),
        _move("answer_for_verification", "received handling dispatched", VERIFYING),
        _move("verify", "verifying", ANSWERED),
        _move("reject", "verifying", HANDLING),
        _move("rate_well", "answered calling_back reviewing", CLOSED),
        _move("rate_well", "closed", CLOSED),
        _move("rate_badly", "answered calling_back", REVIEWING),
        _move("rate_badly", "closed", REVIEWING),
        _move("call_back", "answered", CALLING_BACK),
        _move("close_unrated", "answered calling_back", CLOSED),
        _move("ask_reopening", "closed diverted", REVIEWING),
        _move("reopen", "reviewing", HANDLING),
        _move("explain", "reviewing", CLOSED),
        _move("join", "received", JOINED),
        _move("merge", "received handling", JOINED),
        _move("unmerge", "joined", HANDLING),
        _move("unmerge_untaken", "joined", RECEIVED),
        _move("withdraw", "received dispatched handling", WITHDRAWN),
    ),
)
