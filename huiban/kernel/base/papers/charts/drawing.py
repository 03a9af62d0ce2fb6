"""A sheet to draw on, which becomes an SVG of presentation attributes alone.

Sizes are points on paper. Letters are those of the papers' fonts, else the reader's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

from ..measuring import width, wrapped
from .chart import Chart
from .palette import GREY, INK, WHITE, Fill

Anchor = Literal["start", "middle", "end"]
Spot = tuple[float, float]

WIDTH = 425.0  # 150 mm, which fits the text block of every paper
TINY, SMALL, PLAIN, LARGE = 7.0, 8.0, 9.0, 10.5
_MM_PER_POINT = 25.4 / 72
_FAMILY = "Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
# Tiles of the patterns, six points wide.
_TILES = {
    "rising": '<path d="M-1,1 L1,-1 M0,6 L6,0 M5,7 L7,5"',
    "falling": '<path d="M-1,5 L1,7 M0,0 L6,6 M5,-1 L7,1"',
    "level": '<path d="M0,3 H6"',
    "dots": '<path d="M1.5,1.5 h0.01 M4.5,4.5 h0.01" stroke-linecap="round"',
}


class Sheet:
    """Shapes and letters in the order they are put down."""

    def __init__(self, height: float, across: float = WIDTH) -> None:
        self.across = across
        self.height = height
        self._shapes: list[str] = []
        self._patterns: dict[Fill, str] = {}

    def rectangle(self, x: float, y: float, across: float, height: float, fill: Fill) -> None:
        """A filled rectangle; one without width is not drawn."""
        if across > 0:
            self._shapes.append(
                f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(across)}" height="{_n(height)}" '
                f"{self._filled(fill)}/>"
            )

    def line(
        self, points: Sequence[Spot], colour: str, thick: float = 0.75, dashes: str = ""
    ) -> None:
        """A line through the points."""
        path = "M" + " L".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._shapes.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{_n(thick)}"'
            f' stroke-linejoin="round"{dashed}/>'
        )

    def shape(self, path: str, fill: Fill, edge: str = WHITE, thick: float = 1) -> None:
        """A path of SVG, filled by the even-odd rule, with an edge."""
        self._shapes.append(
            f'<path d="{path}" fill-rule="evenodd" {self._filled(fill)}'
            f' stroke="{edge}" stroke-width="{_n(thick)}" stroke-linejoin="round"/>'
        )

    def circle(self, x: float, y: float, radius: float, fill: Fill, edge: str = WHITE) -> None:
        """A disc with an edge."""
        self._shapes.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" {self._filled(fill)}'
            f' stroke="{edge}" stroke-width="1"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = PLAIN,
        anchor: Anchor = "start",
        colour: str = INK,
        bold: bool = False,
        halo: str = "",
    ) -> None:
        """Letters whose middle lies at y. A halo keeps them apart from what is under them."""
        if not words:
            return
        look = (
            f'x="{_n(x)}" y="{_n(y + 0.36 * size)}" font-size="{_n(size)}" text-anchor="{anchor}"'
        )
        weight = ' font-weight="700"' if bold else ""
        if halo:
            self._shapes.append(
                f'<text {look}{weight} fill="{halo}" stroke="{halo}" stroke-width="2.5"'
                f' stroke-linejoin="round" aria-hidden="true">{escape(words)}</text>'
            )
        self._shapes.append(f'<text {look}{weight} fill="{colour}">{escape(words)}</text>')

    def block(self, x: float, y: float, lines: Iterable[str], **look: object) -> None:
        """Lines of letters, one under the other, their middle at y."""
        lines = list(lines)
        size = look.get("size", PLAIN)
        assert isinstance(size, float)
        for place, words in enumerate(lines):
            shift = (place - (len(lines) - 1) / 2) * size * 1.25
            self.text(x, y + shift, words, **look)  # type: ignore[arg-type]

    def svg(self, alt: str) -> str:
        """The whole drawing as SVG, with `alt` as its name."""
        defs = "".join(self._tile(fill, name) for fill, name in self._patterns.items())
        inner = (f"<defs>{defs}</defs>" if defs else "") + "".join(self._shapes)
        # Names of patterns are those of the page that the drawing stands on: no two may be alike.
        mine = hashlib.sha256(inner.encode()).hexdigest()[:8]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.across)} {_n(self.height)}"'
            f' width="{_n(self.across)}" height="{_n(self.height)}" role="img"'
            f' aria-label="{escape(alt)}" font-family="{_FAMILY}">'
            f"{inner.replace('@', mine)}</svg>"
        )

    def chart(
        self, alt: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], labels: int = 1
    ) -> Chart:
        """The drawing with its words and figures."""
        return Chart(
            self.svg(alt),
            round(self.across * _MM_PER_POINT, 2),
            round(self.height * _MM_PER_POINT, 2),
            alt,
            head,
            tuple(rows),
            labels,
        )

    def _filled(self, fill: Fill) -> str:
        if not fill.pattern:
            return f'fill="{fill.colour}"'
        name = self._patterns.setdefault(fill, f"p@-{len(self._patterns)}")
        return f'fill="url(#{name})"'

    def _tile(self, fill: Fill, name: str) -> str:
        thick = 1.4 if fill.pattern == "dots" else 0.8
        return (
            f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect width="6" height="6" fill="{fill.colour}"/>'
            f'{_TILES[fill.pattern]} fill="none" stroke="{fill.mark}" stroke-width="{thick}"/>'
            "</pattern>"
        )


def nothing(
    words: str, alt: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], labels: int = 1
) -> Chart:
    """The drawing where there is nothing to draw: a frame that says so."""
    sheet = Sheet(96)
    sheet.line([(1, 1), (WIDTH - 1, 1), (WIDTH - 1, 95), (1, 95), (1, 0.6)], GREY, 0.75, "4 3")
    sheet.text(WIDTH / 2, 48, words, size=LARGE, anchor="middle", colour=GREY)
    return sheet.chart(alt, head, rows, labels)


def fitted(words: str, room: float, size: float, most: int = 2) -> list[str]:
    """The words in lines of that many points, at that size."""
    return wrapped(words, room / size, most)


def named(words: str, room: float) -> tuple[list[str], float]:
    """A name in one plain line, else two small ones, else three of the smallest, and their size.

    At the smallest size a name of 30 characters fits into 75 points.
    """
    for size, most in ((PLAIN, 1), (SMALL, 2)):
        lines = fitted(words, room, size, most)
        if "".join(lines).replace(" ", "") == words.replace(" ", ""):
            # Lines as long as one another, where that takes no more of them.
            even = fitted(words, width(words) * size / len(lines) + 1.5 * size, size, most)
            return (even if len(even) == len(lines) and len(lines) > 1 else lines), size
    return fitted(words, room, TINY, 3), TINY


def taken(words: str, size: float) -> float:
    """How many points the words take."""
    return width(words) * size


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as may be to the wanted ones, in their order, at least `gap` apart.

    Keeps between low and high where that is possible; the wanted ones are sorted already.
    """
    places = list(wanted)
    for at in range(len(places)):
        floor = low if at == 0 else places[at - 1] + gap
        places[at] = max(places[at], floor)
    for at in reversed(range(len(places))):
        ceiling = high if at == len(places) - 1 else places[at + 1] - gap
        places[at] = min(places[at], ceiling)
    return places


def _n(number: float) -> str:
    """A number with two decimals at most, without a sign before zero."""
    shown = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
