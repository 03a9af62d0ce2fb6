"""`huiban supervision`: what a supervisor looks for, tried on files: also without a database."""

from __future__ import annotations

import argparse
import importlib
from typing import cast

from huiban.cli.main import Module

# Each is a module of this package, with the same two functions as a command.
PARTS: tuple[tuple[str, str], ...] = (
    ("scan", "从任何系统的流转记录看推诿：转手、退回、绕圈"),
    ("replies", "找出敷衍的答复"),
    ("export", "导出本系统的流转记录，供流程分析工具使用"),
    ("rerun", "按监督规则重读本系统的办理记录，补上还没有的发现"),
)


def add(parser: argparse.ArgumentParser) -> None:
    """Declare each part's arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    for name, summary in PARTS:
        _part(name).add(what.add_parser(name, help=summary, description=summary))


def run(arguments: argparse.Namespace) -> int:
    """Carry out the part that is asked for."""
    return _part(arguments.what).run(arguments)


def _part(name: str) -> Module:
    return cast(Module, importlib.import_module(f"huiban.cli.supervision.{name}"))
