"""Static files: gathered under hashed names before the first page is served, and only when stale."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

import huiban

# The fonts are for paper and the checker for tests: neither is served.
LEFT_OUT = ("fonts", "dev")
STAMP = ".made-from"


def gather_static() -> bool:
    """Bring `settings.STATIC_ROOT` up to date; False if it was already.

    Of several processes that start at once, one gathers and the others wait for it.
    """
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root.parent / "static.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        stamp, made_from = root / STAMP, _made_from()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == made_from:
            return False
        ignored = [argument for name in LEFT_OUT for argument in ("--ignore", name)]
        call_command("collectstatic", *ignored, interactive=False, verbosity=0, stdout=sys.stderr)
        stamp.write_text(made_from, encoding="utf-8")
    return True


def _made_from() -> str:
    """A digest of what would be gathered: every file's path, size and time."""
    digest = hashlib.sha256(huiban.__version__.encode())
    for source in settings.STATICFILES_DIRS:
        for folder, inner, names in os.walk(source):
            inner[:] = sorted(set(inner) - set(LEFT_OUT))
            for name in sorted(names):
                found = Path(folder, name).stat()
                digest.update(f"{folder}/{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
