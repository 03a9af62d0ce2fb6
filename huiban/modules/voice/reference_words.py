"""The starter words of danger, of diversion and of groups, from the tables in `words/`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "words"


def danger_rows() -> tuple[dict[str, Any], ...]:
    """The kinds of danger as terms of their vocabulary."""
    told = _read("danger.toml")
    return tuple(
        {
            "code": kind["code"],
            "name": kind["name"],
            "data": {**_looked_for(told, kind), "phone": kind["phone"], "advice": kind["advice"]},
        }
        for kind in told["kind"]
    )


def diversion_rows() -> tuple[dict[str, Any], ...]:
    """The classes of diversion as terms of their vocabulary."""
    told = _read("diversion.toml")
    return tuple(
        {
            "code": kind["code"],
            "name": kind["name"],
            "data": {**_looked_for(told, kind), "text": kind["text"]},
        }
        for kind in told["kind"]
    )


def group_rows() -> tuple[dict[str, Any], ...]:
    """The groups of people as terms of their vocabulary."""
    told = _read("groups.toml")
    return tuple(
        {"code": kind["code"], "name": kind["name"], "data": _looked_for(told, kind)}
        for kind in told["kind"]
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _looked_for(told: Mapping[str, Any], kind: Mapping[str, Any]) -> dict[str, Any]:
    """A kind's own words, with the groups that it shares with others put in."""
    before = [group for name in kind.get("back", ()) for group in told["before"][name]]
    return {
        "words": kind["words"].split(),
        "brief": kind.get("brief", "").split(),
        "together": [_together(told, one) for one in kind.get("together", ())],
        "longest": told.get("longest", 0),
        "now": told.get("now", "").split(),
        "unless": kind.get("unless", "").split(),
        "before": _parted(before),
        "after": _parted(told.get("after", ())),
        "but": told.get("but", "").split(),
    }


def _together(told: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """`near` parts its lists by lines; `$people` and the like stand for a list told once."""
    lines = (line.strip() for line in one["near"].strip().split("\n"))
    near = [(told["lists"][line[1:]] if line[:1] == "$" else line).split() for line in lines]
    return {"words": one["words"].split(), "near": near, "within": one["within"]}


def _parted(groups: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"words": group["words"].split(), "within": group["within"]} for group in groups]
