"""Whether danger is seen: recall and false alarms over sentences of our own, by kind."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from huiban.kernel.base.tables import read_table
from huiban.modules.voice.lookout import Looker, fold, lookout_of
from huiban.modules.voice.reference import DANGER_ROWS
from huiban.modules.voice.rules import Vocabularied, dangers_in

SENTENCES = Path(__file__).parent / "labelled" / "dangers.csv"
TERMS = [Vocabularied(row["code"], row["name"], row["data"]) for row in DANGER_ROWS]
NAMES = {row["code"]: row["name"] for row in DANGER_ROWS}


@dataclass
class Tally:
    """How sentences of a kind were judged."""

    seen: int = 0
    missed: list[str] = field(default_factory=list)
    passed: int = 0
    alarmed: list[str] = field(default_factory=list)


def tallies(part: str) -> dict[str, Tally]:
    """The sentences of a part, judged, by the kind that they speak of or sound like."""
    found: dict[str, Tally] = defaultdict(Tally)
    for row in read_table(SENTENCES):
        told = row.values
        if told["part"] != part:
            continue
        kinds = [danger.kind for danger in dangers_in(told["text"], TERMS)]
        tally = found[told["kind"]]
        if told["danger"] == "yes" and NAMES[told["kind"]] in kinds:
            tally.seen += 1
        elif told["danger"] == "yes":
            tally.missed.append(told["text"])
        elif kinds:
            tally.alarmed.append(told["text"])
        else:
            tally.passed += 1
    return found


# Of the words, `tuning` chose them, `held_out` was written before them, `fresh` after them.
@pytest.mark.parametrize(
    ("part", "recall", "false_alarms"),
    [("tuning", 0.98, 0.02), ("held_out", 0.97, 0.03), ("fresh", 0.95, 0.04)],
)
def test_danger_is_seen_and_little_else_taken_for_it(
    part: str, recall: float, false_alarms: float
) -> None:
    found = tallies(part)
    missed = [text for tally in found.values() for text in tally.missed]
    alarmed = [text for tally in found.values() for text in tally.alarmed]
    positives = sum(tally.seen for tally in found.values()) + len(missed)
    negatives = sum(tally.passed for tally in found.values()) + len(alarmed)
    assert positives + negatives >= 125
    assert 1 - len(missed) / positives >= recall, missed
    assert len(alarmed) / negatives <= false_alarms, alarmed


def test_no_kind_is_seen_badly() -> None:
    found = tallies("held_out")
    shares = {
        kind: tally.seen / (tally.seen + len(tally.missed))
        for kind, tally in found.items()
        if tally.seen or tally.missed
    }
    assert set(shares) == set(NAMES)
    assert {kind: share for kind, share in shares.items() if share < 0.9} == {}


def kinds_in(text: str) -> set[str]:
    return {term.code for term in TERMS if term.looker.finds(fold(text))}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("着　火　了", "fire"),
        ("樓道裡有煤氣味", "gas_leak"),
        ("煤汽味很大", "gas_leak"),
        ("FIRE in the basement", "fire"),
        ("楼道着\u200b火了", "fire"),
        ("小区没有人管\n着火了", "fire"),
        ("上次着火没有处理，现在又着火了", "fire"),
        ("是不是漏气了", "gas_leak"),
    ],
)
def test_it_is_seen_however_it_is_written(text: str, kind: str) -> None:
    assert kind in kinds_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有着火",
        "消防演练",
        "担心起火",
        "去年着火",
        "火灾隐患",
        "灭火器",
        "煤气费",
        "跳楼价",
        "打人犯规",
        "烟火气",
        "火车",
        "触电影",
        "The firefighters were nice",
        "生意火爆",
        "",
    ],
)
def test_what_only_sounds_like_it_is_let_pass(text: str) -> None:
    assert kinds_in(text) == set()


def test_a_long_letter_tells_what_happened_once() -> None:
    letter = (
        "我父亲在工地上摔伤骨折，包工头不肯赔偿，"
        + "劳动部门让我们去找公司，公司又推给包工头，" * 5
    )
    assert kinds_in(letter) == set()
    assert "hurt" in kinds_in(letter + "刚才他又摔伤了躺在地上")


def test_a_district_edits_what_is_looked_for() -> None:
    looker = Looker(lookout_of({"words": ["蛇…家"], "before": [{"words": ["没有"], "within": 2}]}))
    assert looker.finds(fold("有条蛇钻进我家了"))
    assert not looker.finds(fold("没有蛇进家"))
    assert not looker.finds(fold("蛇。家"))
    assert not Looker(lookout_of({"words": []})).finds("什么都有")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "火",
        "长" * 9000,
        "着火" * 4500,
        "🔥" * 300,
        "\x00\ufffd\ud83d",
        "煤气" * 3000,
        "电梯里" * 2500,
    ],
)
def test_nothing_breaks_it_or_holds_it_up(text: str) -> None:
    began = time.perf_counter()
    dangers_in(text, TERMS)
    assert time.perf_counter() - began < 1
