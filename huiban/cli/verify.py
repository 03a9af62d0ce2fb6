"""`huiban verify`: re-proves the books."""

from __future__ import annotations

import argparse

from huiban.cli.operations.proof import BOOKS
from huiban.cli.outcomes import DONE, OFF, say, tell


def add(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(arguments: argparse.Namespace) -> int:
    """Tell whatever is off, book by book; 1 where anything is."""
    off = []
    for book in BOOKS:
        count = 0
        for line in book.prove():
            tell(line)
            count += 1
        say(f"huiban: {book.name}：{f'{count} 处不符' if count else '相符'}")
        if count:
            off.append(f"{book.name} {count} 处")
    tell("核对完毕：" + ("，".join(off) + "不符" if off else "全部相符"))
    return OFF if off else DONE
