"""监督 as it is used: on a phone, in large print, in the dark, by keyboard, without script."""

from __future__ import annotations

import re
from pprint import pformat

import pytest
from playwright.sync_api import Page, expect

from huiban.kernel.events.pump import drain
from huiban.modules.supervision.actions.findings import object_to
from huiban.modules.supervision.models import Finding
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions as voice
from tests.cast import PASSWORD, Cast, Tell
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

pytestmark = pytest.mark.browser

LIST, RULES = "/desk/supervision/", "/desk/supervision/rules/"


@pytest.fixture
def found(cast: Cast, tell: Tell) -> list[str]:
    """Two findings about housing, one of them objected to; their addresses."""
    supervise(cast, "supervisor")
    for text in ("三号楼电梯坏了，下不了楼", "五号楼电梯门关不上"):
        case = tell(text).case_id
        voice.dispatch(cast["worker"], case, cast.units["housing"].id)
        voice.ask_return(cast["housing_officer"], case, "还在保修期内")
        voice.decide_return(cast["worker"], case, consent=True)
    drain()
    findings = list(Finding.objects.everywhere("a test looks at them").order_by("at", "id"))
    object_to(cast["housing_officer"], findings[0].id, "合同写明保修期内由维保单位办理。")
    return [f"{LIST}findings/{finding.id}/" for finding in findings]


def sign_in(page: Page, name: str = "supervisor") -> None:
    page.locator("#login_name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".desk-me")).to_be_visible()


def opened(page: Page, path: str) -> None:
    page.goto(re.sub(r"(https?://[^/]+).*", r"\1", page.url) + path)


@pytest.mark.parametrize(
    ("size", "large", "dark"),
    [(PHONE, False, False), (LARGER_PHONE, True, False), (DESKTOP, False, True)],
    ids=["phone", "large print on a phone", "dark on a desk"],
)
def test_nobody_is_shut_out_of_supervision(
    open_page: OpenPage, found: list[str], axe: str, size: tuple[int, int], large: bool, dark: bool
) -> None:
    page = open_page(LIST, size=size, large=large, dark=dark)
    sign_in(page)
    faults = {}
    for path in (LIST, f"{LIST}?state=all&rule=bounced", *found, RULES):
        opened(page, path)
        if path == RULES:
            page.locator("#rule-bounced summary").click()
        problems = barriers(page, axe) + targets_under(page, 60 if large else 44)
        if over := sideways(page):
            problems.append(f"{over} pixels too wide")
        if problems:
            faults[path] = problems
    assert faults == {}, pformat(faults, width=200)


def test_a_finding_is_judged_without_script(open_page: OpenPage, found: list[str]) -> None:
    page = open_page(LIST, size=PHONE, script=False)
    sign_in(page)
    page.get_by_role("link", name="在单位之间转了2次").first.click()
    page.get_by_role("button", name="派单不准，退回有理").click()
    expect(page.locator("#said")).to_contain_text("已记录研判")
    opened(page, f"{LIST}?state=dismissed")
    expect(page.get_by_role("heading", name="来回推转")).to_be_visible()
