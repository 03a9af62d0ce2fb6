"""`huiban triage`: what is read in texts, tried on files: also in an empty folder, with no database."""

from __future__ import annotations

import argparse
import importlib
from typing import cast

from huiban.cli.main import Module

# Each is a module of this package, with the same two functions as a command.
PARTS: tuple[tuple[str, str], ...] = (
    ("train", "用有分类的表训练分类模型"),
    ("evaluate", "评一评分类模型有多准"),
    ("learn", "用已确认的反映学一个新模型"),
    ("suggest", "给每一行建议分类"),
    ("duplicates", "找出重复反映"),
    ("themes", "归纳热点"),
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
    return cast(Module, importlib.import_module(f"huiban.cli.triage.{name}"))
