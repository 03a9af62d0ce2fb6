"""What the tests of the lake share: a district with a past, and lakes filled from it."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.pump import drain
from huiban.modules.analysis.lake.checking import manifests
from huiban.modules.analysis.lake.filling.export import Outcome, export
from huiban.modules.analysis.lake.parts import read_part
from huiban.modules.analysis.lake.storage import Storage, storage_at
from huiban.modules.voice import actions, queries
from tests.cast import Cast, Tell
from tests.stories import Story

OURS, THEIRS = "aaaaaaaa", "bbbbbbbb"
_WHO = ("holder", "holder", "holder", "worker", "street_officer", "housing_officer")
_VERBS = (
    *("accept", "answer", "dispatch", "dispatch", "pass_on", "escalate", "ask_return"),
    *("decide_return", "ask_resident", "defer", "verify", "review", "record_callback"),
    *("divert", "categorise", "say_groups", "invite", "answer", "accept"),
)
_UNITS = ("community", "street", "housing", "city_management")
_RESIDENT = ("rate", "rate", "ask_reopening", "answer_question", "withdraw")


def play(cast: Cast, tell: Tell, clock: Traveller, *, stories: int, seed: int = 1) -> None:
    """Let so many reports have a past, each of some weeks; the same for the same seed."""
    chance = random.Random(seed)
    for number in range(stories):
        story = Story(cast, tell, clock)
        if number % 3 == 1:
            story.play(("tell", "有煤气味"))
        for _ in range(chance.randint(1, 8)):
            story.play(_step(chance))
        for step in _to_an_end(content=number % 4 != 3):
            story.play(step)
            if number % 2 and step[0] == "worker":
                _rate_basically(story)
    drain()


def _to_an_end(*, content: bool) -> list[tuple[Any, ...]]:
    """Whoever has it answers; a resident who isn't content has it reopened once."""
    by_holder = [
        ("worker", "holder", verb, "community", "已处理完毕", True)
        for verb in ("accept", "answer", "verify")
    ]
    rounds = [*by_holder, ("time", 3), ("resident", "rate", "", content), ("time", 30)]
    if content:
        return rounds
    again = ("worker", "holder", "review", "community", "需要上级协调", True)
    return [*rounds, ("resident", "ask_reopening", "还没有修好", True), again, *rounds]


def _rate_basically(story: Story) -> None:
    with suppress(Refusal):
        actions.rate(queries.report_by_receipt(story.receipts[0]), "solved", "basically")


def _step(chance: random.Random) -> tuple[Any, ...]:
    kind = chance.choice(("worker", "worker", "worker", "resident", "time"))
    if kind == "time":
        return kind, chance.randint(1, 240)
    if kind == "resident":
        return kind, chance.choice(_RESIDENT), "还没有修好", chance.random() < 0.5
    words, yes = chance.choice(("已处理完毕", "需要上级协调")), chance.random() < 0.6
    return kind, chance.choice(_WHO), chance.choice(_VERBS), chance.choice(_UNITS), words, yes


def fill(folder: Path, lake: str = OURS) -> Outcome:
    """Bring the lake in that folder up to the log's end."""
    return export(storage_at(str(folder)), lake, lambda words: None)


def told(folder: Path | Storage, table: str) -> list[dict[str, Any]]:
    """All rows of a table as the manifests have them, in an order that doesn't hang on the files."""
    storage = storage_at(str(folder)) if isinstance(folder, Path) else folder
    parts = [part for one in manifests(storage) for part in one.of_table(table)]
    rows = [
        {"district": part.district, "month": part.month, **row}
        for part in parts
        for row in read_part(storage, part).to_pylist()
    ]
    return sorted(rows, key=lambda row: repr(sorted(row.items(), key=lambda item: item[0])))


def content(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """All that a lake says."""
    return {table: told(folder, table) for table in ("events", "cases", "units")}


def files(folder: Path) -> dict[str, bytes]:
    """Each file of a folder with what it holds."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
