"""The desk as it is used: by keyboard, on a phone, in large print, without script."""

from __future__ import annotations

import re
from pprint import pformat

import pytest
from playwright.sync_api import Page, expect

from huiban.kernel.base.clock import Traveller
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from huiban.modules.voice import actions
from tests.cast import PASSWORD, Cast, Tell
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

pytestmark = pytest.mark.browser

LONG = (
    "半夜有人在广场上放音响，老人孩子都睡不好，跟他们说了好几次也没有用，希望能有人来管一管这件事情"
)
PAGES = (
    "/desk/",
    "/desk/?case={reference}",
    "/desk/?section=waiting",
    "/desk/case/{reference}/",
    "/desk/cases/",
    "/desk/counts/",
    "/desk/find/?q=nothing",
    "/desk/notices/",
)


@pytest.fixture
def busy(cast: Cast, tell: Tell, clock: Traveller) -> str:
    """A desk with something in every section; the reference of a case with a suggestion."""
    worker = cast["worker"]
    tell("楼道里有很浓的煤气味")
    clock.ahead(days=4)
    reported = tell("三号楼电梯坏了，下不了楼", contact="13800001234")
    actions.accept(worker, reported.case_id)
    asked = tell(LONG)
    actions.accept(worker, asked.case_id)
    actions.ask_resident(worker, asked.case_id, "请问是哪一个广场？")
    dispatched = tell("五号楼电梯门关不上", "building_5")
    actions.accept(worker, dispatched.case_id)
    actions.dispatch(worker, dispatched.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], dispatched.case_id)
    actions.ask_return(cast["housing_officer"], dispatched.case_id, "还在保修期，应由物业先报修")
    tell("垃圾桶满了，味道很大")
    return reported.reference


def sign_in(page: Page, name: str = "worker") -> None:
    """Through the door, by keyboard alone."""
    page.locator("#login_name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/**")
    expect(page.locator(".desk-me")).to_be_visible()
    # The page is seen before its script runs, and until then no key of the list is heard.
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("size", "large", "dark"),
    [(PHONE, False, False), (LARGER_PHONE, True, False), (DESKTOP, False, True)],
    ids=["phone", "large print on a phone", "dark on a desk"],
)
def test_nobody_is_shut_out_of_any_page(
    open_page: OpenPage, busy: str, axe: str, size: tuple[int, int], large: bool, dark: bool
) -> None:
    page = open_page("/desk/", size=size, large=large, dark=dark)
    assert barriers(page, axe) == []
    sign_in(page)
    found = {}
    for path in PAGES:
        page.goto(re.sub(r"(https?://[^/]+).*", r"\1", page.url) + path.format(reference=busy))
        problems = barriers(page, axe) + targets_under(page, 60 if large else 44)
        if over := sideways(page):
            problems.append(f"{over} pixels too wide")
        if problems:
            found[path] = problems
    assert found == {}, pformat(found, width=200)


def test_the_pages_behind_buttons_shut_nobody_out(open_page: OpenPage, busy: str, axe: str) -> None:
    """The contact, a refused form, the shelf."""
    page = open_page(f"/desk/case/{busy}/", size=PHONE)
    sign_in(page)
    page.get_by_role("button", name="看联系方式").click()
    expect(page.get_by_role("link", name="13800001234")).to_be_visible()
    assert barriers(page, axe) == []
    page.get_by_role("link", name=f"回到案件 {busy}").click()
    page.locator("#do-defer summary").click()
    page.locator("#f-defer-days").fill("99")
    page.locator("#f-defer-reason").fill("要等配件")
    page.locator("#do-defer button").click()
    expect(page.get_by_role("heading", name="这一步没有办成")).to_be_visible()
    assert barriers(page, axe) == []
    other = open_page("/desk/shelf/", size=DESKTOP)
    sign_in(other, "administrator")
    expect(other.get_by_role("heading", name="搁置架")).to_be_visible()
    assert barriers(other, axe) == []


def test_the_desk_by_keyboard(open_page: OpenPage, busy: str) -> None:
    """In, along the list with J and K, into a case beside it, one tap, and taken back."""
    page = open_page("/desk/", size=DESKTOP)
    sign_in(page)
    links = page.locator(".duty-link")
    links.first.focus()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-pane", "split")
    page.locator(f".duty-link[data-case='{busy}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#case-heading")).to_contain_text("下不了楼")
    expect(page.locator("#case-heading")).to_be_focused()
    assert f"case={busy}" in page.url
    page.locator(".case-bar button").focus()
    page.keyboard.press("Enter")
    band = page.locator("#said")
    expect(band).to_contain_text("已派单")
    band.get_by_role("button", name="撤销").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("已撤销派单")


