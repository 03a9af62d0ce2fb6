"""Charts for paper: legible in grey print, named where they stand, never told by colour alone."""

from __future__ import annotations
