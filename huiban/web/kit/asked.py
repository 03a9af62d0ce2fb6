"""What addresses and forms ask for: codes and keys, read so that nothing odd gets through."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from huiban.kernel.base.errors import Unseen

LONGEST_CODE = 60


def code_asked(asked: Mapping[str, str], name: str) -> str:
    """A code that the address names: no longer than any code is, and nothing that no code holds."""
    told = "".join(filter(str.isprintable, asked.get(name, "")))
    return told.strip()[:LONGEST_CODE]


def key_asked(asked: Mapping[str, str], name: str) -> UUID:
    """The key that the address or form names. Raises Unseen for what is none."""
    try:
        return UUID(asked.get(name, ""))
    except ValueError:
        raise Unseen from None
