"""What units did with cases is counted once, and a suggestion says and weighs it."""

from __future__ import annotations

from uuid import UUID

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.events import pump
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.pump import LEASE, LostLeaseError, drain
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.voice import actions, queries
from huiban.modules.voice.models import Case, OwnerRecord
from huiban.modules.voice.queries import owners
from huiban.modules.voice.queries.owners import (
    Suggestion,
    lately_suggested,
    suggestions,
    with_load,
)
from tests.cast import LONG_AGO, Cast, Tell

pytestmark = pytest.mark.django_db


def case_of(case_id: UUID) -> Case:
    return Case.objects.everywhere("a test looks at it").get(pk=case_id)


def records() -> set[tuple[str, str, str, int, int]]:
    kept = OwnerRecord.objects.values_list(
        "category", "area__name", "unit__name", "solved", "returned"
    )
    return set(kept)


def solve(cast: Cast, tell: Tell, text: str, unit: str, officer: str) -> None:
    """A case told, sent to a unit, answered by it and found solved by the resident."""
    reported = tell(text)
    actions.dispatch(cast["worker"], reported.case_id, cast.units[unit].id)
    actions.answer(cast[officer], reported.case_id, "已经办好。")
    actions.rate(queries.report_by_receipt(reported.receipt), "solved", "satisfied")


def give_back(cast: Cast, tell: Tell, text: str, unit: str, officer: str) -> UUID:
    """A case told, sent to a unit and given back with consent; its key."""
    reported = tell(text)
    actions.dispatch(cast["worker"], reported.case_id, cast.units[unit].id)
    actions.ask_return(cast[officer], reported.case_id, "不是我们的职责")
    actions.decide_return(cast["worker"], reported.case_id, consent=True)
    return reported.case_id


def suggested(case_id: UUID) -> Suggestion | None:
    return queries.suggest(case_of(case_id))


def test_a_solved_case_counts_in_its_community_and_its_district(cast: Cast, tell: Tell) -> None:
    solve(cast, tell, "三号楼电梯坏了", "housing", "housing_officer")
    drain()
    assert records() == {
        ("elevator", "幸福里社区", "区住建局", 1, 0),
        ("elevator", "安和区", "区住建局", 1, 0),
    }


def test_a_return_counts_only_with_the_senders_consent(cast: Cast, tell: Tell) -> None:
    kept = tell("三号楼电梯坏了")
    actions.dispatch(cast["worker"], kept.case_id, cast.units["housing"].id)
    actions.ask_return(cast["housing_officer"], kept.case_id, "不是我们的")
    actions.decide_return(cast["worker"], kept.case_id, consent=False, reason="清单写明")
    drain()
    assert records() == set()
    give_back(cast, tell, "五号楼电梯坏了", "housing", "housing_officer")
    drain()
    assert ("elevator", "安和区", "区住建局", 0, 1) in records()


def test_a_case_found_unsolved_later_is_taken_back(cast: Cast, tell: Tell) -> None:
    solve(cast, tell, "三号楼电梯坏了", "housing", "housing_officer")
    drain()
    case = Case.objects.everywhere("the only one").get()
    report = case.reports.get()
    actions.ask_reopening(report, "又停了")
    actions.review(cast["worker"], case.pk, reopen=True, reason="请再修")
    drain()
    assert {(solved, returned) for *_, solved, returned in records()} == {(0, 0)}


