"""The numbers of headings, one way for PDF and DOCX."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Block, Document, Figure, Heading, Table

_DIGITS = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """1 to 99 in Chinese: 一, 十, 十二, 三十."""
    if not 0 < number < 100:
        raise ValueError(f"headings are numbered from 1 to 99, not {number}")
    tens, ones = divmod(number, 10)
    front = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return front + (_DIGITS[ones] if ones else "")


def heading_label(level: int, number: int) -> str:
    """结构层次序数 by level: 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3)."""
    if level == 1:
        return f"{chinese_numeral(number)}、"
    if level == 2:
        return f"（{chinese_numeral(number)}）"
    return f"{number}. " if level == 3 else f"（{number}）"


def labelled(document: Document) -> Iterator[tuple[Block, str]]:
    """Each block with the number that stands before it, empty where none does.

    Headings are numbered by level; a handbook also counts its figures and tables that have
    captions: 图1, 表1.
    """
    counts = [0, 0, 0, 0]
    captions = {"图": 0, "表": 0}
    for block in document.body:
        label = ""
        if isinstance(block, Heading) and block.numbered:
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            label = heading_label(block.level, counts[block.level - 1])
        elif isinstance(block, Figure | Table) and block.caption and document.style == "handbook":
            kind = "图" if isinstance(block, Figure) else "表"
            captions[kind] += 1
            label = f"{kind}{captions[kind]}"
        yield block, label
