"""The processes under measurement: start the real commands, read their processor time and memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.machine import TICKS
from bench.place import ROOT, Place

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20
WORKERS, THREADS = 2, 4


@contextmanager
def running(place: Place, *arguments: str) -> Iterator[int]:
    """Run a `huiban` command in the place until the block ends; its process id."""
    with (place.data / f"{arguments[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "huiban.cli.main", *arguments],
            env=place.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving(place: Place) -> Iterator[tuple[int, int]]:
    """The production web server, 2 processes of 4 threads; its port and its process id."""
    port = _free_port()
    told = ("--port", str(port), "--workers", str(WORKERS), "--threads", str(THREADS))
    with running(place, "serve", *told) as pid:
        _wait_until_up(port, place)
        yield port, pid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(port: int, place: Place) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    said = (place.data / "serve.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the web server did not start:\n{said[-2000:]}")


def family_of(pid: int) -> list[int]:
    """A process and all that descend from it, itself first."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := _stat(int(folder.name))):
            children.setdefault(int(stat[1]), []).append(int(folder.name))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return family


def cpu_seconds(pids: list[int]) -> float:
    """The processor time of these processes and of the children that they have outlived."""
    stats = [stat for pid in pids if (stat := _stat(pid))]
    return sum(sum(map(int, stat[11:15])) for stat in stats) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on: 1 parent, 11 to 14 processor times."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def pss_megabytes(pid: int) -> float:
    """The memory of a process, with what it shares counted in proportion, in MB of 10⁶ bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def database_server() -> int | None:
    """The process id of the PostgreSQL server this process talks to, if it runs on this machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    stat = _stat(backend)
    name = Path(f"/proc/{backend}/comm")
    here = name.exists() and name.read_text(encoding="ascii").strip() == "postgres"
    return int(stat[1]) if here and Path(f"/proc/{stat[1]}").exists() else None
