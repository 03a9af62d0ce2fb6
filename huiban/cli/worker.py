"""`huiban worker`: the pump and the timers. Several may run at once."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType

from huiban.cli.operations.fitness import refuse_unfit
from huiban.cli.operations.following import Follower
from huiban.cli.outcomes import DONE, say
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.pump import pump
from huiban.modules.voice import suggesting


def add(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def ready() -> None:
    """Have the category model in memory, so that the first report doesn't wait for it."""
    try:
        suggesting.model()
    except Refusal as refusal:
        say(f"huiban: {refusal.message}")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; what is leased when the word comes is still finished."""
    refuse_unfit()
    stop = threading.Event()

    def hear(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    ready()
    say("huiban: 后台已启动")
    pump(stop, Follower().turn)
    say("huiban: 后台已停止")
    return DONE
