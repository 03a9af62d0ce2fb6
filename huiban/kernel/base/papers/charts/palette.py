"""Fills that are told apart on grey paper and by eyes that see few colours.

Neighbours differ in lightness, and kinds differ in pattern as well, so that colour only adds.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1b2a2c"
GREY = "#58656a"
RULE = "#c9d1d1"
WHITE = "#ffffff"
TEAL = "#0f5c5c"
PALE = "#b9d6d3"

# From little to much; each step is darker than the one before by a ratio of at least 1.3.
AMOUNTS = ("#f2f8f7", "#c0dddb", "#86b9b5", "#37797b", "#0b4a4a")


@dataclass(frozen=True)
class Fill:
    """A colour, with lines or dots of `mark` over it where `pattern` names how they run."""

    colour: str
    pattern: str = ""
    mark: str = WHITE


# Dark and light by turns, at most six kinds in one drawing.
KINDS = (
    Fill("#0f5c5c"),
    Fill("#f2c879", "rising", "#8a5a00"),
    Fill("#3d74a8", "dots"),
    Fill("#d5e2e0", "level", "#58656a"),
    Fill("#5d2f4f", "falling"),
    Fill("#efcfd3", "dots", "#7d4450"),
)
BEFORE = Fill("#dfe9e8", "rising", "#5f8d8b")
AFTER = Fill("#0f5c5c")
UNKNOWN = Fill("#ffffff", "rising", "#8b9698")


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1, as grey print shows it (WCAG 2.2)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The colour of letters that are read best on this one."""
    return max((INK, WHITE), key=lambda ink: contrast(ink, colour))
