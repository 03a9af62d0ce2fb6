"""本月要点: what the snapshot says in plain sentences. Pure: numbers in, sentences out.

A sentence is said only where its figures are there, and every figure in it stands in the snapshot
(a test holds each number of each sentence against it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .canonical import Section

WHOLE = {"district": "全区", "street": "全街道", "community": "全社区", "department": "本部门"}
NAMED = 3


def summary(snapshot: Section) -> list[str]:
    """The month's main points, in the order in which a reader asks for them."""
    if snapshot["is_empty"]:
        return [_nothing(snapshot)]
    return [
        *_intake(snapshot),
        *_january_february(snapshot),
        *_fields(snapshot),
        *_risen(snapshot),
        *_places(snapshot),
        *_groups(snapshot),
        *_on_time(snapshot),
        *_verdicts(snapshot),
        *_handling(snapshot),
        *_under_way(snapshot),
        *_themes(snapshot),
        *_signs(snapshot),
        *_outlook(snapshot),
        *_supervision(snapshot),
    ]


def listed(names: Iterable[str]) -> str:
    """Names after one another, as a sentence lists them."""
    return "、".join(names)


def whole(snapshot: Section) -> str:
    """全区, 全街道 …: the unit as sentences name it."""
    return WHOLE[snapshot["unit"]["level"]]


def _nothing(snapshot: Section) -> str:
    counted = "、".join(f"{line['label']}0件" for line in snapshot["numbers"]["lines"][:2])
    return f"{snapshot['period']['label']}{snapshot['unit']['name']}{counted}，没有可以分析的数据。"


def line_of(snapshot: Section, measure: str) -> Section | None:
    """The counted line of a measure, if the snapshot has it."""
    lines: list[Section] = snapshot["numbers"]["lines"]
    return next((line for line in lines if line["measure"] == measure), None)


def compared(line: Section, kind: str) -> Section | None:
    """A line's comparison of that kind, if there is one."""
    found: list[Section] = line["compared"]
    return next((one for one in found if one["kind"] == kind), None)


def _intake(snapshot: Section) -> Iterator[str]:
    line = line_of(snapshot, snapshot["intake"])
    if line is None:
        return
    said = [f"{snapshot['period']['label']}{whole(snapshot)}{line['label']}{line['value']}件"]
    for kind in ("month_on_month", "year_on_year"):
        if (one := compared(line, kind)) is not None:
            said.append(f"{one['words']}（{one['base_period']}{one['base']}件）")
    yield "，".join(said) + "。"
    for one in line["compared"]:
        if one["caution"] and one["kind"] in ("month_on_month", "year_on_year"):
            yield f"比较时请注意：{one['caution']}。"


def _january_february(snapshot: Section) -> Iterator[str]:
    line = line_of(snapshot, snapshot["intake"])
    found = compared(line, "january_february") if line else None
    for one in [found] if found else snapshot["numbers"]["january_february"]:
        yield one["sentence"]
    for one in snapshot["numbers"]["festival"]:
        yield one["sentence"]


def _fields(snapshot: Section) -> Iterator[str]:
    fields = [one for one in snapshot["matters"]["fields"] if one["value"]]
    total = sum(one["value"] for one in fields)
    if not total:
        return
    named = listed(
        f"{one['name']}{one['value']}件（{share(one['value'], total)}）" for one in fields[:NAMED]
    )
    many = f"共{len(fields)}类，" if len(fields) > NAMED else ""
    yield f"诉求领域{many}最多的是{named}。"


def share(part: int, total: int) -> str:
    """A part of the total, with one decimal."""
    return f"{100 * part / total:.1f}%"


def _risen(snapshot: Section) -> Iterator[str]:
    known = [one for one in snapshot["matters"]["matters"] if one["previous"] is not None]
    risen = sorted(known, key=lambda one: (one["previous"] - one["value"], one["name"]))
    told = [one for one in risen if one["value"] - one["previous"] >= 2][:NAMED]
    if told:
        named = listed(f"{one['name']}由{one['previous']}件到{one['value']}件" for one in told)
        yield f"比{before(snapshot)}增加最多的是{named}。"


def before(snapshot: Section) -> str:
    """What the month before is called, where only its first days are compared."""
    return "上月" if snapshot["is_over"] else "上月同期"


def _places(snapshot: Section) -> Iterator[str]:
    units = [one for one in snapshot["places"]["units"] if one["per_thousand"]]
    if len(units) < 2:
        return
    ranked = sorted(units, key=lambda one: (-float(one["per_thousand"]), one["code"]))
    first, last = ranked[0], ranked[-1]
    if first["per_thousand"] == last["per_thousand"]:
        return
    told = [
        f"{word}的是{one['name']}，每千户{one['per_thousand']}件（{one['received']}件、{one['households']}户）"
        for word, one in (("最多", first), ("最少", last))
    ]
    yield f"按户数比较，{'；'.join(told)}。"
    hot = [one["name"] for one in units if one["heat"] == "hot"]
    if hot:
        level = snapshot["places"]["level"]
        yield f"其中明显高于{whole(snapshot)}水平的{level}有{len(hot)}个：{listed(hot)}。"


