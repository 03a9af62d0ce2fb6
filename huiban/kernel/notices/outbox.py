"""The file channel: one line of JSON for each notice, for whatever carries it further."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings


def outbox_path() -> Path:
    """The file that lines are appended to; whoever carries them on may move it away."""
    return Path(settings.DATA) / "outbox" / "notices.jsonl"


def append_line(said: dict[str, Any]) -> None:
    """Append one whole line and see it on the disk.

    A line that a crash left half written is ended first, so that it spoils no other.
    """
    path = outbox_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = (json.dumps(said, ensure_ascii=False) + "\n").encode()
    with path.open("ab+", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)
        os.fsync(file.fileno())
