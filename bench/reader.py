"""Somebody who is signed in and reads one page again and again: what it costs, in time and statements."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client

from bench import runs
from bench.district import District, session_cookie
from bench.place import Place
from bench.results import percentile
from bench.statements import Statements

# Both web processes read their memory of dated data and their templates first.
WARM_UP = 4
# How long each page waits for the machine to be calm, where it is read for long enough to matter.
PATIENCE, LONG_ENOUGH = 10.0, 2.0
COLUMNS = ("SQL条数", "p50毫秒", "p95毫秒", "CPU毫秒", "库CPU", "旁人占核")


class Reader:
    """A worker who reads pages of the house."""

    def __init__(self, place: Place, port: int, pid: int, district: District, name: str) -> None:
        self.place, self.port = place, port
        self.meter = runs.Meter([pid])
        self.cookie = session_cookie(district.accounts[name])

    def measured(self, path: str, seconds: float, mark: str = "") -> tuple[Any, ...]:
        """The page's statements, its times and what it costs, as `COLUMNS` names them.

        With a `mark` (an ETag) the page is asked for as by somebody who has it already.
        """
        statements = self._statements(path, mark)
        plan = {"kind": "get", "paths": [path], "cookie": self.cookie, "mark": mark}
        told = runs.write_plan(self.place, "page", plan)
        runs.wait_for_calm(PATIENCE if seconds >= LONG_ENOUGH else 0)
        self.meter.begin()
        outcome = runs.load(self.place, self.port, told, 1, seconds, WARM_UP)
        spent = self.meter.end(outcome["client_cpu_seconds"])
        done = len(outcome["milliseconds"])
        expected = "304" if mark else "200"
        assert outcome["statuses"] == {expected: done}, (path, outcome["statuses"])
        done += WARM_UP
        return (
            statements,
            percentile(outcome["milliseconds"], 0.5),
            percentile(outcome["milliseconds"], 0.95),
            spent.house / done * 1000,
            spent.database / done * 1000 if self.place.server else None,
            spent.others_cores,
        )

    def mark_of(self, path: str) -> str:
        """The ETag of a page."""
        return str(self._client().get(path)["ETag"])

    def _client(self) -> Client:
        client = Client()
        name, _, key = self.cookie.partition("=")
        client.cookies[name] = key
        return client

    def _statements(self, path: str, mark: str) -> int:
        client = self._client()
        headers = {"if-none-match": mark} if mark else {}
        client.get(path, headers=headers)
        with Statements() as statements:
            answer = client.get(path, headers=headers)
        assert answer.status_code == (304 if mark else 200), (path, answer.status_code)
        connection.close()
        return statements.count
