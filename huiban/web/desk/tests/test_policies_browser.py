"""办法 in a real browser: at the desk and in public, on a phone, in large print, dark."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from huiban.kernel.base.clock import Traveller
from huiban.modules.analysis.actions.policies import drop
from huiban.modules.analysis.actions.policy_comments import (
    Answering,
    answer_comments,
    comment,
    consult,
    publish_outcome,
)
from huiban.modules.analysis.actions.policy_force import Enactment, put_in_force
from huiban.modules.analysis.models import Policy
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.desk_of_policies import drafted, opened, received
from tests.cast import PASSWORD, Cast
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY = "the-key-that-the-form-made"
SAID = ("一层住户不该出钱，" * 20, "同意，快点换", "名称要写清是哪些小区")


def furnish(cast: Cast, clock: Traveller) -> dict[str, list[str]]:
    """A policy at each stage: the pages at the desk and those in public."""
    actor, now = cast["group_officer"], clock.moment
    # The server's clock starts where the test's does, so what is over has to lie before.
    clock.to(now - timedelta(days=14))
    counts = [40, 42, 38, 41, 39, 43, 40] * 3 + [20, 19, 21, 22, 18, 20, 21]
    received(cast, "street", "elevator", Month(2024, 1), counts)
    received(cast, "district", "elevator", Month(2024, 1), [one + 80 for one in counts])
    ruled = drafted(cast, key="ruled", area_id=cast.units["street"].id)
    told = Enactment(date(2025, 10, 15), "安和政规〔2025〕1号", "当年已在政府网站征求意见。")
    put_in_force(actor, ruled.pk, told, seen=1)
    dropped = drafted(cast, key="dropped")
    drop(actor, dropped.pk, "省里统一规定")
    over, settled = (asked(cast, key) for key in ("over", "settled"))
    clock.to(now)
    ids = list(settled.comments.values_list("pk", flat=True))
    answer_comments(actor, settled.pk, Answering(ids, "少出", "partly", "按楼层。"), "settled")
    publish_outcome(actor, settled.pk)
    (first, *_) = over.comments.values_list("pk", flat=True)
    answer_comments(actor, over.pk, Answering([first], "少出", "adopted", "有理。"), "over")
    running = drafted(cast, key="running")
    consult(actor, running.pk, date(2026, 5, 8), date(2026, 5, 30), seen=1)
    fresh = opened(cast, key="fresh")
    public = [f"/p/{one.code}/" for one in (ruled, over, settled, running)]
    desk = [
        reverse("desk:policy", args=[one.pk])
        for one in (ruled, dropped, over, settled, running, fresh)
    ]
    lists = [reverse("desk:policies"), reverse("desk:open-policy"), "/desk/themes/", "/desk/"]
    return {"desk": [*lists, *desk], "public": ["/p/", *public]}


def asked(cast: Cast, key: str) -> Policy:
    """A policy with comments."""
    policy = drafted(cast, key=key)
    consult(cast["group_officer"], policy.pk, date(2026, 4, 24), date(2026, 5, 3), seen=1)
    for number, words in enumerate(SAID):
        comment(policy.code, words, f"{KEY}-{number}")
    return policy


def enter(open_page: OpenPage, *, size: tuple[int, int], large: bool, dark: bool) -> Page:
    """A browser in which the leading group's office has signed in."""
    page = open_page("/desk/sign-in/?next=/desk/notices/", size=size, large=large, dark=dark)
    page.fill("[name=login_name]", "group_officer")
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
    page = enter(open_page, size=size, large=large, dark=dark)
    for face, pages in furnish(cast, clock).items():
        for number, where in enumerate(pages):
            page.goto(served + where)
            name = f"policy-{face}-{number}-{size[0]}{'-large' if large else ''}"
            found += looked_at(page, axe, name, 60 if large else 44)
    assert found == []


def test_a_resident_comments_without_script(
    open_page: OpenPage, cast: Cast, clock: Traveller
) -> None:
    policy = drafted(cast)
    days = date(2026, 5, 8), date(2026, 5, 17)
    consult(cast["group_officer"], policy.pk, *days, seen=1)
    page = open_page(f"/r/{cast.tags['building_3']}/", script=False)
    page.get_by_role("link", name="正在征求意见").click()
    page.get_by_label("写几句").fill("低楼层应当少出。")
    page.get_by_role("button", name="发送意见").click()
    page.get_by_text("收到了，谢谢您").wait_for()
    assert [one.text for one in policy.comments.all()] == ["低楼层应当少出。"]
