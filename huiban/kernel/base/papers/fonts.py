"""The fonts that paper is set in, and which characters they have.

The official typefaces (方正小标宋, 仿宋_GB2312, 楷体_GB2312) are licensed and can't be handed on, so
a PDF is set in free ones: 宋 for 仿宋 and 小标宋, 黑, and 楷. A DOCX names the official ones.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from huiban.kernel.base.errors import Refusal

FILES = (
    "NotoSerifSC-Regular.ttf",
    "NotoSerifSC-Bold.ttf",
    "NotoSansSC-Regular.ttf",
    "NotoSansSC-Bold.ttf",
    "LXGWWenKai-Regular.ttf",
)
# What printers set where a character is missing from the case (空铅), known to readers as such.
MISSING = "〓"
_CASES = ("NotoSerifSC-Regular.ttf", "NotoSansSC-Regular.ttf")
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs"})
# What only changes the look of the character before it: its variant, its key cap, its skin.
_MODIFIERS = frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x20E3, *range(0x1F3FB, 0x1F400)))
)


def check_fonts(folder: Path) -> None:
    """Raise Refusal where the folder lacks a font that papers are set in."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise Refusal(
            f"缺少印刷用的字体 {missing[0]}。请运行 ./run 或 ./test 装好第三方文件，再打印。",
            "fonts",
        )


@lru_cache(maxsize=4)
def typst_fonts(folder: Path) -> typst.Fonts:
    """The folder's fonts and no others, for typesetting; Refusal where one is missing."""
    check_fonts(folder)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


@lru_cache(maxsize=4)
def characters(folder: Path) -> frozenset[str]:
    """Every character that at least one upright font of body text can print."""
    check_fonts(folder)
    found: set[int] = set()
    for name in _CASES:
        with TTFont(folder / name, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(chr(point) for point in found)


def printable(text: str, folder: Path) -> str:
    """The text with 〓 for each character that no font has, and without what is never seen.

    Line ends stay, tabs and other spaces become plain ones. No character prints an empty box.
    """
    known = characters(folder)
    return "".join(_printed(character, known) for character in text)


def visible(text: str) -> str:
    """The text without what is never seen, for a file that its reader's own fonts will show."""
    return "".join(_printed(character, None) for character in text)


def missing_characters(text: str, folder: Path) -> str:
    """Each character that would be printed as 〓, once, in the order of first appearance."""
    known = characters(folder)
    return "".join(dict.fromkeys(c for c in text if _printed(c, known) == MISSING != c))


def _printed(character: str, known: frozenset[str] | None) -> str:
    if character in "\n\u3000":
        return character
    if character.isspace():
        return " "
    # The last two of every plane are no characters at all, and XML has no way to hold them.
    if unicodedata.category(character) in _NOT_SHOWN or ord(character) & 0xFFFE == 0xFFFE:
        return ""
    if known is None or character in known:
        return character
    return "" if character in _MODIFIERS else MISSING
