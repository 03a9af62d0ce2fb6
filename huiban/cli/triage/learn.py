"""`huiban triage learn`: learn from what the district's workers decided; needs its database."""

from __future__ import annotations

import argparse

from huiban.cli.main import set_up
from huiban.cli.outcomes import DONE, OFF, say, tell
from huiban.kernel.base.errors import Refusal


def add(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""
    parser.epilog = (
        "用已确认分类的反映学一个新模型，和现用的模型考同一批没学过的反映；更好才启用。"
        "后台每夜自己做一次。"
    )


def run(arguments: argparse.Namespace) -> int:
    """Learn, try, and say which model is in use now."""
    set_up()
    from huiban.cli.operations.locks import alone_on_database
    from huiban.modules.voice.actions.learning import learn

    try:
        with alone_on_database("learning"):
            tried = learn()
    except Refusal as refusal:
        say(f"huiban: 没有学：{refusal.message}")
        return OFF
    tell(
        f"model {tried.version}, lessons {tried.lessons}, held back {tried.held_back}, "
        f"macro-F1 {tried.macro_f1:.4f}, before {tried.macro_f1_before:.4f}, "
        f"{'in use' if tried.used else 'kept the old one'}"
    )
    return DONE
