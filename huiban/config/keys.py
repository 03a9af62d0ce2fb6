"""The installation's secrets: made on the first start, kept in the data folder, never in a backup.

`keys/secrets.json` holds the session secret, the receipt key, the look-up key and the field keys
by their ids. Losing it means that receipts and sealed fields can't be read again.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    """What an installation keeps to itself."""

    session: str
    receipt: bytes
    lookup: bytes
    field_keys: dict[str, bytes]
    current_field_key: str


def load_secrets(folder: Path) -> Secrets:
    """Read the secrets of that data folder, making them where there are none yet."""
    path = folder / "keys" / "secrets.json"
    if not path.exists():
        _make(path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Secrets(
        session=kept["session"],
        receipt=bytes.fromhex(kept["receipt"]),
        lookup=bytes.fromhex(kept["lookup"]),
        field_keys={key_id: bytes.fromhex(key) for key_id, key in kept["field_keys"].items()},
        current_field_key=kept["current_field_key"],
    )


def _make(path: Path) -> None:
    """Write new secrets; of several processes that start at once, the first one's stay."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = {
        "session": secrets.token_urlsafe(48),
        "receipt": secrets.token_hex(32),
        "lookup": secrets.token_hex(32),
        "field_keys": {"k1": secrets.token_hex(32)},
        "current_field_key": "k1",
    }
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
