"""The rules against simulated logs in which faults were planted: what is found, and what isn't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from huiban.kernel.duties import actions as duties
from huiban.modules.supervision import rules
from huiban.modules.supervision.rules import (
    LIFTED_OFTEN,
    RULES,
    Found,
    Lift,
    Link,
    all_lifts,
    found_by,
    lifted_often,
    thresholds_of,
    walk,
)
from huiban.modules.supervision.tests.simulated import (
    HARD,
    INNOCENT,
    PLANTED,
    Mix,
    Told,
    lifted_too_often,
    simulate,
)
from huiban.modules.supervision.tests.simulated_story import (
    BEGINNING,
    BRANCHES,
    COMMUNITIES,
    DEPARTMENTS,
    LEVELS,
    STREETS,
    Story,
    Truth,
    at_department,
    begin,
    ground,
)
from huiban.modules.voice import kinds

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "supervision.md"
CASES = 6000
GROUND = ground()
DEFAULTS = {code: thresholds_of(rule, {}) for code, rule in RULES.items()}
# Found only with numbers of its own, and switched off to begin with.
MEASURED = [code for code, rule in RULES.items() if rule.find and rule.is_on]


def found_in(told: list[Told]) -> set[Truth]:
    """What the rules find in these cases, each rule once a case and unit."""
    return {
        (case, code, found.unit)
        for case, links, _ in told
        for code in MEASURED
        for found in found_by(RULES[code], walk(links), GROUND, DEFAULTS[code])
    }


def often_in(told: list[Told]) -> list[list[Lift]]:
    risen = all_lifts(((case, walk(links)) for case, links, _ in told), GROUND)
    return list(lifted_often(risen, lambda day: DEFAULTS[LIFTED_OFTEN]))


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_found_in_a_clean_log(seed: int) -> None:
    told = list(simulate(seed, CASES // 3, INNOCENT))
    assert found_in(told) == set()
    assert often_in(told) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_all_that_was_planted_is_found_and_nothing_else(seed: int) -> None:
    told = list(simulate(seed, CASES // 3, PLANTED))
    planted = {truth for _, _, truths in told for truth in truths}
    assert {code for _, code, _ in planted} == set(MEASURED)
    assert found_in(told) == planted
    assert {(group[-1].unit, rules.month_of(group[-1].at)) for group in often_in(told)} == (
        lifted_too_often(told, DEFAULTS[LIFTED_OFTEN]["times"])
    )


def test_link_by_link_gives_what_the_whole_gives() -> None:
    """A finding depends on nothing that came later, and none is taken back."""
    for _, links, _ in simulate(7, 400, HARD):
        for code in MEASURED:
            rule = RULES[code]
            whole = found_by(rule, walk(links), GROUND, DEFAULTS[code])
            live = [
                found
                for length in range(1, len(links) + 1)
                for found in found_by(rule, walk(links[:length]), GROUND, DEFAULTS[code])
                if found.link.sequence == length and links[length - 1].kind in rule.completes
            ]
            assert live == whole


def one_found(links: Iterable[Link], code: str, **thresholds: int) -> list[Found]:
    rule = RULES[code]
    return found_by(rule, walk(links), GROUND, DEFAULTS[code] | thresholds)


def at_a_department(seed: int = 1) -> tuple[Story, str, str]:
    story = Story("case", Random(seed), BEGINNING)
    return story, *at_department(story)


def test_a_dispatch_that_was_taken_back_is_no_way_back() -> None:
    story, desk, department = at_a_department()
    story.accept()
    story.send(desk)
    assert one_found(story.links, "bounced") == []
    story.take_back(department)
    story.work(30, 60)
    assert one_found(story.links, "bounced") == []
    story.give_back(desk)
    (found,) = one_found(story.links, "bounced")
    assert (found.unit, found.other, found.numbers["backs"]) == (department, desk, 1)
    assert one_found(story.links, "bounced", backs=2) == []


def test_a_dispatch_stands_once_the_receiver_has_taken_it_on() -> None:
    story, desk, department = at_a_department()
    story.send(desk)
    story.add(kinds.ASKED, unit=desk)
    story.run_late("assist", desk)
    assert one_found(story.links, "bounced") == []
    story.accept()
    (found,) = one_found(story.links, "bounced")
    assert (found.unit, found.link) == (department, story.links[-1])
    assert found.steps[-2:] == (len(story.links) - 3, len(story.links))


def test_a_slip_on_a_branch_leaves_the_way_as_it_was() -> None:
    story, desk, department = at_a_department()
    passed = story.links[-1].sequence
    story.send(BRANCHES[0])
    story.take_back(department)
    third = next(one for one in DEPARTMENTS if one != department)
    story.send(third)
    story.send(desk)
    story.accept()
    (found,) = one_found(story.links, "bounced")
    assert (found.unit, found.ways, found.numbers["handovers"]) == (third, ("loop",), 3)
    assert passed in found.steps


@pytest.mark.parametrize(
    ("taken_back", "expected"), [(False, ["not_listed", "recategorised"]), (True, [])]
)
def test_what_was_sent_outside_the_list_and_taken_back_is_nothing(
    taken_back: bool, expected: list[str]
) -> None:
    story = Story("case", Random(1), BEGINNING)
    story.report(STREETS[0])
    story.accept()
    story.send(COMMUNITIES[0])
    story.add(kinds.CATEGORISED, category="illegal_building", before="garbage", source="worker")
    assert one_found(story.links, "outside_list") == []
    if taken_back:
        story.take_back(STREETS[0])
    story.accept()
    found = one_found(story.links, "outside_list")
    assert [way for one in found for way in one.ways] == expected


@pytest.mark.parametrize(("code", "numbers"), [("copied", {}), ("empty_answer", {"doubt": 70})])
def test_an_answer_that_a_resident_found_to_solve_it_is_neither_copied_nor_empty(
    code: str, numbers: dict[str, int]
) -> None:
    reasons = ("same_as_earlier",) if code == "copied" else ()
    closed = {}
    for verdict in ("solved", "partly"):
        story = Story("case", Random(1), BEGINNING)
        desk = begin(story)
        story.answer(doubt=90, reasons=reasons)
        story.rate(verdict, "reviewing")
        story.step(kinds.EXPLAINED, "closed", unit=desk)
        closed[verdict] = story.links
    assert one_found(closed["solved"], code, **numbers) == []
    assert len(one_found(closed["partly"], code, **numbers)) == 1
    if code == "copied":
        assert len(one_found(closed["solved"], code, even_if_solved=1)) == 1


def test_no_branch_is_ever_named() -> None:
    told = list(simulate(5, 1000, HARD))
    for _, links, _ in told:
        for code in MEASURED:
            for found in found_by(RULES[code], walk(links), GROUND, DEFAULTS[code]):
                assert LEVELS[found.unit] != "branch"
                assert LEVELS.get(found.other, "") != "branch"
    assert all(LEVELS[group[0].unit] != "branch" for group in often_in(told))


def test_evidence_names_links_that_are_there_and_ends_with_the_last_one() -> None:
    for _, links, _ in simulate(6, 600, HARD):
        for code in MEASURED:
            for found in found_by(RULES[code], walk(links), GROUND, DEFAULTS[code]):
                assert list(found.steps) == sorted(set(found.steps))
                assert 1 <= found.steps[0] <= found.steps[-1] == found.link.sequence


def measured(mix: Mix) -> list[tuple[str, int, int, str, str]]:
    """Per rule: planted, found, precision and recall in per cent."""
    told = list(simulate(2026, CASES, mix))
    planted = {truth for _, _, truths in told for truth in truths}
    found = found_in(told)
    rows = []
    for code in MEASURED:
        p = {one for one in planted if one[1] == code}
        f = {one for one in found if one[1] == code}
        hit = len(p & f)
        rows.append((code, len(p), len(f), _percent(hit, len(f)), _percent(hit, len(p))))
    return rows


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "—"


@pytest.mark.thorough
def test_the_figures_in_the_documentation_are_those_measured() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    hard = {row[0]: row for row in measured(HARD)}
    rows = [
        f"| `{code}` | {RULES[code].name} | {planted} | {precision} | {recall}"
        f" | {hard[code][1]} | {hard[code][3]} | {hard[code][4]} |"
        for code, planted, _, precision, recall in measured(PLANTED)
    ]
    missing = [row for row in rows if row not in text]
    assert missing == [], "\n" + "\n".join(rows)


@pytest.mark.thorough
def test_the_simulator_plants_enough_of_each() -> None:
    told = simulate(2026, CASES, PLANTED)
    counts = Counter(rule for _, _, truths in told for _, rule, _ in truths)
    assert min(counts[code] for code in MEASURED) >= 100


def test_a_rule_that_is_off_to_begin_with_finds_by_its_own_number() -> None:
    told = list(simulate(3, 600, PLANTED))
    rule = RULES["empty_answer"]
    found = [
        one for _, links, _ in told for one in found_by(rule, walk(links), GROUND, {"doubt": 10})
    ]
    assert found
    assert all(one.numbers["doubt"] >= 10 for one in found)
    assert not any(found_by(rule, walk(links), GROUND, {"doubt": 90}) for _, links, _ in told)


def test_the_clock_s_words_are_the_clock_s() -> None:
    assert (rules.DUTY_LATE, rules.DUTY_WARNED) == (duties.DUTY_LATE, duties.DUTY_WARNED)


def test_a_rule_completes_only_on_what_it_says() -> None:
    for _, links, _ in simulate(4, 600, HARD):
        for code in MEASURED:
            for found in found_by(RULES[code], walk(links), GROUND, DEFAULTS[code]):
                assert found.link.kind in RULES[code].completes
