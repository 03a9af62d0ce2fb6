"""在哪里: the map or the grid, the units against their households, and what is hot. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from huiban.kernel.base import papers as p

from .canonical import Section
from .grid import GridRow, heat_grid
from .paper_numbers import based_on
from .paper_parts import HIDDEN, HIDDEN_NOTE, NONE, number, prose, table
from .sentences import whole


def places(snapshot: Section) -> Iterator[p.Block]:
    """Where it comes from; nothing for a department, which has no territory."""
    told = snapshot["places"]
    if not told["units"]:
        return
    yield p.Heading("发生在哪里")
    yield from prose(
        f"热力按每千户件数画，不按总件数：户多的地方件数自然多。"
        f"与{whole(snapshot)}水平比较时用精确检验，深色而不显著的只供留意。"
    )
    if _is_mapped(told):
        yield _map(told)
    if told["grid"]:
        yield _grid(told["grid"])
    elif not _is_mapped(told):
        yield _bars(told)
    yield _units(snapshot)
    yield from _hot(snapshot)


def _is_mapped(told: Section) -> bool:
    """Whether most units have an outline; a map with holes in it would mislead."""
    return 2 * len(told["outlines"]) > len(told["units"]) > 1


def _map(told: Section) -> p.Figure:
    areas = [
        p.Area(
            unit["name"],
            _rate(unit),
            tuple(
                tuple((lng, lat) for lng, lat in ring)
                for ring in told["outlines"].get(unit["code"], [])
            ),
        )
        for unit in told["units"]
    ]
    chart = p.area_map(areas, measure="每千户件数", unit="件/千户", what=told["level"])
    return p.Figure(chart, f"各{told['level']}每千户件数热力图", note=_note(told))


def _rate(unit: Section) -> float | None:
    return float(unit["per_thousand"]) if unit["per_thousand"] else None


def _grid(grid: Section) -> p.Figure:
    rows = [
        GridRow(
            row["name"],
            tuple(row["counts"]),
            tuple(float(rate) if rate else None for rate in row["per_thousand"]),
        )
        for row in grid["rows"]
    ]
    chart = heat_grid(grid["fields"], rows, measure="各单位各领域每千户件数")
    return p.Figure(
        chart,
        "单位与诉求领域热力图",
        with_table=True,
        note="格内是件数，颜色按每千户件数由浅到深；空白格为0件。"
        + (HIDDEN_NOTE if any(None in row["counts"] for row in grid["rows"]) else ""),
    )


def _bars(told: Section) -> p.Figure:
    chart = p.bars(
        [p.Amount(unit["name"], _rate(unit)) for unit in told["units"]],
        measure="每千户件数",
        unit="件/千户",
        what=told["level"],
        empty="没有户数，或件数太少，不能按户数比较",
    )
    return p.Figure(chart, f"各{told['level']}每千户件数", note=_note(told))


def _note(told: Section) -> str:
    """Why some aren't shown, where some aren't."""
    return HIDDEN_NOTE if any(unit["hidden"] for unit in told["units"]) else ""


HEATS = {"hot": "明显偏多", "usual": "没有明显偏多", "few": "太少，看不出", "hidden": HIDDEN}


def _units(snapshot: Section) -> p.Table:
    told = snapshot["places"]
    ranked = sorted(
        told["units"], key=lambda one: (one["received"] is None, -(_rate(one) or 0), one["code"])
    )
    bases = {"previous": "month_on_month", "last_year": "year_on_year"}
    known = [base for base in bases if any(one[base] is not None for one in ranked)]
    rows = [
        (
            one["name"],
            number(one["households"]),
            *(_count(one, column) for column in ("received", *known)),
            one["per_thousand"] or (HIDDEN if one["hidden"] else NONE),
            HEATS.get(one["heat"], "没有户数"),
        )
        for one in ranked
    ]
    notes = [_note(told)]
    if told["elsewhere"]:
        notes.append(f"另有{told['elsewhere']}件没有说明在哪个{told['level']}，只计入合计。")
    heads = [based_on(snapshot, bases[base]) for base in known]
    return table(
        (told["level"], "户数", "收到", *heads, "每千户件数", f"与{whole(snapshot)}水平比"),
        rows,
        f"各{told['level']}收到件数与户数对照",
        note="".join(notes),
        shares=(0.22, 0.11, 0.11, *(0.13 for _ in known), 0.15, 0.18),
    )


def _count(unit: Section, column: str) -> str:
    return HIDDEN if unit["hidden"] else number(unit[column])


def _hot(snapshot: Section) -> Iterator[p.Block]:
    hot = snapshot["places"]["hot"]
    if snapshot["places"]["level"] == "小区":
        return
    yield p.Heading("偏热的社区和事项", 2)
    if not hot:
        yield from prose("按社区和事项逐一检验，没有明显高于户数所能说明的。")
        return
    yield table(
        ("社区", "事项", "件数", "户数", "倍数"),
        [
            (one["place"], one["category"], str(one["count"]), str(one["households"]), one["ratio"])
            for one in hot
        ],
        "偏热的社区和事项",
        labels=2,
        note=f"倍数：件数与按{whole(snapshot)}水平、该社区户数推算的件数之比；每类按误报不超过5%控制。",
    )