def _groups(snapshot: Section) -> Iterator[str]:
    groups = snapshot["groups"]
    if groups is None or not groups["total"]:
        return
    named = listed(f"{one['name']}{one['value']}件" for one in groups["lines"][:NAMED])
    missing = groups["not_stated"]["value"]
    said = [f"涉及人群中{named}"] if named else []
    said.append(f"没有说明人群的{missing}件，占{share(missing, groups['total'])}")
    yield "；".join(said) + "。"


def rate_of(snapshot: Section, code: str) -> Section | None:
    """A rate of the snapshot, if it is of something."""
    rates: list[Section] = snapshot["rates"]
    return next((one for one in rates if one["rate"] == code and one["whole"]), None)


def _rate(one: Section) -> str:
    """A rate with its counts and how it stands to the month before."""
    told = f"{one['label']}{one['percent']}%（{one['part']}/{one['whole']}）"
    moved = [other["words"] for other in one["compared"] if other["name"] == "上月"]
    return "，".join([told, *moved])


def _on_time(snapshot: Section) -> Iterator[str]:
    if (one := rate_of(snapshot, "voice.on_time_rate")) is not None:
        yield f"到期{one['whole']}件，{_rate(one)}。"


def _verdicts(snapshot: Section) -> Iterator[str]:
    coverage = rate_of(snapshot, "voice.coverage")
    if coverage is None:
        return
    rated = f"其中{coverage['part']}件有居民评价（评价覆盖率{coverage['percent']}%）"
    said = [f"答复并办结{coverage['whole']}件，{rated}"]
    said += [
        _rate(one)
        for code in ("voice.solved_rate", "voice.satisfied_rate")
        if (one := rate_of(snapshot, code)) is not None
    ]
    yield "；".join(said) + "。"


def _handling(snapshot: Section) -> Iterator[str]:
    this = next((one for one in snapshot["handling"] if one["cases"]), None)
    if this is None or this["name"] != "本月" or this["half_within_hours"] is None:
        return
    yield (
        f"办结{this['cases']}件，平均用时{duration(this['minutes'] / this['cases'] / 60)}，"
        f"一半在{duration(this['half_within_hours'])}以内办结，"
        f"九成在{duration(this['most_within_hours'])}以内办结。"
    )


def duration(hours: float) -> str:
    """`5小时`, `1.5天`: hours up to two days, then days with a decimal."""
    if hours <= 48:
        return f"{hours:.1f}".removesuffix(".0") + "小时"
    return f"{hours / 24:.1f}".removesuffix(".0") + "天"


def _under_way(snapshot: Section) -> Iterator[str]:
    now = snapshot["numbers"]["now"]
    if not now["open"]:
        return
    tiers = [f"{one['label']}{one['late']}件" for one in now["tiers"] if one["late"]]
    where = f"（{listed(tiers)}）" if tiers else ""
    yield f"到数据截止时正在办{now['open']}件，其中已超时{now['late']}件{where}。"


def _themes(snapshot: Section) -> Iterator[str]:
    themes = snapshot["themes"]
    if themes:
        named = listed(f"“{one['title']}”{one['value']}件" for one in themes[:NAMED])
        many = snapshot.get("themes_count", len(themes))
        yield f"反复出现的问题有{many}个，件数多的是{named}。"


def _signs(snapshot: Section) -> Iterator[str]:
    signs = snapshot["signs"]
    if not signs["enough"]:
        return
    strong = [one for one in signs["lines"] if one["strength"] == "sign"]
    if not strong:
        yield f"对{signs['judged']}处逐一检验，没有超出自身历史范围的苗头（0处）。"
        return
    named = listed(
        f"{place_of(one, snapshot)}{one['category']}{one['observed']}件" for one in strong
    )
    yield f"对{signs['judged']}处逐一检验，有{len(strong)}处明显偏多：{named}。"


def place_of(sign: Section, snapshot: Section) -> str:
    """Where a sign is: a place below, or the whole unit."""
    found: str = sign["place"] or whole(snapshot)
    return found


def _outlook(snapshot: Section) -> Iterator[str]:
    total: Any = next(iter(snapshot["outlook"]["lines"]), None)
    if total is not None and total["expected"] and snapshot["is_over"]:
        sure = "八成" if total["level"] == "0.8" else f"{float(total['level']) * 100:.0f}%的"
        said = f"约{float(total['expected']):.0f}件，有{sure}把握在{total['low']}至{total['high']}件之间"
        intake = "到期" if snapshot["is_handler"] else "收到"
        yield f"预计{snapshot['outlook']['month']}{intake}{said}。"


def _supervision(snapshot: Section) -> Iterator[str]:
    found = {one["measure"]: one["value"] for one in snapshot["supervision"]["totals"]}
    if found["supervision.found"]:
        yield (
            f"监督规则发现{found['supervision.found']}条，人工认定属实{found['supervision.confirmed']}条，"
            f"不予认定{found['supervision.dismissed']}条；发现是证据，不是结论。"
        )
