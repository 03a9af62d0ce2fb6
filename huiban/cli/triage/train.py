"""`huiban triage train`: a new model from a labelled table; it is in use at once."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from huiban.cli.filebeside import add_map
from huiban.cli.outcomes import DONE, OFF, say, tell
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.modules.voice.learning.categories.examples import new_version
from huiban.modules.voice.learning.categories.store import (
    forget_models,
    save_model,
    use_model,
)
from huiban.modules.voice.learning.categories.training import train

from .models import models_folder, read_examples, say_left_out


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = "读列 title、body、category（title 可以没有）。学好的模型马上启用。"
    parser.add_argument("file", type=Path, metavar="FILE", help="有分类的 CSV 或 Excel")
    add_map(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, keep and use the model; a table that nothing can be learnt from is refused."""
    examples = read_examples(arguments.file, arguments.map)
    began = time.monotonic()
    now = clock.now()
    try:
        model = train(
            examples,
            new_version(now, examples),
            {"trained_at": now.isoformat(), "source": arguments.file.name},
            lambda words: say(f"huiban: {words}"),
        )
    except Refusal as refusal:
        say(f"huiban: 没有训练：{refusal.message}")
        return OFF
    say_left_out(model.facts["left_out"])
    folder = models_folder()
    save_model(model, folder)
    use_model(folder, model.version)
    forget_models(folder)
    tell(
        f"model {model.version}, categories {len(model.categories)}, "
        f"examples {model.facts['examples']}, seconds {time.monotonic() - began:.0f}"
    )
    return DONE
