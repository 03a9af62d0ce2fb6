"""What every chart is, however it was drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Chart:
    """A drawing with what it shows, in words and in figures.

    `markup` is a whole SVG without styles or scripts, fit for a page under a strict policy. `alt`
    says what the drawing shows. `head` and `rows` are its figures as a table, all columns but the
    first `labels` ones being figures. Sizes are millimetres on paper.
    """

    markup: str
    width_mm: float
    height_mm: float
    alt: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1

    def svg(self) -> str:
        """The drawing as SVG text."""
        return self.markup

    def png(self, fonts: Path, dpi: int = 300) -> bytes:
        """The drawing as PNG, its letters taken from the folder of fonts."""
        # Typesetting imports this module, so it can't be imported at its head.
        from huiban.kernel.base.papers import typeset

        return typeset.png_of(self, fonts, dpi)

    @property
    def key(self) -> str:
        """A short name for the drawing, the same for the same drawing."""
        return hashlib.sha256(self.markup.encode()).hexdigest()[:12]