def test_what_is_owed_of_supervision_is_walked_over_and_opens_on_its_own(
    open_page: OpenPage, busy: str, cast: Cast
) -> None:
    supervise(cast)
    letter = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "a key")
    issue_letter(cast["supervisor"], letter.pk, 1)
    page = open_page("/desk/", size=DESKTOP)
    sign_in(page, "housing_officer")
    links = page.locator("#owed .duty-link")
    links.first.focus()
    expect(links.first).to_contain_text("文书待回复")
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    expect(links.nth(1)).to_have_attribute("data-case", re.compile("."))
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-pane", "split")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.resource_type))
    links.first.click()
    page.wait_for_url("**/desk/supervision/letters/**")
    assert "fetch" not in asked


def test_a_letter_in_a_field_is_a_letter(open_page: OpenPage, busy: str) -> None:
    page = open_page("/desk/", size=DESKTOP)
    sign_in(page)
    page.locator("#find-top").focus()
    page.keyboard.type("jk")
    expect(page.locator("#find-top")).to_have_value("jk")
    expect(page.locator("#find-top")).to_be_focused()


def test_the_list_keeps_its_place_while_cases_open_beside_it(
    open_page: OpenPage, busy: str, tell: Tell
) -> None:
    for number in range(14):
        tell(f"第{number}件")
    page = open_page(f"/desk/?case={busy}", size=DESKTOP)
    sign_in(page)
    last = page.locator(".duty-link").last
    last.scroll_into_view_if_needed()
    before = page.evaluate("document.getElementById('owed').scrollTop")
    headline = last.inner_text()
    last.click()
    expect(page.locator("#case-heading")).to_have_text(headline)
    assert page.evaluate("document.getElementById('owed').scrollTop") == before > 0
    assert page.locator(".duty-chosen").count() == 1
    page.go_back()
    expect(page.locator("#case-heading")).to_contain_text("下不了楼")


def test_without_script_on_a_phone(open_page: OpenPage, busy: str) -> None:
    """Accept with one tap, open a case, answer it: all with plain forms."""
    page = open_page("/desk/", size=LARGER_PHONE, script=False)
    sign_in(page)
    page.get_by_role("button", name="接单").first.click()
    expect(page.locator("#said")).to_contain_text("已接单")
    page.locator(f".duty-link[data-case='{busy}']").click()
    expect(page.locator(".today-list")).to_be_hidden()
    page.get_by_role("link", name="其他办法").click()
    page.locator("#do-answer summary").click()
    page.locator("#f-answer-text").fill("维保单位已修好，电梯恢复运行。")
    page.get_by_role("button", name="发出答复").click()
    expect(page.locator("#said")).to_contain_text("已答复")
    page.get_by_role("link", name="回到今天").click()
    expect(page.locator("#today-heading")).to_be_visible()
    page.locator(".desk-me summary").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="工作人员登录")).to_be_visible()


def test_the_likeliest_step_stands_above_the_places_of_a_phone(
    open_page: OpenPage, busy: str
) -> None:
    page = open_page(f"/desk/case/{busy}/", size=PHONE)
    sign_in(page)
    bar = page.locator(".case-bar").bounding_box()
    places = page.locator(".desk-nav").bounding_box()
    assert bar is not None
    assert places is not None
    assert bar["y"] + bar["height"] <= places["y"] + 1
    assert places["y"] + places["height"] == PHONE[1]


def test_news_shows_itself_and_what_was_said_goes_away(
    open_page: OpenPage, busy: str, tell: Tell
) -> None:
    page = open_page("/desk/", size=DESKTOP)
    sign_in(page)
    page.clock.install()
    page.get_by_role("button", name="接单").first.click()
    expect(page.locator("#said")).to_be_visible()
    tell("又有一件新的事")
    with page.expect_response("**/desk/pulse/"):
        page.clock.run_for(31_000)
    expect(page.locator("#news")).to_be_visible()
    expect(page.locator("#said")).to_be_hidden()
    page.get_by_role("link", name="刷新清单").click()
    expect(page.get_by_text("又有一件新的事")).to_be_visible()
