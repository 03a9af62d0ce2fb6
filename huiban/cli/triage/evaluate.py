"""`huiban triage evaluate`: how good a model is, on texts that it hasn't seen."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiban.cli.filebeside import add_map
from huiban.cli.outcomes import DONE, OFF, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.modules.voice.learning.categories.evaluation import (
    Quality,
    cross_validated,
    judged,
)
from huiban.modules.voice.learning.categories.examples import learnable

from .current import model_in_use
from .models import read_examples, say_left_out

FEWEST_FOLDS, MOST_FOLDS = 2, 20


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "有 --folds 时把表分成几份，轮流用其余的学、用这一份试，近似相同的正文总在一份里；"
        "没有时用这张表考现在启用的模型。"
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="有分类的 CSV 或 Excel")
    parser.add_argument("--folds", type=int, default=0, metavar="N", help="分几份轮流试")
    add_map(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge, and print the figures: a row a category, then the whole."""
    if arguments.folds and not FEWEST_FOLDS <= arguments.folds <= MOST_FOLDS:
        raise WrongUse(f"--folds 请写{FEWEST_FOLDS}到{MOST_FOLDS}。", "folds")
    examples = read_examples(arguments.file, arguments.map)
    try:
        if arguments.folds:
            say_left_out(learnable(examples)[1])
            quality = cross_validated(
                examples, arguments.folds, lambda words: say(f"huiban: {words}")
            )
        else:
            quality = judged(model_in_use(), examples)
    except Refusal as refusal:
        say(f"huiban: 没有评：{refusal.message}")
        return OFF
    _show(quality)
    return DONE


def _show(quality: Quality) -> None:
    tell("category\texamples\tprecision\trecall\tf1")
    for one in quality.categories:
        tell(f"{one.name}\t{one.examples}\t{one.precision:.3f}\t{one.recall:.3f}\t{one.f1:.3f}")
    tell(
        f"macro-F1 {quality.macro_f1:.4f} ± {quality.spread:.4f}, "
        f"accuracy {quality.accuracy:.4f}, among two {quality.among_two:.4f}, "
        f"calibration error {quality.calibration_error:.4f}, "
        f"surest 80% macro-F1 {quality.surest:.4f}, examples {quality.examples}"
    )
