"""`huiban explain REFERENCE`: why a case is where it is."""

from __future__ import annotations

import argparse

from huiban.cli.outcomes import DONE, tell
from huiban.modules.voice.explain import explain


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("reference", metavar="REFERENCE", help="8位编号")


def run(arguments: argparse.Namespace) -> int:
    """Tell each rule and each step of the calendar."""
    for line in explain(arguments.reference):
        tell(line)
    return DONE
