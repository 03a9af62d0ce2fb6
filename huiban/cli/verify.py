"""`huiban verify`: re-proves the books."""

from __future__ import annotations

import argparse

from huiban.cli.operations.proof import BOOKS, Book, Unproven
from huiban.cli.outcomes import DONE, OFF, say, tell


def add(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(arguments: argparse.Namespace) -> int:
    """Tell whatever is off, book by book; 1 where anything is."""
    off, unproven = [], []
    for book in BOOKS:
        try:
            count = _told(book)
        except Unproven as reason:
            say(f"huiban: {book.name}：未核对（{reason}）")
            unproven.append(book.name)
            continue
        say(f"huiban: {book.name}：{f'{count} 处不符' if count else '相符'}")
        if count:
            off.append(f"{book.name} {count} 处")
    found = "，".join(off) + "不符" if off else "其余相符" if unproven else "全部相符"
    tell("核对完毕：" + found + (f"；未核对：{'、'.join(unproven)}" if unproven else ""))
    return OFF if off else DONE


def _told(book: Book) -> int:
    """Tell what is off in a book; how many lines that were."""
    count = 0
    for line in book.prove():
        tell(line)
        count += 1
    return count
