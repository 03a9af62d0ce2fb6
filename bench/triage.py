"""Categories: how good, how fast, how large, and what a thousand corrections more are worth.

Labelled messages are read from the folder that HUIBAN_REAL_DATA names; without it our own sentences
stand in for them, and only the speed means something.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench.place import ROOT, Place
from bench.processes import pss_megabytes
from bench.results import Result
from huiban.cli.outcomes import say
from huiban.kernel.base.tables import read_table
from huiban.modules.voice.learning.categories.evaluation import (
    Quality,
    cross_validated,
    learning_curve,
)
from huiban.modules.voice.learning.categories.examples import Example
from huiban.modules.voice.learning.categories.features import read_text
from huiban.modules.voice.learning.categories.model import Model
from huiban.modules.voice.learning.categories.start import examples_to_start_with
from huiban.modules.voice.learning.categories.store import load_model, save_model
from huiban.modules.voice.learning.categories.training import train

MESSAGES = Path("messages") / "f2_messages_labelled.csv"
EXAMPLES, QUICK_EXAMPLES = 5_000, 600
FOLDS, QUICK_FOLDS = 5, 2
SIZES = (500, 1_000, 2_000, 3_000, 4_000)
# Every fifth group of nearly equal texts is kept apart for the learning curve.
PARTS = 5
ASKED = 2_000
SEED = 3
# A process of its own that loads the model and suggests as the worker does, then waits to be measured.
SUGGESTING = """
import sys
from pathlib import Path
from huiban.modules.voice.learning.categories.features import read_text
from huiban.modules.voice.learning.categories.store import load_model
model = load_model(Path(sys.argv[1]))
for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines():
    model.suggest(read_text("", line))
print("ready", flush=True)
sys.stdin.read()
"""


def run(place: Place, quick: bool) -> Result:
    """Train, load, suggest, then judge by cross-validation and by a learning curve."""
    result = Result(title="分类：快慢、大小、好坏", columns=("量什么", "数"))
    examples = _examples(QUICK_EXAMPLES if quick else EXAMPLES)
    _speed(result, place, examples)
    _quality(result, cross_validated(examples, QUICK_FOLDS if quick else FOLDS, _tell))
    if not quick:
        _curve(result, examples)
    if not _folder():
        result.notes.append("quality: not run on real messages, HUIBAN_REAL_DATA names no folder")
    return result


def _tell(words: str) -> None:
    say(f"bench: {words}")


def _folder() -> str:
    return os.environ.get("HUIBAN_REAL_DATA", "")


def _examples(most: int) -> list[Example]:
    """Labelled examples in an order drawn by lot."""
    if folder := _folder():
        rows = [row.values for row in read_table(Path(folder) / MESSAGES)]
        found = [
            Example(read_text(row.get("title", ""), row["body"]), row["label1"]) for row in rows
        ]
    else:
        found = examples_to_start_with()
    order = np.random.default_rng(SEED).permutation(len(found))
    return [found[place] for place in order[:most]]


def _speed(result: Result, place: Place, examples: list[Example]) -> None:
    began = time.perf_counter()
    model = train(examples, "bench", progress=_tell)
    result.rows.append((f"学{len(examples)}条，秒", time.perf_counter() - began))
    path = save_model(model, place.data / "models")
    began = time.perf_counter()
    model = load_model(path)
    result.rows.append(("装入模型，秒", time.perf_counter() - began))
    result.rows.append(("模型文件，MB", path.stat().st_size / 1e6))
    result.rows.append(("一个核每秒建议，条", _a_second(model, examples)))
    result.rows.append(("只做建议的进程，PSS MB", _memory(place, path, examples)))


def _a_second(model: Model, examples: list[Example]) -> float:
    raw = [(example.text.title, example.text.body) for example in examples[:ASKED]]
    began = time.process_time()
    for title, body in raw:
        model.suggest(read_text(title, body))
    return len(raw) / (time.process_time() - began)


def _memory(place: Place, model: Path, examples: list[Example]) -> float:
    asked = place.data / "asked.txt"
    asked.write_text("\n".join(example.text.body for example in examples[:ASKED]), "utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", SUGGESTING, str(model), str(asked)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        megabytes = pss_megabytes(process.pid)
        process.communicate()
    return megabytes


def _quality(result: Result, quality: Quality) -> None:
    result.rows += [
        ("宏平均F1", f"{quality.macro_f1:.4f} ± {quality.spread:.4f}"),
        ("正确率", f"{quality.accuracy:.4f}"),
        ("前两个里有对的", f"{quality.among_two:.4f}"),
        ("把握误差（10档）", f"{quality.calibration_error:.4f}"),
        ("最有把握的八成，宏平均F1", f"{quality.surest:.4f}"),
    ]
    for one in quality.categories:
        result.rows.append((f"  {one.name}（{one.examples}）F1", f"{one.f1:.3f}"))


def _curve(result: Result, examples: list[Example]) -> None:
    groups = sorted({example.text.key for example in examples})
    apart = set(np.random.default_rng(SEED).permutation(np.array(groups))[::PARTS].tolist())
    unseen = [example for example in examples if example.text.key in apart]
    seen = [example for example in examples if example.text.key not in apart]
    sizes = [size for size in (*SIZES, len(seen)) if size <= len(seen)]
    for size, quality in learning_curve(seen, sorted(set(sizes)), unseen, _tell):
        result.rows.append((f"学{size}条后的宏平均F1", f"{quality.macro_f1:.4f}"))
