"""A pasted chat in a real browser: on a phone, in large print, at a desk, and its copy button."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cast import PASSWORD, Cast
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """王芳 昨天 20:13
三号楼的楼道灯坏了，好几天了，老人上下楼看不见，跟物业说了两次都没有人来修，麻烦社区帮忙问一下
幸福里花园业主委员会筹备组陈老师 昨天 20:15
好的
赵六 昨天 21:10
有人被困在电梯里，快来人
孙七 昨天 21:30
东门口积水过不去
"""


def sheet(open_page: OpenPage, **options: object) -> Page:
    page = open_page("/desk/sign-in/?next=/desk/chat/", **options)
    page.fill("[name=login_name]", "worker")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("聊天内容或接龙").wait_for()
    return page


def looked_at(page: Page, axe: str, name: str, least: int) -> list[str]:
    if folder := os.environ.get("HUIBAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    wider = sideways(page)
    return [
        *barriers(page, axe),
        *targets_under(page, least),
        *([f"{name}: {wider} pixels too wide"] if wider else []),
    ]


@pytest.mark.parametrize(
    ("size", "large", "dark"),
    [(PHONE, False, False), (LARGER_PHONE, True, False), (DESKTOP, False, True)],
    ids=["phone", "large", "desk"],
)
def test_nobody_is_shut_out(
    open_page: OpenPage, cast: Cast, axe: str, size: tuple[int, int], large: bool, dark: bool
) -> None:
    page = sheet(open_page, size=size, large=large, dark=dark)
    least, name = 60 if large else 44, f"{size[0]}{'-large' if large else ''}"
    found = looked_at(page, axe, f"paste-{name}", least)
    page.get_by_label("聊天内容或接龙").fill(PASTE)
    page.get_by_role("button", name="读出要办的事").click()
    page.get_by_text("读出3件要办的事").wait_for()
    found += looked_at(page, axe, f"sheet-{name}", least)
    page.get_by_role("button", name="登记第1条").click()
    page.get_by_text("已登记1件").wait_for()
    page.get_by_text("没有当作反映的1条").click()
    found += looked_at(page, axe, f"taken-{name}", least)
    page.get_by_role("button", name="全部登记").click()
    page.get_by_text("已登记3件").wait_for()
    page.reload()
    page.get_by_role("link", name="看进展，复制答复").click()
    page.get_by_label("要发的话").wait_for()
    found += looked_at(page, axe, f"answers-{name}", least)
    assert found == []


def test_it_works_without_script_and_copies_with_it(open_page: OpenPage, cast: Cast) -> None:
    plain = sheet(open_page, script=False)
    plain.get_by_label("聊天内容或接龙").fill(PASTE)
    plain.get_by_role("button", name="读出要办的事").click()
    plain.get_by_role("button", name="全部登记").click()
    href = plain.get_by_role("link", name="看进展，复制答复").get_attribute("href")
    page = sheet(open_page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(page.url.split("/desk/")[0] + str(href))
    page.get_by_role("button", name="复制").click()
    page.get_by_role("button", name="已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("1. 三号楼")
