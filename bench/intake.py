"""How many reports a second are taken in, through the production web server.

A submission is what a browser sends: the form of a scanned place, about 130 characters whose words
name the category, a contact, a fresh key, answered by a redirect to the receipt (303). Beside each
run the same rows are written by bare SQL, with as many processes and threads.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from bench import bare, bulk, photos, runs
from bench.district import furnish
from bench.load import maker_of
from bench.place import DATABASE_FILE, Place, twin_of
from bench.processes import THREADS, WORKERS, serving
from bench.results import Result, median, percentile
from bench.runs import QUIET
from bench.statements import Statements
from huiban.cli.outcomes import say

CLIENTS = (1, 8, 32)


@dataclass
class Found:
    """What the rounds at one number of clients found; each list has one figure a round."""

    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)
    client_cpu: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    share: list[float] = field(default_factory=list)

    @property
    def quiet(self) -> list[int]:
        """The rounds in which the machine did little else; all of them if there was none."""
        calm = [at for at, others in enumerate(self.others) if others <= QUIET]
        return calm or list(range(len(self.others)))

    def row(self, label: str) -> tuple[Any, ...]:
        """The medians of the quiet rounds."""
        values = (self.rate, self.p50, self.p95, self.cpu, self.database_cpu)
        rest = (self.bare, self.share, self.others)
        medians = (median([v[at] for at in self.quiet]) if v else None for v in values + rest)
        calm = sum(others <= QUIET for others in self.others)
        return (label, *medians, f"{calm}/{len(self.others)}")


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    base: int
    rounds: int
    seconds: float
    patience: float = 0


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    size = Size(base=500, rounds=1, seconds=2) if quick else Size(10_000, 7, 4, patience=20)
    say(f"bench: 布置街区，装入 {size.base} 件旧案")
    district = furnish()
    bulk.load_cases(district, size.base)
    plan = {"kind": "tell", "paths": [f"/r/{tag}/tell/" for tag in district.tags[:200]]}
    statements, recording = _recorded(plan)
    connection.close()
    result = Result(
        title="收反映：经网页服务提交，约130字，带联系方式",
        columns=(
            "并发",
            "件/秒",
            "p50毫秒",
            "p95毫秒",
            "CPU毫秒/件",
            "库CPU",
            "直接SQL/秒",
            "占直接SQL",
            "旁人占核",
            "安静轮次",
        ),
    )
    with twin_of(place) as twin, serving(place) as (port, pid):
        bench = _Bench(place, twin, port, pid, recording, size)
        bench.measure(plan, result)
        bench.measure_photo(plan, result)
    result.details["statements"] = statements
    result.notes.append(f"一件反映用 {statements} 条 SQL（含 BEGIN、COMMIT）")
    return result


def _recorded(plan: dict[str, Any]) -> tuple[int, list[list[bare.Statement]]]:
    """Send two submissions within this process: how many statements, and which rows they write."""
    make, client, seen = maker_of(plan), Client(), []
    _submit_here(client, make(0, 0), plan["paths"][0])
    for number in (8, 16):
        with Statements() as statements:
            _submit_here(client, make(number, number), plan["paths"][0])
        seen.append(statements)
    return seen[1].count, [statements.inserts() for statements in seen]


def _submit_here(client: Client, payload: bytes, path: str) -> None:
    head, _, body = payload.partition(b"\r\n\r\n")
    told = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
    headers = {name: value for name, value in told.items() if name.startswith(("X-", "User"))}
    client.cookies.clear()
    answer = client.generic("POST", path, body, told["Content-Type"], headers=headers)
    assert answer.status_code == 303, (answer.status_code, answer.content[:500])


class _Bench:
    """The server under load, and bare SQL on a copy of its database."""

    def __init__(
        self,
        place: Place,
        twin: Place,
        port: int,
        pid: int,
        recording: list[list[bare.Statement]],
        size: Size,
    ) -> None:
        self.place, self.port, self.size = place, port, size
        self.meter = runs.Meter([pid])
        database = twin.url or str(twin.data / DATABASE_FILE)
        self.bare_plan = place.data / "bare.pickle"
        self.bare_plan.write_bytes(pickle.dumps(bare.recorded(place.engine, database, *recording)))

    def measure(self, plan: dict[str, Any], result: Result) -> None:
        """Rounds over all numbers of clients, the house and bare SQL by turns."""
        found = {clients: Found() for clients in CLIENTS}
        told = runs.write_plan(self.place, "tell", plan)
        runs.load(self.place, self.port, told, 8, 1.0)
        for number in range(self.size.rounds):
            for clients in CLIENTS:
                say(f"bench: 第{number + 1}轮，{clients} 个并发")
                self._one(told, clients, found[clients])
                self._bare(clients, found[clients])
        for clients in CLIENTS:
            result.rows.append(found[clients].row(str(clients)))
            result.details[str(clients)] = vars(found[clients])

    def measure_photo(self, plan: dict[str, Any], result: Result) -> None:
        """The same with a photo of 3 MB each, from 8 clients."""
        path = photos.make(self.place.data / "photo.jpg")
        told = runs.write_plan(self.place, "photo", plan | {"photo": str(path)})
        found = Found()
        for number in range(self.size.rounds):
            say(f"bench: 第{number + 1}轮，带一张 {path.stat().st_size / 1e6:.1f} MB 的照片")
            self._one(told, 8, found)
        result.rows.append(found.row("8 带照片"))
        result.details["photo"] = vars(found)

    def _one(self, plan: Path, clients: int, found: Found) -> None:
        runs.wait_for_calm(self.size.patience)
        self.meter.begin()
        outcome = runs.load(self.place, self.port, plan, clients, self.size.seconds)
        spent = self.meter.end(outcome["client_cpu_seconds"])
        done = len(outcome["milliseconds"])
        assert outcome["statuses"] == {"303": done}, outcome["statuses"]
        found.rate.append(done / outcome["seconds"])
        found.p50.append(percentile(outcome["milliseconds"], 0.5))
        found.p95.append(percentile(outcome["milliseconds"], 0.95))
        found.cpu.append(spent.house / done * 1000)
        if self.place.server:
            found.database_cpu.append(spent.database / done * 1000)
        found.client_cpu.append(outcome["client_cpu_seconds"] / done * 1000)
        found.others.append(spent.others_cores)

    def _bare(self, clients: int, found: Found) -> None:
        """As many processes and threads as serve that many clients."""
        processes, threads = (WORKERS, THREADS) if clients > 1 else (1, 1)
        told = (
            f"--plan={self.bare_plan}",
            f"--seconds={self.size.seconds / 2}",
            f"--threads={threads}",
        )
        running = [runs.start(self.place, "bench.bare", *told) for _ in range(processes)]
        outcomes = [runs.finished(process) for process in running]
        rate = sum(len(one["milliseconds"]) / one["seconds"] for one in outcomes)
        found.bare.append(rate)
        found.share.append(found.rate[-1] / rate)
