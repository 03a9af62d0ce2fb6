"""What a lake answers is what the published counts and the log itself say."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from huiban.kernel.base.clock import Traveller, local
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.measures import ALL, CATEGORY, HOURS
from huiban.kernel.events.models import Event
from huiban.kernel.territory.models import Unit
from huiban.modules.analysis.lake.asking import measures
from huiban.modules.analysis.lake.asking.ask import ask, measure_of
from huiban.modules.analysis.lake.asking.engines import ENGINES, engine
from huiban.modules.analysis.lake.asking.measures import MEASURES, Months
from huiban.modules.analysis.lake.storage import storage_at
from huiban.modules.analysis.lake.tests.lakes import fill, play
from huiban.modules.analysis.models import Count
from huiban.modules.supervision.rules.chain import LEADS
from huiban.modules.voice import counting, stages
from tests.cast import Cast, Tell

LEVELS = ("district", "street", "community")
COUNTED = (
    *("received", "danger", "reopened", "due", "due_closed", "due_on_time", "closed"),
    *("closed_minutes", "ended", "rated", "solved", "satisfied", "basically"),
)
Answers = dict[str, list[dict[str, Any]]]


def answers(folder: Path, first: str = "", last: str = "") -> Answers:
    """Every measure of the lake, of these months."""
    months = Months(first, last)
    storage = storage_at(str(folder))
    with engine("duckdb") as found:
        return {
            measure.name: ask(storage, measure, found, months).rows.to_pylist()
            for measure in MEASURES.values()
        }


def counts(axis: str, measure: str) -> dict[tuple[str, ...], int]:
    """The folded counts of a measure by unit, code and month, without those that are nought."""
    codes = {unit.pk: unit.code for unit in Unit.objects.all()}
    found: Counter[tuple[str, ...]] = Counter()
    rows = Count.objects.filter(
        series__axis=axis, series__measure=f"voice.{measure}", day__gt=0
    ).values_list("series__unit_id", "series__code", "day", "amount")
    levels = {unit.code: unit.level for unit in Unit.objects.all()}
    for key, code, day, amount in rows:
        if levels[codes[key]] in LEVELS:
            found[codes[key], code, f"{day // 10_000}-{day // 100 % 100:02d}"] += amount
    return {key: amount for key, amount in found.items() if amount}


def whole(told: dict[tuple[str, ...], int]) -> Counter[tuple[str, ...]]:
    """By unit and month alone."""
    found: Counter[tuple[str, ...]] = Counter()
    for (unit, _, month), amount in told.items():
        found[unit, month] += amount
    return found


def by_unit(rows: list[dict[str, Any]], code: str, measure: str) -> dict[tuple[str, ...], int]:
    """The lake's rows under each unit of their path, as the counts are kept."""
    found: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        for level in LEVELS:
            if row[level]:
                written = f"{row[code]:04d}" if code == "hours" else row[code]
                found[row[level], written, row["month"]] += row[measure]
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.django_db
def test_the_lake_answers_what_the_counts_say(
    cast: Cast, tell: Tell, clock: Traveller, tmp_path: Path
) -> None:
    play(cast, tell, clock, stories=14)
    fill(tmp_path)
    answered = answers(tmp_path)
    split = {cast.units[name].code for name in ("district", "street", "other_street")}
    for measure in COUNTED:
        told = by_unit(answered["cases"], "category", measure)
        kept = counts(CATEGORY, measure)
        # Of communities only what is received is kept by category; the others as a whole.
        assert kept == {key: told[key] for key in told if key[0] in split or measure == "received"}
        assert whole(told) == whole(counts(ALL, measure)), measure
    assert by_unit(answered["hours"], "hours", "closed") == counts(HOURS, "closed")
    met = {name for name in COUNTED if any(row[name] for row in answered["cases"])}
    assert met == set(COUNTED), "the story must give each measure something to count"
    as_the_log_says(answered)


