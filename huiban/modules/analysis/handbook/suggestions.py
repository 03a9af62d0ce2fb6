"""对策建议: drafted by rules from the figures, each with the figures that it rests on. Pure.

A person edits them before the handbook is published; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .canonical import Section
from .sentences import place_of, rate_of, share, whole

MOST = 6


@dataclass(frozen=True)
class SuggestionRules:
    """From where on a figure asks for something.

    `least` cases before a rate or a share says anything; percentages are of 100.
    """

    least: int = 20
    on_time_below: float = 90.0
    coverage_below: float = 50.0
    not_stated_above: float = 50.0
    theme_cases: int = 3
    rising_forecast: float = 1.2


RULES = SuggestionRules()


def suggestions(snapshot: Section, rules: SuggestionRules = RULES) -> list[str]:
    """What the figures would have one do, the most pressing first; at most six."""
    if snapshot["is_empty"]:
        return []
    drafted = [
        *_signs(snapshot),
        *_themes(snapshot, rules),
        *_late(snapshot),
        *_on_time(snapshot, rules),
        *_hot(snapshot),
        *_coverage(snapshot, rules),
        *_groups(snapshot, rules),
        *_outlook(snapshot, rules),
    ]
    return drafted[:MOST]


def _signs(snapshot: Section) -> Iterator[str]:
    for one in snapshot["signs"]["lines"]:
        if one["strength"] == "sign":
            yield (
                f"就{place_of(one, snapshot)}的{one['category']}问题作一次专题会商："
                f"本月{one['observed']}件，通常不超过{one['upper']}件。"
            )


def _themes(snapshot: Section, rules: SuggestionRules) -> Iterator[str]:
    for one in snapshot["themes"][:2]:
        if one["value"] >= rules.theme_cases or one["course"] in ("growing", "persistent"):
            yield (
                f"把“{one['title']}”从个案转为共性问题研究：本月{one['value']}件，"
                f"一年内{one['total']}件，{one['words']}；可列入政策议题，征求居民意见。"
            )


def _late(snapshot: Section) -> Iterator[str]:
    now = snapshot["numbers"]["now"]
    tiers = [one for one in now["tiers"] if one["late"]]
    if now["late"] and tiers:
        worst = max(tiers, key=lambda one: (one["late"], -one["tier"]))
        yield (
            f"先清已超时的{now['late']}件，其中{worst['label']}{worst['late']}件，"
            "逐件说明原因和下一步时限。"
        )
    elif now["late"]:
        yield f"先清已超时的{now['late']}件，逐件说明原因和下一步时限。"


def _on_time(snapshot: Section, rules: SuggestionRules) -> Iterator[str]:
    units = [*snapshot["places"]["units"], *snapshot["departments"]]
    found = [
        (float(rate["percent"]), unit["name"], rate)
        for unit in units
        for rate in unit["rates"]
        if rate["rate"] == "voice.on_time_rate" and (rate["whole"] or 0) >= rules.least
        if float(rate["percent"]) < rules.on_time_below
    ]
    for percent, name, rate in sorted(found, key=lambda one: one[:2])[:2]:
        yield (
            f"请{name}查找按期办结率偏低的环节：到期{rate['whole']}件，"
            f"按期{rate['part']}件，{percent:.2f}%。"
        )


def _hot(snapshot: Section) -> Iterator[str]:
    for one in snapshot["places"]["hot"][:1]:
        yield (
            f"到{one['place']}现场看{one['category']}：{one['count']}件、{one['households']}户，"
            f"是{whole(snapshot)}水平的{one['ratio']}倍。"
        )


def _coverage(snapshot: Section, rules: SuggestionRules) -> Iterator[str]:
    one = rate_of(snapshot, "voice.coverage")
    if one and one["whole"] >= rules.least and float(one["percent"]) < rules.coverage_below:
        yield (
            f"加强回访：答复并办结{one['whole']}件，有评价的{one['part']}件，"
            f"覆盖率{one['percent']}%，解决率和满意率还不能代表全体。"
        )


def _groups(snapshot: Section, rules: SuggestionRules) -> Iterator[str]:
    groups = snapshot["groups"]
    if groups is None or groups["total"] < rules.least:
        return
    missing = groups["not_stated"]["value"]
    if 100 * missing / groups["total"] > rules.not_stated_above:
        yield (
            f"受理时点选涉及人群：没有说明的{missing}件，占{share(missing, groups['total'])}，"
            "看不出是谁的难处。"
        )


def _outlook(snapshot: Section, rules: SuggestionRules) -> Iterator[str]:
    lines = snapshot["outlook"]["lines"][1:]
    rising = [
        one
        for one in lines
        if one["expected"]
        and one["now"] >= 5
        and float(one["expected"]) >= rules.rising_forecast * one["now"]
    ]
    for one in rising[:1]:
        yield (
            f"提前安排{one['name']}：本月{one['now']}件，预计{snapshot['outlook']['month']}"
            f"约{float(one['expected']):.0f}件（{one['low']}至{one['high']}件）。"
        )
