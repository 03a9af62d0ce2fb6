"""The life-cycles of letters, observations, consultations and their decisions, as tables."""

from __future__ import annotations

from huiban.kernel.base.stages import Move, StageTable

DRAFT = "draft"
ISSUED = "issued"
REPLIED = "replied"
CLOSED = "closed"
DISCARDED = "discarded"
RECALLED = "recalled"

RECEIVED = "received"
PASSED_ON = "passed_on"
ANSWERED = "answered"

CALLED = "called"
HELD = "held"
CANCELLED = "cancelled"

OWED = "owed"
REPORTED = "reported"
DONE = "done"


def _move(verb: str, sources: str, target: str) -> Move:
    return Move(verb, frozenset(sources.split()), target)


LETTER = StageTable(
    name="letter",
    labels={
        DRAFT: "拟稿",
        ISSUED: "已发出，待回复",
        REPLIED: "已回复，待核实",
        CLOSED: "已办结",
        DISCARDED: "已作废",
        RECALLED: "已撤回",
    },
    finished=frozenset({CLOSED, DISCARDED, RECALLED}),
    moves=(
        _move("issue", "draft", ISSUED),
        _move("discard", "draft", DISCARDED),
        _move("reply", "issued", REPLIED),
        _move("find_insufficient", "replied", ISSUED),
        _move("close", "replied", CLOSED),
        _move("recall", "issued replied", RECALLED),
    ),
)

OBSERVATION = StageTable(
    name="observation",
    labels={
        RECEIVED: "待区里阅办",
        PASSED_ON: "已转办",
        ANSWERED: "已回复，待区里告知",
        CLOSED: "已告知结果",
    },
    finished=frozenset({CLOSED}),
    moves=(
        _move("pass_on", "received", PASSED_ON),
        _move("answer", "passed_on", ANSWERED),
        _move("send_back", "answered", PASSED_ON),
        _move("tell", "received answered", CLOSED),
    ),
)

# What such a letter rests on is free again, and so is the place after the one it followed.
WITHDRAWN = frozenset({DISCARDED, RECALLED})

# Follow-up lies with the decisions: once its minutes stand, the meeting itself is over.
CONSULTATION = StageTable(
    name="consultation",
    labels={CALLED: "已召集", HELD: "已形成纪要", CANCELLED: "已取消"},
    finished=frozenset({HELD, CANCELLED}),
    moves=(
        _move("reschedule", "called", CALLED),
        _move("hold", "called", HELD),
        _move("cancel", "called", CANCELLED),
    ),
)

DECISION = StageTable(
    name="decision",
    labels={OWED: "待落实", REPORTED: "已报结果，待核实", DONE: "已落实"},
    finished=frozenset({DONE}),
    moves=(
        _move("report", "owed", REPORTED),
        _move("find_undone", "reported", OWED),
        _move("confirm", "reported", DONE),
    ),
)
