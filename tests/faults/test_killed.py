"""Web and worker are killed in the middle of 2,000 submissions: nothing shown is lost."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.scratch import ROOT, Scratch, scratch_place

pytestmark = pytest.mark.faults

SUBMISSIONS = 2000
SENDERS = 8
KILLS = 4
PATIENCE = 120.0


@dataclass
class House:
    """Web and worker of a scratch place, to be killed and started again."""

    place: Scratch
    port: int
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, part: str) -> None:
        """Start a part in a process group of its own."""
        more = ("--port", str(self.port)) if part == "serve" else ()
        with (self.place.data / f"{part}.log").open("ab") as log:
            self.parts[part] = subprocess.Popen(
                [sys.executable, "-m", "huiban.cli.main", part, *more],
                env=self.place.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, part: str) -> None:
        """End a part and all its children at once, as when the power fails."""
        os.killpg(self.parts[part].pid, signal.SIGKILL)
        self.parts[part].wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(port: int, address: str, number: int) -> str:
    """Send one report until its receipt is shown, always with the same key."""
    body = urlencode(
        {"key": f"a-key-that-survives-{number:05d}", "text": f"第{number}件：电梯停运"}
    )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            web = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            web.request(
                "POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"}
            )
            answer = web.getresponse()
            answer.read()
            web.close()
            if answer.status in (302, 303):
                return answer.headers["Location"].split("/t/")[1].split("/")[0]
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"report {number} was never answered")


def break_it(house: House, sent: list[str], over: threading.Event) -> int:
    """Kill web and worker each time another part of the reports is in, and start them again."""
    kills = 0
    while not over.is_set() and kills < KILLS:
        if len(sent) >= SUBMISSIONS * (kills + 1) // (KILLS + 1):
            for part in ("serve", "worker"):
                house.kill(part)
                house.start(part)
            kills += 1
        time.sleep(0.01)
    return kills


def test_what_was_shown_survives_being_killed(tmp_path: Path) -> None:
    with scratch_place(tmp_path, tables=True) as place:
        furnished = place.run("-m", "tests.faults.survivors", "furnish")
        assert furnished.returncode == 0, furnished.stderr[-3000:]
        address = furnished.stdout.splitlines()[-1]
        house = House(place, free_port())
        for part in ("serve", "worker"):
            house.start(part)
        try:
            receipts, kills = submit_all(house, address)
        finally:
            for part in house.parts:
                house.kill(part)
        (place.data / "receipts.txt").write_text("\n".join(receipts), encoding="utf-8")
        proved = place.run("-m", "tests.faults.survivors", "prove")
    assert proved.returncode == 0, proved.stderr[-3000:]
    seen = json.loads(proved.stdout.splitlines()[-1])
    assert kills == KILLS
    assert seen == {
        "reports": SUBMISSIONS,
        "unknown": 0,
        "told": SUBMISSIONS,
        "told_twice": 0,
        "undelivered": 0,
        "counted_meanwhile": True,
        "counted": SUBMISSIONS,
        "broken": [],
    }


def submit_all(house: House, address: str) -> tuple[list[str], int]:
    """Send everything while the house is being broken; the receipts, and how often it was."""
    receipts: list[str] = []
    over = threading.Event()

    def one(number: int) -> None:
        receipts.append(send(house.port, address, number))

    with ThreadPoolExecutor(SENDERS + 1) as pool:
        breaking = pool.submit(break_it, house, receipts, over)
        try:
            list(pool.map(one, range(SUBMISSIONS)))
        finally:
            over.set()
        return receipts, breaking.result()
