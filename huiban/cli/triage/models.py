"""Where the command line finds models, and how it reads examples from a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from huiban.cli.filebeside import read_rows
from huiban.cli.outcomes import WrongUse, say
from huiban.kernel.base.text import normalise
from huiban.modules.voice.learning.categories.examples import Example
from huiban.modules.voice.learning.categories.features import read_text

FIELDS = ("title", "body", "category")


def models_folder() -> Path:
    """`$HUIBAN_DATA/models`."""
    return Path(os.environ.get("HUIBAN_DATA") or "data") / "models"


def read_examples(path: Path, map_words: str) -> list[Example]:
    """The rows with a category and words; how many had none is said. Raises WrongUse."""
    rows = read_rows(path, map_words, FIELDS, ("body", "category"))
    examples = []
    for row in rows:
        category = normalise(row.values["category"])
        text = read_text(row.values.get("title", ""), row.values["body"])
        if category and (text.title or text.body):
            examples.append(Example(text, category))
    if len(examples) < len(rows):
        say(f"huiban: {len(rows) - len(examples)}行没有正文或没有分类，没有用")
    if not examples:
        raise WrongUse(f"“{path.name}”里没有一行既有正文又有分类。", "category")
    return examples


def say_left_out(few: Sequence[str]) -> None:
    """Say which categories have too few examples to be learnt."""
    if few:
        say(f"huiban: 样本太少、没有学的分类：{'、'.join(few)}")
