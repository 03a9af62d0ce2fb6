"""推演 at the desk: it answers where it stood the check, and says why where it can't."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import expect

from huiban.kernel.access.actions import add_account
from huiban.kernel.base import clock as clocks
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import give_positions
from huiban.kernel.territory.models import Post
from huiban.kernel.vocab.queries import calendar
from huiban.modules.analysis.actions import folding
from huiban.modules.analysis.handbook import reading
from huiban.modules.analysis.queries import what_if as asking
from huiban.modules.analysis.queries.what_if_log import Stretch, first_position, read_cases
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.what_if.flow import Question
from huiban.modules.analysis.what_if.holdings import read_case
from huiban.modules.analysis.what_if.keeping import Kept
from huiban.modules.analysis.what_if.simulating import TooLong
from huiban.modules.analysis.what_if.telling import Actual
from huiban.modules.voice import actions as voice
from huiban.modules.voice.models import Case, Report
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import LONG_AGO, PASSWORD, Cast, Tell
from tests.pages import LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

pytestmark = pytest.mark.django_db
PAGE = "/desk/what-if/"


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def summer(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """Three months and a half in which the community answers what comes, on to September."""
    morning, number = clock.moment, 0
    while morning.month < 9:
        clock.to(morning)
        if calendar().is_workday(morning.date()):
            for _ in range(1 + number % 2):
                number += 1
                _case(cast, tell, clock, number)
        morning += timedelta(days=1)
    clock.to(morning)
    give_positions()
    folding.fold_all()


def _case(cast: Cast, tell: Tell, clock: Traveller, number: int) -> None:
    reported = tell(f"第{number}次说：楼道里的灯又坏了")
    came = clock.moment
    voice.accept(cast["worker"], reported.case_id)
    clock.ahead(minutes=30 + number % 5 * 20)
    voice.answer(cast["worker"], reported.case_id, f"第{number}盏灯已经换好，请放心。")
    voice.rate(Report.objects.get(pk=reported.report_id), "solved", "satisfied")
    clock.to(came + timedelta(minutes=10))


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_kept", Kept(8))


def test_with_little_data_it_says_why_it_can_t_answer(signed_in: SignedIn, cast: Cast) -> None:
    page = page_of(signed_in("group_officer"), "?arrivals=120")
    assert "这是模拟，不是预测" in page
    assert "现在不能回答" in page
    assert "数据不够：完整的月份只有0个，至少要有3个。" in page
    assert "照今天的样子" not in page


def test_it_is_the_district_s(signed_in: SignedIn, cast: Cast) -> None:
    assert signed_in("district_officer").get(PAGE).status_code == 200
    post = Post.objects.create(unit=cast.units["housing"], name="监督评价专班", role="supervisor")
    add_account("watcher", PASSWORD, "监督评价专班", post, valid_from=LONG_AGO)
    assert signed_in("watcher").get(PAGE).status_code == 200
    for name in ("worker", "street_officer", "housing_officer", "secretary"):
        assert signed_in(name).get(PAGE).status_code == 403
    assert signed_in("group_officer").post(PAGE).status_code == 405


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?more=99", "每个单位增加的人数请填0到10的整数。"),
        ("?clock_days=two", "时限的工作日数请填0到30的整数。"),
        ("?arrivals=-5", "件数的百分比请填20到300的整数。"),
        ("?returns=²", "退回的百分比请填0到100的整数。"),
        ("?more_level=estate", "没有这一级单位。"),
    ],
)
def test_what_can_t_be_asked_is_refused_with_its_bounds(
    signed_in: SignedIn, cast: Cast, query: str, said: str
) -> None:
    answer = signed_in("group_officer").get(f"{PAGE}{query}")
    assert answer.status_code >= 400
    assert said in answer.content.decode()


def test_it_answers_where_it_stood_the_check(
    signed_in: SignedIn, summer: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("group_officer")
    page = page_of(client)
    assert "用上个月检验：2026年8月" in page
    assert page.count("对得上</span>") == 3
    assert "现在：社区办理5个工作日，接办3个工作日" in page
    assert "看不出</span>" not in page
    more = page_of(client, "?arrivals=150")
    assert "如果收到的件数是现在的150%" in more
    assert "看得出</strong>" in more
    people = page_of(client, "?more_level=community&more=1")
    assert "如果每个社区从1人增加到2人" in people
    assert "记录中看不出哪个接办到了顶" in people
    assert people.count("不变</span>") == 12

    query = "?more_level=street&more=3&clock_days=2&arrivals=15&returns=50"
    refused = client.get(f"{PAGE}{query}")
    assert refused.status_code == 400
    kept = refused.content.decode()
    assert "件数的百分比请填20到300的整数。" in kept
    for name, value in (("more", "3"), ("clock_days", "2"), ("arrivals", "15"), ("returns", "50")):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', kept), name
    assert '<option value="street" selected>' in kept

    # What was asked once isn't simulated again; what takes too long is refused and not kept.
    def too_long(*_: object, **__: object) -> None:
        raise TooLong

    monkeypatch.setattr(asking, "simulate", too_long)
    assert page_of(client, "?arrivals=150").split("<section")[1:] == more.split("<section")[1:]
    with pytest.raises(Refusal, match="没有算完"):
        asking.what_if(cast["group_officer"], Question(arrivals=130))


def test_it_doesn_t_answer_where_last_month_was_otherwise(
    signed_in: SignedIn, summer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_actual", lambda *_: Actual(12.0, 30, 4))
    page = page_of(signed_in("group_officer"))
    assert "用2026年8月以前的数据模拟2026年8月，“按期办结率" in page
    assert "与实际对不上，所以不回答。" in page
    assert "要有更多的办件，或再过一个完整的月份。下个月会用新的数据重新检验" in page
    assert "对不上</span>" in page
    assert "照今天的样子" not in page


def test_more_than_a_page_can_read_is_refused_at_once(
    signed_in: SignedIn, summer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_EVENTS", 50)
    monkeypatch.setattr(asking, "read_cases", None)
    page = page_of(signed_in("group_officer"))
    assert "现在不能回答" in page
    assert "办件太多：最近3个月的办理记录超过50条，这一页一次算不完，所以不回答。" in page


def test_where_seven_months_are_too_many_as_many_are_read_as_are_not(
    cast: Cast, summer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "FEWEST", 2)
    monkeypatch.setattr(asking, "FEWEST_CASES", 1)
    whole = Event.objects.filter(subject_type=Case.SUBJECT).count()
    monkeypatch.setattr(asking, "MOST_EVENTS", whole * 7 // 10)
    assert asking.what_if(cast["group_officer"], Question()).study.months == 2


def test_counts_that_lag_behind_are_waited_for_and_nothing_is_kept(
    cast: Cast, summer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(asking, "position", lambda: 0)
        with pytest.raises(Refusal, match="还没有统计完"):
            asking.what_if(cast["group_officer"], Question())
    assert asking.what_if(cast["group_officer"], Question()).study.months == 3


def test_a_reading_that_takes_too_long_is_given_up_and_not_kept(
    cast: Cast, summer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS_TO_READ", -1.0)
    with pytest.raises(Refusal, match="在规定的时间里没有算完"):
        asking.what_if(cast["group_officer"], Question())
    monkeypatch.setattr(asking, "SECONDS_TO_READ", 20.0)
    assert asking.what_if(cast["group_officer"], Question()).study.months == 3


def test_a_month_that_isnt_whole_is_no_month_however_long_the_log_is(
    signed_in: SignedIn, summer: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The log of an installation may be older than what was counted of this district.
    monkeypatch.setattr(reading, "first_day_of", lambda _: date(2026, 6, 9))
    page = page_of(signed_in("group_officer"))
    assert "数据不够：完整的月份只有2个，至少要有3个。" in page


def test_cases_are_read_as_far_as_they_had_come_and_whole(summer: None, cast: Cast) -> None:
    until = Month(2026, 8).period.begins
    stretch = Stretch(cast.units["district"], 1, first_position(clocks.now()))
    read = read_cases(stretch, until, 20.0)
    chains: dict[UUID, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(subject_type=Case.SUBJECT).order_by("position"):
        chains[event.subject_id].append(event)
    assert read.cases == [read_case(chain) for chain in chains.values()]
    cut = ([link for link in chain if link.at < until] for chain in chains.values())
    assert read.before == [case for chain in cut if (case := read_case(chain)) is not None]
    assert len(read.before) < len(read.cases)


def test_a_case_that_went_on_is_kept_as_it_had_come(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    reported = tell()
    voice.accept(cast["worker"], reported.case_id)
    clock.ahead(days=1)
    until = clock.moment
    voice.answer(cast["worker"], reported.case_id, "第1盏灯已经换好，请放心。")
    clock.ahead(minutes=1)
    give_positions()
    stretch = Stretch(cast.units["district"], 1, first_position(clocks.now()))
    (before,), (case,) = vars(read_cases(stretch, until, 20.0)).values()
    assert (before.holdings[-1].closed, before.answers) == (None, [])
    assert case.holdings[-1].closed is not None
    assert len(case.answers) == 1


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "large", "script"),
    [(PHONE, False, True), (LARGER_PHONE, True, False)],
    ids=["phone", "large print without script"],
)
def test_nobody_is_shut_out(
    open_page: OpenPage,
    summer: None,
    axe: str,
    clock: Traveller,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    large: bool,
    script: bool,
) -> None:
    # Pages are served by another thread, which knows nothing of the test's clock.
    now = clock.moment
    monkeypatch.setattr(asking, "clock", SimpleNamespace(now=lambda: now))
    page = open_page(f"{PAGE}?arrivals=150", size=size, large=large, script=script)
    page.locator("#login_name").fill("group_officer")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.get_by_role("heading", name="如果收到的件数是现在的150%")).to_be_visible()
    if script:
        assert barriers(page, axe) == []
    assert targets_under(page, 60 if large else 44) == []
    assert sideways(page) == 0
    page.locator("#returns").fill("50")
    page.get_by_role("button", name="推演").click()
    heading = "如果收到的件数是现在的150%，退回是现在的50%"
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
