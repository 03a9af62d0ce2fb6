from __future__ import annotations

from collections.abc import Sequence

import pytest

from huiban.kernel.base.errors import ImproperMove
from huiban.kernel.base.stages import Move, StageTable

LABELS = {"new": "待受理", "working": "办理中", "closed": "已办结"}
MOVES = (
    Move("accept", frozenset({"new"}), "working"),
    Move("close", frozenset({"new", "working"}), "closed"),
    Move("reopen", frozenset({"closed"}), "working"),
    Move("remark", frozenset({"working"}), "working"),
    Move("remark", frozenset({"closed"}), "closed"),
)


def table(
    moves: Sequence[Move] = MOVES,
    labels: dict[str, str] = LABELS,
    finished: frozenset[str] = frozenset({"closed"}),
) -> StageTable:
    return StageTable("case", labels, finished, moves)


@pytest.mark.parametrize(
    ("stage", "verb", "target"),
    [
        ("new", "accept", "working"),
        ("working", "close", "closed"),
        ("closed", "reopen", "working"),
        ("working", "remark", "working"),
        ("closed", "remark", "closed"),
    ],
)
def test_a_proper_verb_leads_to_its_target(stage: str, verb: str, target: str) -> None:
    assert table().may(stage, verb)
    assert table().target(stage, verb) == target


@pytest.mark.parametrize(
    ("stage", "verb", "label"),
    [("new", "reopen", "待受理"), ("working", "accept", "办理中"), ("closed", "close", "已办结")],
)
def test_an_improper_verb_is_refused_with_the_present_stage(
    stage: str, verb: str, label: str
) -> None:
    assert not table().may(stage, verb)
    with pytest.raises(ImproperMove) as refused:
        table().target(stage, verb)
    assert f"“{label}”" in refused.value.message


def test_verbs_come_in_declared_order_and_once() -> None:
    assert table().verbs("new") == ["accept", "close"]
    assert table().verbs("working") == ["close", "remark"]
    assert table().verbs("closed") == ["reopen", "remark"]


def test_what_the_table_does_not_know_is_our_slip() -> None:
    with pytest.raises(ValueError, match="unknown stage lost"):
        table().verbs("lost")
    with pytest.raises(ValueError, match="unknown stage lost"):
        table().target("lost", "close")
    with pytest.raises(ValueError, match="unknown verb clsoe"):
        table().may("new", "clsoe")


@pytest.mark.parametrize(
    ("moves", "fault"),
    [
        ((*MOVES, Move("lose", frozenset({"new"}), "lost")), "unknown stage lost"),
        ((*MOVES, Move("find", frozenset({"lost"}), "new")), "unknown stage lost"),
        ((*MOVES, Move("accept", frozenset({"new"}), "closed")), "accept from new .* twice"),
        ((*MOVES, Move("drop", frozenset({"new", "closed"}), "closed")), "drop leaves a finished"),
        ((*MOVES, Move("drop", frozenset(), "closed")), "drop starts nowhere"),
        (MOVES[1:3][:1], "unreachable stage working"),
        ((MOVES[0], Move("close", frozenset({"new"}), "closed"), MOVES[3]), "no way out of work"),
    ],
)
def test_an_unsound_table_is_never_made(moves: Sequence[Move], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        table(moves)


def test_stages_that_only_reach_each_other_are_unreachable() -> None:
    island = (
        Move("go", frozenset({"east"}), "west"),
        Move("come", frozenset({"west"}), "east"),
    )
    with pytest.raises(ValueError, match="unreachable stage east; unreachable stage west"):
        table((*MOVES, *island), {**LABELS, "east": "东", "west": "西"})


def test_an_unknown_finished_stage_and_an_empty_table_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown stage gone"):
        table(finished=frozenset({"closed", "gone"}))
    with pytest.raises(ValueError, match="no stages"):
        StageTable("nothing", {}, frozenset(), ())


def test_records_may_be_born_in_several_stages() -> None:
    moves = (Move("close", frozenset({"new", "told"}), "closed"),)
    labels = {"new": "待受理", "told": "已转达", "closed": "已办结"}
    with pytest.raises(ValueError, match="unreachable stage told"):
        StageTable("case", labels, frozenset({"closed"}), moves)
    born = frozenset({"new", "told"})
    made = StageTable("case", labels, frozenset({"closed"}), moves, born)
    assert made.target("told", "close") == "closed"
