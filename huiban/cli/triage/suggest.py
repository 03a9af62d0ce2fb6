"""`huiban triage suggest`: for each row of a table its likeliest categories."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from huiban.cli.filebeside import add_files, read_rows, refuse_same_file, write_rows
from huiban.cli.outcomes import DONE, OFF, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.modules.voice.learning.categories.features import read_text
from huiban.modules.voice.learning.categories.model import SURE, Choice

from .current import model_in_use

CHOICES = 3
HEADER = [
    "row",
    "category",
    "confidence",
    "category2",
    "confidence2",
    "category3",
    "confidence3",
    "sure",
]


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "读列 title、body（只有 body 必须有）；写出行号、前三个分类和把握（0到1），"
        "sure 为 1 表示第一个够有把握。"
    )
    add_files(parser)
    parser.add_argument(
        "--sure", type=float, default=SURE, metavar="0..1", help=f"多有把握才算（{SURE}）"
    )


def run(arguments: argparse.Namespace) -> int:
    """Suggest for every row, in their order."""
    if not 0 < arguments.sure <= 1:
        raise WrongUse("--sure 要在0和1之间，例如 0.6。", "sure")
    refuse_same_file(arguments.input, arguments.output)
    rows = read_rows(arguments.input, arguments.map, ("title", "body"), ("body",))
    try:
        model = model_in_use()
    except Refusal as refusal:
        say(f"huiban: {refusal.message}")
        return OFF
    texts = [read_text(row.values.get("title", ""), row.values["body"]) for row in rows]
    lines = [
        [row.number, *_cells(choices, arguments.sure)]
        for row, choices in zip(rows, model.suggest_all(texts), strict=True)
    ]
    write_rows(arguments.output, HEADER, lines)
    sure = sum(line[-1] == 1 for line in lines)
    tell(f"read {len(rows)}, sure {sure}, not sure {len(rows) - sure}, model {model.version}")
    return DONE


def _cells(choices: Sequence[Choice], sure: float) -> list[object]:
    cells: list[object] = []
    for choice in choices[:CHOICES]:
        cells += [choice.category, f"{choice.confidence:.4f}"]
    cells += ["", ""] * (CHOICES - len(choices[:CHOICES]))
    return [*cells, int(bool(choices) and choices[0].confidence >= sure)]
