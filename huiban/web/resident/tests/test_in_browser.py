"""The resident's walk in a real browser: by thumb, by keyboard, without script, without network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from huiban.kernel.base.clock import Traveller
from huiban.kernel.files.queries import photos_of
from huiban.modules.voice import actions
from huiban.modules.voice.models import Case, Report
from tests.cast import Cast, Tell
from tests.pages import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(served: str, clock: Traveller, cast: Cast) -> str:
    """The address of building 3's page, on a live server."""
    return f"/r/{cast.tags['building_3']}/"


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    """A large photo, as a phone's camera makes them."""
    path = tmp_path / "IMG_0001.jpg"
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(path, "JPEG", quality=92)
    return path


def only_report() -> Report:
    return Report.objects.select_related("case").get()


def receipt_on(page: Page) -> str:
    return page.locator(".receipt-code").inner_text().replace(" ", "").replace("\n", "")


def test_the_whole_walk(open_page: OpenPage, place: str, cast: Cast, camera: Path) -> None:
    page = open_page(place)
    page.get_by_role("link", name="拍照").click()
    page.set_input_files("input[name=camera]", camera)
    page.get_by_role("button", name="旋转第1张照片").click()
    page.get_by_label("怎么了？").fill("三楼楼道的灯坏了")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    receipt = receipt_on(page)
    report = only_report()
    (photo,) = photos_of([report.pk])
    # Turned by a quarter and made small on the phone.
    assert (photo.width, photo.height) == (1067, 1600)
    assert report.text == "三楼楼道的灯坏了"

    page = open_page(place, beside=page)
    page.get_by_role("link", name="三楼楼道的灯坏了").click()
    assert "待受理" in page.inner_text("h1")

    actions.accept(cast["worker"], report.case_id)
    actions.answer(cast["worker"], report.case_id, "灯已经换新。")
    page = open_page("/")
    page.get_by_label("用回执编号查进度").fill(receipt.lower())
    page.get_by_role("button", name="查进度").click()
    assert "灯已经换新。" in page.inner_text("main")
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("基本满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    page.wait_for_url("**did=rate")
    assert "您的评价已经收到" in page.inner_text("main")
    assert only_report().case.stage == "closed"


def press_until(page: Page, words: str, most: int = 40) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            """() => {
                const one = document.activeElement;
                const label = one.labels && one.labels[0];
                return (label || one).textContent + (one.getAttribute("aria-label") || "");
            }"""
        )
        if words in said:
            return
    raise AssertionError(f"Tab never came to {words}")


def test_by_keyboard_alone(open_page: OpenPage, place: str, cast: Cast) -> None:
    page = open_page(place)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    press_until(page, "写几句")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tell/**")
    press_until(page, "怎么了？")
    page.keyboard.type("四楼的窗户关不上")
    press_until(page, "称呼和联系方式")
    page.keyboard.press("Enter")
    press_until(page, "怎么称呼您")
    page.keyboard.type("王师傅")
    press_until(page, "发送")
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/**")
    report = only_report()
    assert report.text == "四楼的窗户关不上"
    actions.accept(cast["worker"], report.case_id)
    actions.answer(cast["worker"], report.case_id, "已经修好。")
    page.goto(page.url.split("?")[0])
    press_until(page, "解决了")
    page.keyboard.press("Space")
    press_until(page, "满意")
    page.keyboard.press("Space")
    press_until(page, "提交评价")
    page.keyboard.press("Enter")
    page.wait_for_url("**did=rate")
    assert only_report().case.stage == "closed"


def test_a_photo_chosen_before_the_page_was_ready_is_sent(
    open_page: OpenPage, place: str, camera: Path
) -> None:
    page, held = open_page(place), []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/photos*.js", hold)
    page.get_by_role("link", name="拍照").click(no_wait_after=True)
    page.set_input_files("input[name=camera]", camera)
    held[0].continue_()
    page.unroute("**/js/photos*.js")
    page.get_by_role("button", name="旋转第1张照片").wait_for()
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    assert len(photos_of([only_report().pk])) == 1


def test_without_script(open_page: OpenPage, place: str, cast: Cast, camera: Path) -> None:
    page = open_page(place, script=False)
    page.click("text=拍照")
    page.set_input_files("input[name=camera]", camera)
    page.fill("textarea[name=text]", "一楼的灯不亮")
    page.click("text=发送")
    assert len(receipt_on(page)) == 13
    assert len(photos_of([only_report().pk])) == 1
    page.click("text=补充文字或照片")
    page.fill("#add-text", "二楼也不亮")
    page.click("button:has-text('补充')")
    assert "您补充的内容已经收到" in page.inner_text("main")
    page.click("text=撤回这件事")
    page.click("text=确定撤回")
    assert only_report().case.stage == "withdrawn"


def test_without_script_a_bad_photo_leaves_the_rest(
    open_page: OpenPage, place: str, camera: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words.jpg"
    words.write_text("these are words")
    page = open_page(f"{place}tell/", script=False)
    page.set_input_files("input[name=camera]", camera)
    page.set_input_files("input[name=album] >> nth=0", words)
    page.fill("textarea[name=text]", "一楼的灯不亮")
    page.click("text=发送")
    assert "这个文件不是能用的照片" in page.inner_text(".errors")
    assert page.input_value("textarea[name=text]") == "一楼的灯不亮"
    page.click("text=发送")
    assert len(photos_of([only_report().pk])) == 1


def test_without_network_nothing_is_lost(open_page: OpenPage, place: str, camera: Path) -> None:
    page = open_page(f"{place}tell/?with=words")
    page.get_by_label("怎么了？").fill("电梯又停了")
    page.set_input_files("input[name=camera]", camera)
    page.get_by_role("button", name="去掉第1张照片").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="发送").click()
    page.get_by_text("没有发出去").wait_for()
    assert page.get_by_label("怎么了？").input_value() == "电梯又停了"
    page.context.set_offline(False)
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    assert len(photos_of([only_report().pk])) == 1


def test_words_come_back_after_the_page_was_closed(open_page: OpenPage, place: str) -> None:
    page = open_page(f"{place}tell/")
    page.get_by_label("怎么了？").fill("写了一半的话")
    key = page.input_value("input[name=key]")
    page.reload()
    assert page.get_by_label("怎么了？").input_value() == "写了一半的话"
    assert page.input_value("input[name=key]") == key
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    page.goto(page.url.split("/t/")[0] + f"{place}tell/")
    assert page.get_by_label("怎么了？").input_value() == ""


def test_a_double_tap_sends_once(open_page: OpenPage, place: str) -> None:
    page = open_page(f"{place}tell/")
    page.get_by_label("怎么了？").fill("垃圾没人收")
    page.get_by_role("button", name="发送").dblclick()
    page.wait_for_url("**/t/**")
    assert Report.objects.count() == 1


def test_a_refused_form_comes_back_with_all_that_was_in_it(open_page: OpenPage, place: str) -> None:
    page = open_page(f"{place}tell/")
    page.get_by_text("称呼和联系方式").click()
    page.get_by_label("怎么称呼您").fill("王师傅")
    page.get_by_role("button", name="发送").click()
    page.get_by_text("还没有发出").wait_for()
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.get_by_label("怎么称呼您").input_value() == "王师傅"
    page.get_by_role("link", name="请写几句话").click()
    page.keyboard.type("灯坏了")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")


def test_danger_shows_the_telephone_while_it_is_written(open_page: OpenPage, place: str) -> None:
    page = open_page(f"{place}tell/")
    page.get_by_label("怎么了？").fill("楼道里有煤气味")
    page.get_by_role("link", name="燃气泄漏：现在拨打 119").wait_for()
    page.get_by_label("怎么了？").fill("轮胎漏气了")
    assert page.locator("a[href='tel:119']").count() == 0
    page.get_by_label("怎么了？").fill("楼道里有煤气味")
    assert page.get_by_role("link", name="燃气泄漏：现在拨打 119").is_visible()
    # Also where the advice at the top has been scrolled away.
    assert page.locator(".send-bar a[href='tel:119']").is_visible()
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    assert page.locator("a[href='tel:119']").is_visible()


def test_nine_photos_and_no_more(open_page: OpenPage, place: str, tmp_path: Path) -> None:
    small = tmp_path / "small.jpg"
    Image.new("RGB", (40, 30), "teal").save(small)
    page = open_page(f"{place}tell/")
    for number in range(9):
        page.set_input_files("input[name=album] >> nth=0", small)
        page.get_by_role("button", name=f"去掉第{number + 1}张照片").wait_for()
    assert page.get_by_text("已经有9张").is_visible()
    page.get_by_role("button", name="去掉第9张照片").click()
    assert not page.get_by_text("已经有9张").is_visible()


def test_larger_print_leaves_the_words_where_they_are(open_page: OpenPage, place: str) -> None:
    page = open_page(f"{place}tell/")
    page.get_by_label("怎么了？").fill("写了一半的话")
    page.get_by_role("button", name="长辈版").click()
    page.get_by_role("button", name="标准版").wait_for()
    assert page.get_by_label("怎么了？").input_value() == "写了一半的话"
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"


def test_a_neighbour_joins(open_page: OpenPage, place: str, tell: Tell) -> None:
    first = tell("三楼的电梯门关不上")
    page = open_page(f"{place}tell/")
    page.get_by_label("怎么了？").fill("电梯门坏了")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    page.get_by_role("button", name="我也遇到").click()
    page.wait_for_url("**did=join")
    assert Case.objects.everywhere("a test").get(pk=first.case_id).joiner_count == 1


def test_a_reply_without_network_stays_in_its_form(
    open_page: OpenPage, place: str, cast: Cast, tell: Tell
) -> None:
    told = tell("电梯停了")
    actions.accept(cast["worker"], told.case_id)
    actions.ask_resident(cast["worker"], told.case_id, "请问是哪个单元？")
    page = open_page(f"/t/{told.receipt}/")
    page.get_by_label("您的回复").fill("三单元")
    page.context.set_offline(True)
    page.get_by_role("button", name="回复").click()
    page.get_by_text("没有发出去").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="回复").click()
    page.wait_for_url("**did=answer")
    assert "您的回复已经收到" in page.inner_text("main")