def as_the_log_says(answered: Answers) -> None:
    """Hold what is asked of events against the log, counted one by one."""
    log = list(Event.objects.filter(subject_type="voice.case").order_by("subject_id", "sequence"))
    codes = {str(unit.pk): unit.code for unit in Unit.objects.all()}
    steps: Counter[tuple[str, str]] = Counter()
    reach: defaultdict[tuple[str, str], set[Any]] = defaultdict(set)
    held: defaultdict[Any, list[str]] = defaultdict(list)
    for event in log:
        month = f"{local(event.at):%Y-%m}"
        steps[month, event.kind] += 1
        if unit := event.payload.get("unit"):
            reach[month, codes[unit]].add(event.subject_id)
        if event.payload.get("owes") in LEADS:
            owner = codes[event.payload["owner"]]
            if held[event.subject_id][-1:] != [owner]:
                held[event.subject_id].append(owner)
    told: Counter[tuple[str, str]] = Counter()
    for row in answered["steps"]:
        if row["kind"].startswith(("voice.", "duties.")):
            told[row["month"], row["kind"]] += row["steps"]
    assert told == steps
    assert {(row["month"], row["unit"]): row["cases"] for row in answered["reach"]} == {
        key: len(cases) for key, cases in reach.items()
    }
    hand_overs_hold(answered["handovers"], held)


def hand_overs_hold(answered: list[dict[str, Any]], held: dict[Any, list[str]]) -> None:
    """Hold the hand-overs against the stays of each case."""
    pairs: Counter[tuple[str, str]] = Counter()
    returned: Counter[tuple[str, str]] = Counter()
    cases: defaultdict[tuple[str, str], set[Any]] = defaultdict(set)
    for case, stays in held.items():
        for at, pair in enumerate(pairwise(stays)):
            pairs[pair] += 1
            cases[pair].add(case)
            returned[pair] += stays[at + 2 : at + 3] == stays[at : at + 1]
    assert {
        (row["from_unit"], row["to_unit"]): (row["handovers"], row["cases"], row["returned"])
        for row in answered
    } == {pair: (pairs[pair], len(cases[pair]), returned[pair]) for pair in pairs}
    assert pairs, "the story must hand something over"
    assert all((row["away_seconds"] > 0) == (row["returned"] > 0) for row in answered)


@pytest.mark.django_db
def test_months_narrow_what_is_asked(
    cast: Cast, tell: Tell, clock: Traveller, tmp_path: Path
) -> None:
    play(cast, tell, clock, stories=4)
    fill(tmp_path)
    whole = answers(tmp_path)
    month = whole["hours"][0]["month"]
    narrowed = answers(tmp_path, month, month)
    for name in ("cases", "hours", "steps", "reach"):
        assert narrowed[name] == [row for row in whole[name] if row["month"] == month], name
        assert narrowed[name], name
    assert answers(tmp_path, "2031-01")["handovers"] == []


@pytest.mark.django_db
def test_rows_stand_in_the_order_of_their_keys(
    cast: Cast, tell: Tell, clock: Traveller, tmp_path: Path
) -> None:
    play(cast, tell, clock, stories=3)
    fill(tmp_path)
    for name, rows in answers(tmp_path).items():
        keys = [tuple(row[key] for key in MEASURES[name].keys) for row in rows]
        assert keys == sorted(set(keys)), name
        assert tuple(rows[0])[: len(keys[0])] == MEASURES[name].keys


@pytest.mark.django_db
def test_an_empty_lake_answers_nothing(cast: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    assert set(map(len, answers(tmp_path).values())) == {0}


def test_words_are_those_of_the_modules_they_come_from() -> None:
    assert measures.CLOSED == stages.CLOSED
    assert set(measures.LEADS) == LEADS
    assert set(measures.UNCOUNTED_OUTCOMES) == counting.UNCOUNTED_OUTCOMES


def test_another_measure_is_refused_with_what_there_is() -> None:
    with pytest.raises(Refusal, match="是不是要用 handovers？现有：cases"):
        measure_of("handover")
    with pytest.raises(Refusal, match="没有“x”这个指标。现有"):
        measure_of("x")
    assert set(ENGINES) == {"duckdb", "spark"}
