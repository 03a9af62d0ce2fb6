"""What a benchmark ran on, and how busy the machine was with other things meanwhile."""

from __future__ import annotations

import os
import platform
import sqlite3
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


def described(engine: str) -> dict[str, Any]:
    """Cores, memory and versions, as a result names them."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "database": f"PostgreSQL {_postgresql()}"
        if engine == "postgresql"
        else f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL",
    }


def in_words(machine: dict[str, Any]) -> str:
    """The same in a line."""
    return (
        f"{machine['cores']} 核 {machine['processor']}，{machine['memory_gib']} GiB，"
        f"Python {machine['python']}，{machine['database']}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _postgresql() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).split()[0]
        settings = []
        for name in ("fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"SHOW {name}")
            settings.append(f"{name}={cursor.fetchone()[0]}")
    return f"{version}, {', '.join(settings)}"


def busy_seconds() -> float:
    """The processor time that the whole machine has spent on anything since it started."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, irq, soft, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICKS
