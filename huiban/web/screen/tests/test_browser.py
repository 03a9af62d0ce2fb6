"""The screen as it is looked at: on a phone, at a desk, on a wall; fresh, stale, without script."""

from __future__ import annotations

from pprint import pformat

import pytest
from playwright.sync_api import Page, expect

from huiban.kernel.base.clock import Traveller
from huiban.web.screen.tests.busy import make_busy
from huiban.web.screen.tests.conftest import count_all
from tests.cast import PASSWORD, Cast, Tell
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

pytestmark = pytest.mark.browser

WALL, LARGE_WALL = (1920, 1080), (3840, 2160)
PAGES = ("/screen/", "/screen/how/satisfied_rate/", "/screen/how/heat/", "/screen/how/course/")
HEIGHT_OVER = "document.documentElement.scrollHeight - window.innerHeight"


@pytest.fixture
def busy(cast: Cast, tell: Tell, clock: Traveller) -> Cast:
    make_busy(cast, tell, clock)
    return cast


def enter(page: Page, path: str, name: str = "street_officer") -> None:
    """Through the door to the page that was asked for."""
    page.locator("#login_name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize(
    ("size", "large", "dark"),
    [(PHONE, False, False), (LARGER_PHONE, True, False), (DESKTOP, False, True)],
    ids=["phone", "large print on a phone", "dark at a desk"],
)
def test_nobody_is_shut_out(
    open_page: OpenPage, busy: Cast, axe: str, size: tuple[int, int], large: bool, dark: bool
) -> None:
    page = open_page("/screen/", size=size, large=large, dark=dark)
    enter(page, "/screen/")
    found = {}
    for path in PAGES:
        page.goto(page.url.split("/screen/")[0] + path)
        problems = barriers(page, axe) + targets_under(page, 60 if large else 44)
        if over := sideways(page):
            problems.append(f"{over} pixels too wide")
        if problems:
            found[path] = problems
    assert found == {}, pformat(found, width=200)


@pytest.mark.parametrize("size", [WALL, LARGE_WALL], ids=["1920", "3840"])
@pytest.mark.parametrize("name", ["group_officer", "street_officer", "worker"])
def test_a_wall_shows_it_all_at_once_and_large(
    open_page: OpenPage, busy: Cast, axe: str, size: tuple[int, int], name: str
) -> None:
    page = open_page("/screen/?wall=1", size=size)
    enter(page, "/screen/?wall=1", name)
    assert barriers(page, axe) == []
    assert (sideways(page), page.evaluate(HEIGHT_OVER)) == (0, 0)
    pixels = "one => parseFloat(getComputedStyle(one).fontSize) / window.innerWidth"
    # Of 1920 pixels: the counters 96 and more, a label 24, nothing that informs under 20.
    assert page.locator(".fig-number").first.evaluate(pixels) >= 96 / 1920
    assert page.locator(".fig-label").first.evaluate(pixels) >= 24 / 1920
    assert page.locator(".rate-of").first.evaluate(pixels) >= 20 / 1920


def test_it_is_fresh_without_being_reloaded_and_says_what_changed(
    open_page: OpenPage, busy: Cast, tell: Tell
) -> None:
    page = open_page("/screen/", size=DESKTOP)
    enter(page, "/screen/")
    page.clock.install()
    page.reload()
    counter = page.locator("[data-figure='正在办']")
    before = int(counter.locator(".fig-number").inner_text())
    counter.focus()
    with page.expect_response("**/screen/part/**"):
        page.clock.run_for(31_000)
    expect(page.locator("#news")).to_be_empty()
    tell("又一件")
    count_all()
    with page.expect_response("**/screen/part/**"):
        page.clock.run_for(31_000)
    expect(counter).to_contain_text(str(before + 1))
    expect(page.locator("#news")).to_contain_text(f"正在办{before + 1}件，原来{before}件")
    # Whoever stood on the counter still stands there.
    expect(counter).to_be_focused()


def test_a_server_that_is_away_is_said_and_forgotten_when_it_is_back(
    open_page: OpenPage, busy: Cast
) -> None:
    page = open_page("/screen/?wall=1", size=WALL)
    enter(page, "/screen/?wall=1")
    page.clock.install()
    page.reload()
    page.route("**/screen/part/**", lambda route: route.abort())
    stale = page.locator("#stale")
    for _ in range(3):
        page.clock.run_for(31_000)
        page.wait_for_timeout(50)
    expect(stale).to_contain_text("连不上服务器")
    page.unroute("**/screen/part/**")
    with page.expect_response("**/screen/part/**"):
        page.clock.run_for(31_000)
    expect(stale).to_be_hidden()


def test_a_session_that_ended_is_said(open_page: OpenPage, busy: Cast) -> None:
    page = open_page("/screen/", size=DESKTOP)
    enter(page, "/screen/")
    page.clock.install()
    page.reload()
    page.context.clear_cookies()
    page.clock.run_for(31_000)
    expect(page.locator("#stale")).to_contain_text("重新登录")


def test_a_hidden_page_asks_nothing(open_page: OpenPage, busy: Cast) -> None:
    page = open_page("/screen/", size=DESKTOP)
    enter(page, "/screen/")
    page.clock.install()
    page.reload()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.clock.run_for(120_000)
    assert [url for url in asked if "/part/" in url] == []


def test_without_script_it_is_read_and_reloaded(open_page: OpenPage, busy: Cast) -> None:
    page = open_page("/screen/", size=LARGER_PHONE, script=False)
    enter(page, "/screen/")
    page.get_by_role("link", name="满意率").click()
    expect(page.get_by_role("heading", name="满意率")).to_be_visible()
    page.get_by_role("link", name="现在从案件重新数一遍").click()
    expect(page.get_by_text("每个数都一样")).to_be_visible()
    page.get_by_role("link", name="回到一屏").click()
    page.get_by_role("link", name="刷新").click()
    expect(page.get_by_role("heading", name="幸福街道")).to_be_visible()
