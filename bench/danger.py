"""How well danger is seen in what is told, kind by kind, and how long looking takes.

Judged are our own sentences (`huiban/modules/voice/tests/labelled/dangers.csv`): `tuning` chose the
words, `held_out` was written before them and `fresh` after them. Where HUIBAN_REAL_DATA names a folder of real
messages, their alarms are counted too: most of these are long letters, few of them calls for help.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

from bench.place import Place
from bench.results import Result, median, percentile
from bench.texts import complaint
from huiban.cli.outcomes import say
from huiban.kernel.base.tables import read_table
from huiban.modules import voice
from huiban.modules.voice.lookout import fold
from huiban.modules.voice.reference import DANGER_ROWS
from huiban.modules.voice.rules import Vocabularied, dangers_in

SENTENCES = Path(voice.__file__).parent / "tests" / "labelled" / "dangers.csv"
REAL = ("f2_messages_labelled", "f2_unlabelled", "f3_hot_messages", "f4_replies")
TERMS = [Vocabularied(row["code"], row["name"], row["data"]) for row in DANGER_ROWS]
PARTS = {"tuning": "调试句", "held_out": "留出句", "fresh": "新写句"}
LOOKS, QUICK_LOOKS = 20_000, 1_000


def run(place: Place, quick: bool) -> Result:
    """Judge the sentences and time the looks; the place's tables aren't needed."""
    result = Result(
        title="危险识别：自写的标注句",
        columns=("种类", *(name for part in PARTS.values() for name in (part, "漏", "误报"))),
    )
    counted = _judged(result)
    kinds = [(term.code, term.name) for term in TERMS] + [("none", "与危险无关")]
    for code, name in kinds:
        result.rows.append((name, *(n for part in PARTS for n in counted[code, part])))
    totals = [
        sum(counted[code, part][at] for code, _ in kinds) for part in PARTS for at in range(3)
    ]
    result.rows.append(("合计", *totals))
    _timed(result, QUICK_LOOKS if quick else LOOKS)
    if folder := os.environ.get("HUIBAN_REAL_DATA"):
        _real(result, Path(folder) / "messages")
    return result


def _judged(result: Result) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Sentences, misses and false alarms by kind and part; the wrong ones become notes."""
    counted: dict[str, Counter[tuple[str, str]]] = {
        name: Counter() for name in ("sentences", "missed", "false")
    }
    for row in read_table(SENTENCES):
        told = row.values
        mark = (told["kind"], told["part"])
        seen = {term.code for term in TERMS if term.looker.finds(fold(told["text"]))}
        counted["sentences"][mark] += 1
        if told["danger"] == "yes" and told["kind"] not in seen:
            counted["missed"][mark] += 1
            result.notes.append(f"漏（{told['part']}，{told['kind']}）：{told['text']}")
        if told["danger"] == "no" and seen:
            counted["false"][mark] += 1
            result.notes.append(f"误报（{told['part']}，{'、'.join(seen)}）：{told['text']}")
    return {
        (code, part): (
            counted["sentences"][code, part],
            counted["missed"][code, part],
            counted["false"][code, part],
        )
        for code in [*(term.code for term in TERMS), "none"]
        for part in PARTS
    }


def _timed(result: Result, looks: int) -> None:
    say(f"bench: 看 {looks} 段话用多久")
    texts = [complaint(number) for number in range(200)]
    dangers_in(texts[0], TERMS)  # makes the patterns ready, which a process does once
    took = []
    for number in range(looks):
        began = time.perf_counter()
        dangers_in(texts[number % len(texts)], TERMS)
        took.append((time.perf_counter() - began) * 1e6)
    length = median([len(text) for text in texts])
    result.notes.append(
        f"看一段话（约{length:.0f}字）：中位 {median(took):.0f} 微秒，p99 {percentile(took, 0.99):.0f} 微秒"
    )
    result.details["microseconds"] = {"median": median(took), "p99": percentile(took, 0.99)}


def _real(result: Result, folder: Path) -> None:
    texts = {
        f"{row.values.get('title', '')} {row.values.get('body', '')}".strip()
        for name in REAL
        for row in read_table(folder / f"{name}.csv")
    }
    alarmed = sum(bool(dangers_in(text, TERMS)) for text in texts)
    share = alarmed / len(texts) * 1000
    result.notes.append(f"真实留言 {len(texts)} 条（多为长信）：每千条 {share:.1f} 条提示危险")
    result.details["real"] = {"messages": len(texts), "alarmed": alarmed}
