"""The life-cycle of a policy, as a table: 议题, 草案, 征求意见, 施行, 评估."""

from __future__ import annotations

from huiban.kernel.base.stages import Move, StageTable

TOPIC = "topic"
DRAFTING = "drafting"
COMMENTING = "commenting"
IN_FORCE = "in_force"
MEASURED = "measured"
DROPPED = "dropped"


def _move(verb: str, sources: str, target: str) -> Move:
    return Move(verb, frozenset(sources.split()), target)


POLICY = StageTable(
    name="policy",
    labels={
        TOPIC: "议题",
        DRAFTING: "起草中",
        COMMENTING: "征求意见",
        IN_FORCE: "施行",
        MEASURED: "已评估",
        DROPPED: "已终止",
    },
    finished=frozenset({MEASURED, DROPPED}),
    moves=(
        _move("draft", "topic drafting", DRAFTING),
        _move("consult", "drafting", COMMENTING),
        _move("extend", "commenting", COMMENTING),
        _move("revise", "commenting", COMMENTING),
        _move("publish_outcome", "commenting", COMMENTING),
        _move("put_in_force", "drafting commenting", IN_FORCE),
        _move("measure", "in_force", MEASURED),
        _move("postpone", "topic", TOPIC),
        _move("postpone", "drafting", DRAFTING),
        _move("postpone", "commenting", COMMENTING),
        _move("postpone", "in_force", IN_FORCE),
        _move("drop", "topic drafting commenting", DROPPED),
        _move("repeal", "in_force", DROPPED),
        _move("repeal", "measured", DROPPED),
    ),
)
