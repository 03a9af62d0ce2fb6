"""What masking finds in the marked lines, by kind, and how many messages a second it reads.

A line marks what is to be masked as ⟦kind|words⟧. Found is what has the same kind, beginning and
end; a marked part that is found with one character less is missed and a false alarm as well.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.place import Place
from bench.results import Result
from bench.texts import complaint
from huiban.kernel.base import masking

LINES = Path(masking.__file__).parent.parent / "tests" / "masking_lines.tsv"
PARTS = ("development", "held-out")
MESSAGES, QUICK_MESSAGES = 20_000, 2_000
_MARKED = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")

Span = tuple[int, int, str]


@dataclass
class Score:
    """Of one kind, or of all: how many were found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is marked; 1 where nothing was."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is marked that was found; 1 where nothing is."""
        marked = self.right + self.missed
        return self.right / marked if marked else 1.0


@dataclass
class Scores:
    """The scores of a part of the lines."""

    lines: int = 0
    without: int = 0
    of: dict[str, Score] = field(default_factory=dict)

    @property
    def whole(self) -> Score:
        """All kinds together."""
        every = self.of.values()
        return Score(
            sum(score.right for score in every),
            sum(score.wrong for score in every),
            sum(score.missed for score in every),
        )


def marked_lines(part: str) -> Iterator[tuple[str, set[Span]]]:
    """The lines of a part without their marks, each with what was marked in it."""
    for line in LINES.read_text(encoding="utf-8").splitlines()[1:]:
        belongs, _, marked = line.partition("\t")
        if belongs == part:
            yield _read(marked)


def _read(marked: str) -> tuple[str, set[Span]]:
    text, spans, done = "", set(), 0
    for mark in _MARKED.finditer(marked):
        text += marked[done : mark.start()]
        spans.add((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        done = mark.end()
    return text + marked[done:], spans


def scored(part: str) -> Scores:
    """What masking finds in a part of the lines."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    scores = Scores()
    for text, marked in marked_lines(part):
        found = {(one.start, one.end, str(one.kind)) for one in masking.found_in(text)}
        right.update(kind for *_, kind in found & marked)
        wrong.update(kind for *_, kind in found - marked)
        missed.update(kind for *_, kind in marked - found)
        scores.lines += 1
        scores.without += not marked
    for kind in masking.Kind:
        scores.of[kind] = Score(right[kind], wrong[kind], missed[kind])
    return scores


def run(place: Place, quick: bool) -> Result:
    """Score both parts, then read messages for speed."""
    result = Result(
        title="文字里的个人信息：逐类查准率和查全率（起止和种类都对才算）",
        columns=("部分", "种类", "标出", "误报", "漏掉", "查准率%", "查全率%"),
    )
    for part in PARTS:
        scores = scored(part)
        for kind, score in [*scores.of.items(), ("all", scores.whole)]:
            shares = (100 * score.precision, 100 * score.recall)
            marked = score.right + score.missed
            result.rows.append((part, str(kind), marked, score.wrong, score.missed, *shares))
        result.notes.append(f"{part}：{scores.lines} 行，其中 {scores.without} 行没有可遮的")
    number = QUICK_MESSAGES if quick else MESSAGES
    result.notes.append(f"每秒 {_messages_a_second(number):.0f} 条（约 130 字一条，{number} 条）")
    return result


def _messages_a_second(number: int) -> float:
    texts = [f"{complaint(count)}电话138{count:08}，3号楼2单元501室。" for count in range(number)]
    began = time.process_time()
    for text in texts:
        masking.mask(text)
    return number / (time.process_time() - began)