def test_a_delivery_that_lost_its_lease_counts_once_in_the_end(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve(cast, tell, "三号楼电梯坏了", "housing", "housing_officer")

    def lose(delivery: Delivery, worker: str) -> None:
        raise LostLeaseError

    with monkeypatch.context() as lost:
        lost.setattr(pump, "_complete", lose)
        drain(rounds=3)
    assert records() == set(), "an effect without its completion is undone"
    clock.ahead(seconds=LEASE.total_seconds() + 1)
    drain()
    drain()
    assert {(solved, returned) for *_, solved, returned in records()} == {(1, 0)}


def test_a_late_delivery_counts_for_who_answered_then(cast: Cast, tell: Tell) -> None:
    reported = tell("三号楼电梯坏了")
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    actions.answer(cast["housing_officer"], reported.case_id, "已经办好。")
    report = queries.report_by_receipt(reported.receipt)
    actions.rate(report, "solved", "satisfied")
    actions.ask_reopening(report, "又停了")
    actions.review(cast["worker"], reported.case_id, reopen=True, reason="请再修")
    actions.dispatch(cast["housing_officer"], reported.case_id, cast.units["city_management"].id)
    actions.answer(cast["city_officer"], reported.case_id, "我们修好了。")
    actions.rate(queries.report_by_receipt(reported.receipt), "solved", "satisfied")
    drain()
    here = {(unit, solved) for _, area, unit, solved, _ in records() if area == "安和区"}
    assert here == {("区住建局", 0), ("区城管局", 1)}


def test_an_owner_that_gives_most_back_makes_way_and_the_reason_says_so(
    cast: Cast, tell: Tell
) -> None:
    for n in range(3):
        case_id = give_back(cast, tell, f"{n}号楼电梯坏了", "housing", "housing_officer")
    drain()
    by_rule = suggested(case_id)
    assert by_rule is not None
    assert by_rule.unit_name == "区住建局", "nobody better is known yet"
    assert by_rule.record == "幸福里社区同类的事办结0件，退回3件"
    for n in range(3):
        solve(cast, tell, f"{n}号楼电梯坏了", "city_management", "city_officer")
    drain()
    told = suggested(case_id)
    assert told is not None
    assert (told.unit_name, told.by_rule) == ("区城管局", False)
    assert told.why == "幸福里社区的电梯多由它办结；责任单位区住建局多次退回"
    assert told.record == "幸福里社区同类的事办结3件"
    assert [(other.unit_name, other.record) for other in told.alternatives] == [
        ("区住建局", "幸福里社区同类的事办结0件，退回3件")
    ]


def test_where_nobody_owns_it_who_solved_most_is_suggested(cast: Cast, tell: Tell) -> None:
    case_id = tell("树枝遮光").case_id
    assert suggested(case_id) is None
    for n in range(3):
        solve(cast, tell, f"{n}号楼树枝遮光", "city_management", "city_officer")
    drain()
    told = suggested(case_id)
    assert told is not None
    assert (told.unit_name, told.blocked) == ("区城管局", "")
    assert told.why == "绿化养护没有定责任单位；幸福里社区的多由它办结"


def test_a_record_never_leads_past_a_communitys_duty_list(cast: Cast, tell: Tell) -> None:
    case_id = tell("树枝遮光").case_id
    greening = {"category": "greening", "solved": 9}
    for area in ("community", "district"):
        for unit in ("community", "neighbour", "branch", "leading_group"):
            OwnerRecord.objects.create(area=cast.units[area], unit=cast.units[unit], **greening)
    assert suggested(case_id) is None
    actions.set_duty_list("greening", True, LONG_AGO, cast.units["community"].id)
    OwnerRecord.objects.exclude(unit=cast.units["community"]).delete()
    told = suggested(case_id)
    assert told is not None
    assert told.unit_name == "幸福里社区"


def test_the_load_is_said_and_counted_again_after_a_while(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    first, second = tell("三号楼电梯坏了"), tell("五号楼电梯坏了")

    def load() -> str:
        forget_copy()
        return with_load(suggestions([case_of(second.case_id)]), others=True)[second.case_id].load

    assert load() == "现在手上没有未办的事"
    actions.dispatch(cast["worker"], first.case_id, cast.units["housing"].id)
    assert load() == "现在手上1件"
    clock.ahead(days=30)
    assert load() == "现在手上1件，1件超时"


def test_a_page_of_suggestions_takes_two_statements_and_the_load_is_believed_for_a_moment(
    cast: Cast, tell: Tell, django_assert_num_queries: object
) -> None:
    told = [tell(f"{n}号楼电梯坏了") for n in range(4)] + [tell("垃圾没人清运")]
    cases = [case_of(one.case_id) for one in told]
    with_load(suggestions(cases), others=True)
    forget_loads()
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = with_load(suggestions(cases), others=True)
    assert len(found) == len(cases)
    with django_assert_num_queries(1):  # type: ignore[operator]
        with_load(suggestions(cases), others=True)


def forget_loads() -> None:
    """Let the loads be counted afresh, with all dated data still in memory."""
    from huiban.kernel.vocab.queries import remember

    remember("voice.loads", dict).clear()


def test_a_list_asks_once_for_cases_alike_and_believes_it_for_a_while(
    cast: Cast, tell: Tell, django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [tell(f"{n}号楼电梯坏了") for n in range(3)]
    cases = [case_of(one.case_id) for one in told]
    assert lately_suggested(cases) == suggestions(cases)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert len(lately_suggested(cases)) == 3
    OwnerRecord.objects.create(
        category="elevator", area=cast.units["community"], unit=cast.units["housing"], solved=4
    )
    assert lately_suggested(cases)[cases[0].pk].record == ""
    monkeypatch.setattr(owners, "TRUST_SECONDS", 0.0)
    assert lately_suggested(cases)[cases[0].pk].record == "幸福里社区同类的事办结4件"
