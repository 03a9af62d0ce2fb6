"""The load generator: a process of its own that keeps a number of clients busy.

    python -m bench.load --port N --clients N --seconds N --plan FILE [--skip N]

Closed loop: each client has one kept connection and sends its next request once the answer to the
last one has come whole. It speaks just enough HTTP for that, so that a request costs it far less
processor time than the server. The first answers may be skipped, to let the server warm up.
Prints one JSON object: latencies in milliseconds, how many answers had which status, its own
processor time.

The plan is a JSON file: `{"kind": "tell", "paths": […], "photo": FILE or ""}` sends the residents'
form with a fresh key each time; `{"kind": "get", "paths": […], "cookie": …}` reads pages in turn,
with a `mark` as somebody who has them already.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.place import ADDRESS_HEADER
from bench.texts import complaint

BOUNDARY = "----huibanbench7MA4YWxkTrZu0gW"
Maker = Callable[[int, int], bytes]


class Client(asyncio.Protocol):
    """One kept connection: sends, waits for the whole answer, notes how long it took."""

    def __init__(self, number: int, make: Maker, tally: Tally) -> None:
        self.number, self.make, self.tally = number, make, tally
        self.sent = 0
        self.answer = bytearray()
        self.length: int | None = None
        self.status = 0
        self.began = 0.0
        self.transport: asyncio.Transport | None = None
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected, also anew: go on."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        assert self.transport is not None
        if time.perf_counter() >= self.tally.ends:
            self.transport.close()
            if not self.over.done():
                self.over.set_result(None)
            return
        payload = self.make(self.number, self.sent)
        self.sent += 1
        self.answer.clear()
        self.length = None
        self.began = time.perf_counter()
        self.transport.write(payload)

    def data_received(self, data: bytes) -> None:
        """A piece of the answer."""
        self.answer += data
        if self.length is None:
            self._read_head()
        if self.length is not None and len(self.answer) >= self.length:
            self.tally.note(self.status, time.perf_counter() - self.began)
            self._send()

    def _read_head(self) -> None:
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.answer[:end]).lower()
        self.status = int(head[9:12])
        at = head.find(b"\r\ncontent-length:")
        if at < 0:
            raise RuntimeError(f"an answer without a length: {head[:300]!r}")
        self.length = end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up: between two requests that's its right, within one it's an error."""
        if not self.over.done():
            self.over.set_result(exc or ConnectionError("hung up"))


class Tally:
    """What came of the requests."""

    def __init__(self, seconds: float, skip: int) -> None:
        self.began = time.perf_counter()
        self.seconds = seconds
        self.ends = self.began + seconds
        self.skip = skip
        self.last = self.began
        self.milliseconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.broken = 0

    def note(self, status: int, seconds: float) -> None:
        """An answer came."""
        self.last = time.perf_counter()
        if self.skip:
            self.skip -= 1
            # A machine that is slow to warm up has its whole time all the same.
            self.began, self.ends = self.last, self.last + self.seconds
            return
        self.statuses[status] += 1
        self.milliseconds.append(round(seconds * 1000, 3))


async def keep_busy(port: int, clients: int, seconds: float, skip: int, make: Maker) -> Tally:
    """Let that many clients send for so long; the answers on their way at the end still count."""
    tally = Tally(seconds, skip)
    await asyncio.gather(*(_one_client(port, number, make, tally) for number in range(clients)))
    return tally


async def _one_client(port: int, number: int, make: Maker, tally: Tally) -> None:
    loop = asyncio.get_running_loop()
    while time.perf_counter() < tally.ends:
        _, client = await loop.create_connection(
            lambda: Client(number, make, tally), "127.0.0.1", port
        )
        if await client.over is not None:
            tally.broken += 1


def maker_of(plan: dict[str, Any]) -> Maker:
    """The function that writes request after request of a plan."""
    return _telling(plan) if plan["kind"] == "tell" else _getting(plan)


def _telling(plan: dict[str, Any]) -> Maker:
    paths: list[str] = plan["paths"]
    photo = Path(plan["photo"]).read_bytes() if plan.get("photo") else b""
    tail = _file("camera", photo) + _file("album", b"") + f"--{BOUNDARY}--\r\n".encode()

    def make(client: int, number: int) -> bytes:
        seed = client * 7919 + number
        body = (
            _field("key", secrets.token_urlsafe(16))
            + _field("text", complaint(seed))
            + _field("nickname", "王女士")
            + _field("contact", f"138{seed % 10**8:08d}")
        ).encode() + tail
        head = (
            f"POST {paths[seed % len(paths)]} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"{ADDRESS_HEADER}: 10.1.{client // 200}.{client % 200 + 1}\r\n"
            "User-Agent: Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


def _field(name: str, value: str) -> str:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    return f"{head}\r\n\r\n{value}\r\n"


def _file(name: str, data: bytes) -> bytes:
    chosen = "IMG_0001.jpg" if data else ""
    kind = "image/jpeg" if data else "application/octet-stream"
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{chosen}"'
    return f"{head}\r\nContent-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"


def _getting(plan: dict[str, Any]) -> Maker:
    mark = plan.get("mark", "")
    known = f"If-None-Match: {mark}\r\n" if mark else ""
    requests = [
        (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {plan['cookie']}\r\n"
            f"{known}User-Agent: Mozilla/5.0 (Windows NT 10.0)\r\n\r\n"
        ).encode()
        for path in plan["paths"]
    ]
    return lambda client, number: requests[(client + number) % len(requests)]


def main() -> None:
    """Run a plan and print what came of it."""
    parser = argparse.ArgumentParser()
    for name, kind in (("port", int), ("clients", int), ("seconds", float), ("plan", Path)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--skip", type=int, default=0)
    told = parser.parse_args()
    plan = json.loads(told.plan.read_text(encoding="utf-8"))
    make = maker_of(plan)
    before = time.process_time()
    tally = asyncio.run(keep_busy(told.port, told.clients, told.seconds, told.skip, make))
    outcome = {
        "seconds": round(tally.last - tally.began, 3),
        "milliseconds": tally.milliseconds,
        "statuses": dict(tally.statuses),
        "broken": tally.broken,
        "client_cpu_seconds": round(time.process_time() - before, 3),
    }
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
