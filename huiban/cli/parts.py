"""The processes that `./run` keeps together: started, watched and stopped as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

SECONDS_TO_STOP = 8
LOG_BYTES_BEFORE_TURNING = 10_000_000


@dataclass(frozen=True)
class Part:
    """One process and the log it writes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def how_it_ended(self) -> str:
        """Its exit code, or the signal that ended it."""
        code = self.process.returncode
        if code is not None and code < 0:
            return f"被信号 {-code}（{signal.Signals(-code).name}）结束"
        return f"已退出，退出码 {code}"

    def last_lines(self, count: int) -> str:
        """The end of its log, for whoever has to find out why it died."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 200 * count))
            text = file.read().decode("utf-8", errors="replace")
        return "\n".join(text.splitlines()[-count:])


class Household:
    """Parts that live and die together. One signal, or the death of one part, ends them all."""

    def __init__(
        self, logs: Path, environment: Mapping[str, str], seconds_to_stop: float = SECONDS_TO_STOP
    ) -> None:
        self._logs = logs
        self._seconds_to_stop = seconds_to_stop
        self._environment = dict(environment)
        self._parts: list[Part] = []
        self._asked_to_stop = threading.Event()

    def listen(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal ask for a clean end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop.set()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a part; what it prints goes to `logs/NAME.log`."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES_BEFORE_TURNING:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            # In a session of its own, so that Ctrl-C reaches it once and through us.
            process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._parts.append(Part(name, process, log))

    def dead(self) -> Part | None:
        """The first part that is no longer running, if any."""
        return next((part for part in self._parts if part.process.poll() is not None), None)

    def wait(self) -> Part | None:
        """Wait until somebody asks for the end (None) or a part has died (that part)."""
        while not self._asked_to_stop.wait(0.2):
            if part := self.dead():
                return part
        return None

    @property
    def asked_to_stop(self) -> bool:
        """Whether a signal has asked for the end."""
        return self._asked_to_stop.is_set()

    def stop(self) -> None:
        """Ask every part to end, and end by force what hasn't in time."""
        for part in self._parts:
            if part.process.poll() is None:
                part.process.terminate()
        deadline = time.monotonic() + self._seconds_to_stop
        for part in self._parts:
            try:
                part.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"run: {part.name} 没有按时停止，强制结束", file=sys.stderr)
            self._end_by_force(part)

    @staticmethod
    def _end_by_force(part: Part) -> None:
        # Its whole group: a server killed alone would leave its children holding the port.
        try:
            os.killpg(part.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        part.process.wait()
