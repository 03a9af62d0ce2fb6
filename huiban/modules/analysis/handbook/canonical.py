"""The one way in which a snapshot is written down, so that its digest stays the same. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# Grows when a section changes its shape; what was printed from an older one is kept as a file.
FORMAT = 2
Section = dict[str, Any]


def written(snapshot: Section) -> str:
    """The snapshot as text: keys in order, no spaces, nothing but JSON. ValueError for NaN."""
    return json.dumps(
        snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def read(text: str) -> Section:
    """The snapshot that the text holds."""
    found: Section = json.loads(text)
    return found


def digest_of(figures: str, texts: Section) -> str:
    """The mark of what is printed: SHA-256 over the figures as written and the texts beside them."""
    return hashlib.sha256(f"{figures}\n{written(texts)}".encode()).hexdigest()
