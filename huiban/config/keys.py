"""The installation's secrets: made on the first start, kept in the data folder, never in a backup.

`keys/secrets.json` holds the session secret, the receipt key, the look-up key and the field keys
by their ids. Losing it means that receipts and sealed fields can't be read again; so new ones are
never made beside a database that is there already.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DATABASE_FILE = "huiban.sqlite3"


@dataclass(frozen=True)
class Secrets:
    """What an installation keeps to itself."""

    session: str
    receipt: bytes
    lookup: bytes
    field_keys: dict[str, bytes]
    current_field_key: str

    def __repr__(self) -> str:
        return f"Secrets({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """Sixteen digits that tell sets of secrets apart and give none of them away."""
        return hmac.digest(self.receipt, b"huiban fingerprint", hashlib.sha256).hex()[:16]


def secrets_path(folder: Path) -> Path:
    """Where the secrets of that data folder lie."""
    return folder / "keys" / "secrets.json"


def load_secrets(folder: Path) -> Secrets:
    """Read the secrets of that data folder, making them where it is a new one.

    Raises ImproperlyConfigured for a file that can't be read, and where a database stands without
    its secrets.
    """
    path = secrets_path(folder)
    if not path.exists():
        _refuse_beside_a_database(folder)
        write_secrets(path, _made())
    return read_secrets(path)


def read_secrets(path: Path) -> Secrets:
    """The secrets in that file. Raises ImproperlyConfigured if they can't be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Secrets(
            session=kept["session"],
            receipt=bytes.fromhex(kept["receipt"]),
            lookup=bytes.fromhex(kept["lookup"]),
            field_keys={key_id: bytes.fromhex(key) for key_id, key in kept["field_keys"].items()},
            current_field_key=kept["current_field_key"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        # The problem's own words could quote the file, so only its kind is told.
        raise ImproperlyConfigured(
            f"密钥文件 {path} 读不出来（{type(problem).__name__}）。"
            "请检查文件权限，或用 huiban restore --keys 放回密钥的备份。"
        ) from None


def write_secrets(path: Path, text: str) -> bool:
    """Put the text there, readable by its owner only; False, changing nothing, if one is there.

    Of several processes that start at once, the first one's stays and is seen whole by all.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync(path.parent)
    return True


def _made() -> str:
    made = {
        "session": secrets.token_urlsafe(48),
        "receipt": secrets.token_hex(32),
        "lookup": secrets.token_hex(32),
        "field_keys": {"k1": secrets.token_hex(32)},
        "current_field_key": "k1",
    }
    return json.dumps(made, indent=1) + "\n"


def _refuse_beside_a_database(folder: Path) -> None:
    database = folder / DATABASE_FILE
    if database.exists() and database.stat().st_size:
        raise ImproperlyConfigured(
            f"{folder} 里有数据库，却没有密钥（keys/secrets.json）。没有原来的密钥，回执编号和"
            "加密的内容都打不开。请用 huiban restore --keys 文件 放回密钥的备份。"
        )


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
