"""`huiban check`: whether settings, data folder and database are fit to start."""

from __future__ import annotations

import argparse
from collections import Counter

from huiban.cli.operations.fitness import Weight, all_findings
from huiban.cli.outcomes import DONE, OFF, tell


def add(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(arguments: argparse.Namespace) -> int:
    """Tell every finding; 1 where something must be put right before starting."""
    counted: Counter[Weight] = Counter()
    for finding in all_findings():
        counted[finding.weight] += 1
        tell(f"{finding.weight.value}\t{finding.sentence}")
    tell(
        f"检查完毕：{counted[Weight.FAULT]} 项不行，{counted[Weight.WARNING]} 项注意，"
        f"{counted[Weight.GOOD]} 项好"
    )
    return OFF if counted[Weight.FAULT] else DONE
