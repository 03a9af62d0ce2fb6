"""提示单, 会商 and 观察员 in a real browser: on a phone, in large print, dark at a desk."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from huiban.kernel.base.clock import Traveller
from huiban.modules.supervision.actions import consulting, observing
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter
from huiban.modules.supervision.actions.rectifying import reply_letter
from huiban.modules.supervision.tests.desk_of_supervision import everything, finding, supervise
from tests.cast import PASSWORD, Cast
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def furnish(cast: Cast, clock: Traveller) -> dict[str, list[str]]:
    """Something of each kind at each stage, and the pages of each reader."""
    supervise(cast)
    supervisor = cast["supervisor"]
    finding(cast, "neighbour", "silent", other=None)
    draft = draft_letter(supervisor, "notice", [finding(cast, "street").pk], "draft")
    asked = draft_letter(supervisor, "warning", [finding(cast).pk], "asked")
    answered = draft_letter(supervisor, "order", [finding(cast, "city_management").pk], "answered")
    for letter in (asked, answered):
        issue_letter(supervisor, letter.pk, 1)
    reply_letter(cast["city_officer"], answered.pk, "已经查清。", everything(answered))
    told = observing.tell_district(
        cast["observer"], observing.Told("a", "burden", "同一张表一周填了三次，请区里看看。")
    )
    street = cast.units["street"].id
    observing.pass_on(supervisor, told.pk, street, "请核查重复填报。")
    other = observing.tell_district(cast["observer"], observing.Told("b", "case", "电梯没修。"))
    observing.tell_outcome(supervisor, other.pk, "已在修。")
    fresh = observing.tell_district(cast["observer"], observing.Told("c", "case", "还是没修。"))
    meeting = meet(cast, clock)
    letters = [reverse("desk:letter", args=[one.pk]) for one in (draft, asked, answered)]
    observations = [reverse("desk:observation", args=[one.pk]) for one in (told, other, fresh)]
    consultations = [reverse("desk:consultation", args=[one]) for one in meeting]
    lists = [reverse(f"desk:{name}") for name in ("letters", "observations", "consultations")]
    return {
        "supervisor": [
            *lists,
            "/desk/",
            reverse("desk:call-consultation"),
            *letters,
            *observations,
            *consultations,
        ],
        "housing_officer": [*lists, "/desk/", letters[1], consultations[0]],
        "street_officer": [lists[1], observations[0]],
        "observer": [lists[1], *observations],
    }


def meet(cast: Cast, clock: Traveller) -> list[object]:
    """A meeting that has its minutes, and one that waits for them."""
    supervisor, housing = cast["supervisor"], cast.units["housing"].id
    made = []
    for key in ("held", "waiting"):
        meeting = consulting.Meeting("幸福里小区电梯停运", "区政府三楼会议室", clock.moment)
        item = consulting.Item("words", words="维修资金能不能先用后补")
        made.append(consulting.call_consultation(supervisor, meeting, [housing], [item], key).pk)
    decided = consulting.Decided("更换钢丝绳", housing, date(2026, 5, 8) + timedelta(days=12))
    consulting.hold_consultation(
        supervisor,
        made[0],
        chair="专班负责人",
        summary="先修后议。",
        attended=[housing],
        decisions=[decided],
    )
    return list(made)


def enter(open_page: OpenPage, name: str, **options: object) -> Page:
    """A browser in which that member of the cast has signed in."""
    page = open_page("/desk/sign-in/?next=/desk/notices/", **options)
    page.fill("[name=login_name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="通知").wait_for()
    return page


def looked_at(page: Page, axe: str, name: str, least: int) -> list[str]:
    """What is wrong with the page as it stands, with its folds open."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    if folder := os.environ.get("HUIBAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    wider = sideways(page)
    return [
        *(f"{name}: {one}" for one in barriers(page, axe)),
        *(f"{name}: {one}" for one in targets_under(page, least)),
        *([f"{name}: {wider} pixels too wide"] if wider else []),
    ]


@pytest.mark.parametrize(
    ("size", "large", "dark"),
    [(PHONE, False, False), (LARGER_PHONE, True, False), (DESKTOP, False, True)],
    ids=["phone", "large", "desk"],
)
def test_nobody_is_shut_out(
    open_page: OpenPage,
    cast: Cast,
    clock: Traveller,
    served: str,
    axe: str,
    size: tuple[int, int],
    large: bool,
    dark: bool,
) -> None:
    found = []
    for reader, pages in furnish(cast, clock).items():
        page = enter(open_page, reader, size=size, large=large, dark=dark)
        for number, where in enumerate(pages):
            page.goto(served + where)
            name = f"{reader}-{number}-{size[0]}{'-large' if large else ''}"
            found += looked_at(page, axe, name, 60 if large else 44)
    assert found == []


def test_an_observer_writes_without_script(
    open_page: OpenPage, cast: Cast, clock: Traveller
) -> None:
    supervise(cast)
    page = enter(open_page, "observer", script=False)
    page.get_by_role("link", name="反映").click()
    page.get_by_label("基层负担").check()
    page.get_by_label("情况").fill("同一张表一周填了三次。")
    page.get_by_role("button", name="送到区里").click()
    page.get_by_text("已直接送到区里").wait_for()
    page.get_by_role("link", name="同一张表一周填了三次。").wait_for()


def test_a_draft_is_issued_as_it_stands_and_nobody_is_overwritten_unseen(
    open_page: OpenPage, cast: Cast, clock: Traveller, served: str, axe: str
) -> None:
    supervise(cast)
    letter = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "draft")
    where = served + reverse("desk:letter", args=[letter.pk])
    second = enter(open_page, "second_supervisor")
    second.goto(where)
    first = enter(open_page, "supervisor", script=False)
    first.goto(where)
    first.get_by_label("基本情况").fill("先写的事实。")
    first.get_by_role("button", name="保存").click()
    first.get_by_text("已保存").wait_for()
    second.get_by_label("标题").fill("后写的标题")
    second.get_by_role("button", name="签发提示单").click()
    second.get_by_text("先写的事实。").wait_for()
    assert looked_at(second, axe, "overtaken", 44) == []
    second.get_by_label("标题").press("Enter")
    second.get_by_role("button", name="用我写的覆盖").click()
    second.get_by_text("已保存").wait_for()
    first.goto(where)
    first.get_by_label("基本情况").fill("最后的事实。")
    first.get_by_role("button", name="签发提示单").click()
    first.get_by_text("已发出，文号").wait_for()
    first.get_by_role("region", name="文书内容").get_by_text("最后的事实。").wait_for()
