"""Counts an export of the log again, as `huiban supervision export` writes it; needs no database.

Units go by their codes and cases by pseudonyms, so whoever has the file can check what was
published and learns nobody's name. XES is read case by case; OCEL has to fit into memory, but keeps
moments to the microsecond, where XES keeps milliseconds.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree as ET

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.measures import NOW
from huiban.modules.voice import kinds

from .folding.counting import Link, counted

CASE = "voice.case"
# Fields that every step has and an export leaves out where they are empty.
EMPTY_STEP: dict[str, Any] = {"closes": "", "owes": "", "owner": "", "owner_tier": 0, "due": ""}
EMPTY: dict[str, Any] = {
    "category": "",
    "verdict": "",
    "satisfaction": "",
    "groups": "",
    "due": "",
    "danger": False,
}
PLACED = frozenset({kinds.REPORTED, kinds.LOCATED})
_NAMES = {"true": True, "false": False}

# unit, month as YYYY-MM ("" is now), axis, measure, code
Cell = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Recount:
    """What an export comes to, by cell, and how much of it was counted."""

    cells: Counter[Cell]
    cases: int
    events: int


def recount(path: Path) -> Recount:
    """Count an export again, by month. Raises Refusal for a file that is none."""
    cells: Counter[Cell] = Counter()
    cases = events = 0
    for links in _traces(path):
        cases += 1
        events += len(links)
        for (axis, measure, unit, code, day), amount in counted(links, {}).changes.items():
            month = "" if day == NOW else f"{day // 10_000}-{day // 100 % 100:02}"
            cells[unit, month, axis, measure, code] += amount
    return Recount(
        Counter({cell: amount for cell, amount in cells.items() if amount}), cases, events
    )


def _traces(path: Path) -> Iterator[list[Link]]:
    try:
        with _opened(path) as file:
            beginning = file.read(1)
            file.seek(0)
            yield from _from_xes(file) if beginning == b"<" else _from_ocel(file)
    except OSError as error:
        raise Refusal(
            f"读不了“{path}”（{error.strerror or error}）。请核对文件名。", "file"
        ) from error
    except (
        EOFError,
        zlib.error,
        ET.ParseError,
        json.JSONDecodeError,
        KeyError,
        ValueError,
        TypeError,
    ) as error:
        raise Refusal(
            f"“{path}”不是完整的日志导出文件（{str(error)[:80]}）。"
            "请用 huiban supervision export 重新导出 XES 或 OCEL。",
            "file",
        ) from error


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if zipped else path.open("rb")  # type: ignore[return-value]


def _from_xes(file: IO[bytes]) -> Iterator[list[Link]]:
    number = 0
    for _event, element in ET.iterparse(file):
        if element.tag.rpartition("}")[2] != "trace":
            continue
        number += 1
        names = (one.get("value", "") for one in element if one.get("key") == "concept:name")
        name = next(names, "")
        if not name:
            raise ValueError(f"第{number}个 trace 没有写明是哪一件，缺 concept:name")
        events = (one for one in element if one.tag.rpartition("}")[2] == "event")
        told = [
            {one.get("key", ""): _value(one.get("value", "")) for one in each} for each in events
        ]
        yield [_link(name, one["concept:name"], one["time:timestamp"], one) for one in told]
        element.clear()


def _from_ocel(file: IO[bytes]) -> Iterator[list[Link]]:
    traces: defaultdict[str, list[Link]] = defaultdict(list)
    for event in json.load(file)["events"]:
        told = {one["name"]: _value(one["value"]) for one in event["attributes"]}
        case = ""
        for related in event["relationships"]:
            kind, _, key = related["objectId"].partition("-")
            if related["qualifier"] == "case":
                case = related["objectId"]
            told[related["qualifier"]] = key if kind == "unit" else related["objectId"]
        traces[case].append(_link(case, event["type"], event["time"], told))
    yield from traces.values()


def _value(written: str) -> Any:
    return _NAMES.get(written, written)


def _link(case: str, kind: str, at: str, told: dict[str, Any]) -> Link:
    payload = EMPTY | (EMPTY_STEP if "stage" in told else {}) | told
    payload["owner_tier"] = int(payload.get("owner_tier", 0))
    if kind in PLACED:
        payload = {"street": "", "community": "", "estate": ""} | payload
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return Link(0, CASE, case, kind, moment, str(payload.get("district", "")), payload)
