"""周一研判单: what is stuck, what is due and who answers, of one's own units alone; on one sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiban.kernel.base import clock as clocks
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.pump import drain
from huiban.kernel.files.papers import fonts
from huiban.modules.analysis.papers_monday import monday_pdf, pages_of
from huiban.modules.analysis.queries.monday import Answering, Due, Monday, Stuck, monday_of
from huiban.modules.analysis.queries.themes import Repeated
from huiban.modules.voice import actions
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell


@pytest.fixture
def stuck(cast: Cast, tell: Tell, clock: Traveller) -> str:
    """A case at the department that its community sent there, past its time; and its co-handler."""
    reported = tell("三号楼电梯坏了，下不了楼")
    actions.accept(cast["worker"], reported.case_id)
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], reported.case_id)
    asked = [cast.units[name].id for name in ("city_management", "street")]
    actions.invite(cast["housing_officer"], reported.case_id, asked, "请一起看看")
    clock.ahead(hours=3)
    actions.finish_part(cast["city_officer"], reported.case_id, "已到现场。")
    clock.ahead(days=13)
    drain()
    return reported.reference


def test_it_says_what_is_stuck_between_whom(cast: Cast, stuck: str, clock: Traveller) -> None:
    page = monday_of(cast["street_officer"])
    assert page.unit == cast.units["street"]
    pairs = {(one.unit_name, one.other_name): one for one in page.stuck}
    # Its time ran out, so that the clock took it from the department to the leading group.
    lifted = pairs["区住建局", "幸福里社区"]
    assert (lifted.late, lifted.lifted, lifted.references) == (0, 1, (stuck,))
    clock.ahead(days=6)
    late = {(one.unit_name, one.other_name): one for one in monday_of(cast["worker"]).stuck}
    group = late["区党建引领基层治理领导小组", "区住建局"]
    assert (group.late, group.references) == (1, (stuck,))
    assert group.oldest_days == 0


def test_it_says_how_soon_each_co_handler_answered(cast: Cast, stuck: str) -> None:
    found = {one.unit_name: one for one in monday_of(cast["district_officer"]).answering}
    city, street = found["区城管局"], found["幸福街道"]
    assert (city.asked, city.answered, city.hours, city.silent, city.waiting) == (1, 1, 3.0, 0, 0)
    assert (street.asked, street.answered, street.hours) == (1, 0, None)
    assert (street.silent, street.waiting) == (1, 0)


def test_it_says_what_is_due_until_sunday(cast: Cast, tell: Tell, clock: Traveller) -> None:
    for number in range(3):
        tell(f"第{number}件")
    page = monday_of(cast["worker"])
    assert (page.due_total, len(page.due)) == (3, 3)
    assert [one.at for one in page.due] == sorted(one.at for one in page.due)
    assert sum(number for _, number in page.due_by_day) == 3
    assert page.week[0].weekday() == 0
    assert all(page.week[0] <= clocks.local(one.at).date() <= page.week[1] for one in page.due)
    clock.ahead(days=20)
    assert monday_of(cast["worker"]).due == []


def test_each_reads_the_own_units_alone(cast: Cast, stuck: str) -> None:
    assert monday_of(cast["neighbour_worker"]).stuck == []
    with pytest.raises(Unseen):
        monday_of(cast["street_officer"], cast.units["other_street"].code)
    with pytest.raises(Refusal, match="研判单按区、街道、社区出"):
        monday_of(cast["housing_officer"])


def test_the_page_opens_its_cases(cast: Cast, signed_in: SignedIn, stuck: str) -> None:
    page = signed_in("street_officer").get("/desk/monday/").content.decode()
    for words in ("幸福街道周一研判单", "卡在谁和谁之间", "区住建局", f"/desk/case/{stuck}/"):
        assert words in page
    code = cast.units["other_street"].code
    for path in ("/desk/monday/", "/desk/monday/paper/"):
        assert signed_in("street_officer").get(f"{path}?unit={code}").status_code == 404


def test_an_empty_week_says_so(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in("worker").get("/desk/monday/").content.decode()
    for words in ("没有超过期限还停着的", "没有反复出现的事", "没有到期的", "没有请别的单位协办"):
        assert words in page


def test_the_sheet_is_a_pdf_of_one_page(cast: Cast, signed_in: SignedIn, stuck: str) -> None:
    answer = signed_in("street_officer").get("/desk/monday/paper/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert pages_of(answer.content) == 1


@pytest.mark.parametrize("number", [0, 1, 9, 60])
def test_the_sheet_is_one_page_whatever_the_week_holds(cast: Cast, number: int) -> None:
    long = "区党建引领基层治理领导小组办公室综合协调科室"
    empty = monday_of(cast["street_officer"])
    now = clocks.now()
    full: Monday = replace(
        empty,
        stuck=[
            Stuck(f"{long}{at}", long, 99, 30, 8, 12, ("7K3M9QTX",) * 3) for at in range(number)
        ],
        repeated=[Repeated(new_id(), long * 2, long, 120, "比前一周多12件")] * number,
        due=[
            Due(
                now + timedelta(hours=at),
                "11月27日 周五 17:30",
                long,
                "待办理",
                "7K3M9QTX",
                long,
                long,
            )
            for at in range(number)
        ],
        due_total=number * 10,
        answering=[Answering(long, 99, 98, 1234.5, 7, 99, 30)] * number,
    )
    made = monday_pdf(full, now, fonts(), demonstration=True)
    assert pages_of(made) == 1
    assert made == monday_pdf(full, now, fonts(), demonstration=True)
