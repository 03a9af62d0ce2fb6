"""Permits: single things one may do, each declared by the package that asks for it."""

from __future__ import annotations

PERMITS: dict[str, str] = {}


def declare(code: str, meaning: str) -> str:
    """Declare a permit and return its code. Raises ValueError for one declared twice."""
    if code in PERMITS:
        raise ValueError(f"the permit {code} is declared twice")
    PERMITS[code] = meaning
    return code


ADMINISTER = declare("access.administer", "Manage units, posts, accounts, settings and the shelf.")
