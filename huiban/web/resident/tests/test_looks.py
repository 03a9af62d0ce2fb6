"""Every page a resident sees: no barriers, nothing cut off, targets large enough, light to load."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from huiban.kernel.files.actions import take_photo
from huiban.kernel.places.models import Place
from huiban.kernel.territory.models import Post, Unit
from huiban.modules.voice import actions
from huiban.modules.voice.models import Report
from tests.cast import Cast, Tell
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

LONGEST_PLACE = "安和家园经济适用住房二期东区三十二号楼西侧单元门"
LONGEST_UNIT = "安和区人民政府幸福街道办事处综合治理和社会事务服务中心前台"
KEY = "the-key-that-the-form-made"


def draft() -> tuple[UUID, ...]:
    kept = io.BytesIO()
    Image.new("RGB", (160, 120), "teal").save(kept, "JPEG")
    return (take_photo(kept.getvalue()).pk,)


@pytest.fixture
def pages(cast: Cast, tell: Tell) -> dict[str, str]:
    """An address for each page and state, with the longest names that may stand there."""
    Place.objects.filter(pk=cast.places["building_3"].pk).update(full_name=LONGEST_PLACE)
    Unit.objects.filter(pk=cast.units["community"].pk).update(name=LONGEST_UNIT)
    Post.objects.filter(unit=cast.units["community"]).update(name=LONGEST_UNIT)
    place = f"/r/{cast.tags['building_3']}/"
    told = {name: tell(f"电梯门关不上，已经{name}") for name in ("新", "问", "答", "结")}
    danger = tell("楼道里有煤气味，" + "很浓很浓，" * 30)
    worker = cast["worker"]
    for name in ("问", "答", "结"):
        actions.accept(worker, told[name].case_id)
    actions.ask_resident(worker, told["问"].case_id, "请问是哪个单元的电梯？")
    for name in ("答", "结"):
        actions.answer(worker, told[name].case_id, "已经修好。", photo_ids=draft())
    closed = Report.objects.get(pk=told["结"].report_id)
    actions.rate(closed, "solved", "basically", "来得挺快")
    at = {name: f"/t/{reported.receipt}/" for name, reported in told.items()}
    return {
        "home": "/",
        "place": place,
        "tell": f"{place}tell/?with=photo",
        "tell without a tag": "/tell/",
        "unknown tag": "/r/NEVERWAS22/",
        "nowhere": "/nowhere/",
        "sent": at["新"] + "?new=1",
        "sent, danger": f"/t/{danger.receipt}/?new=1",
        "asked": at["问"],
        "answered": at["答"],
        "closed": at["结"],
        "done": at["结"] + "?did=rate",
        "withdraw": at["新"] + "withdraw/",
        "erase": at["新"] + "erase/",
        "mine": "/mine/?forgotten=1",
    }


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("size", "large", "dark"),
    [
        (PHONE, False, False),
        (PHONE, True, False),
        (LARGER_PHONE, False, True),
        (LARGER_PHONE, True, True),
        (DESKTOP, False, False),
    ],
    ids=["phone", "large print", "dark", "large print, dark", "desktop"],
)
def test_every_page_is_without_barriers(
    open_page: OpenPage,
    pages: dict[str, str],
    axe: str,
    size: tuple[int, int],
    large: bool,
    dark: bool,
) -> None:
    page = open_page("/", size=size, large=large, dark=dark)
    start = page.url
    found = {}
    for name, path in pages.items():
        page.goto(start + path.lstrip("/"))
        for fold in page.locator("details:visible > summary").all():
            fold.click()
        wrong = barriers(page, axe) + targets_under(page, 60 if large else 44)
        if sideways(page):
            wrong.append(f"{sideways(page)} pixels too wide")
        found[name] = wrong
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_form_that_came_back_is_without_barriers(
    open_page: OpenPage, pages: dict[str, str], axe: str, tmp_path: Path
) -> None:
    words = tmp_path / "words.jpg"
    words.write_text("these are words")
    page = open_page(pages["tell"], script=True)
    page.set_input_files("input[name=album] >> nth=0", words)
    page.get_by_role("button", name="去掉第1张照片").wait_for()
    assert barriers(page, axe) == []
    page.get_by_role("button", name="发送").click()
    page.get_by_text("还没有发出").wait_for()
    assert barriers(page, axe) == []
    assert sideways(page) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_of_this_phone_acts_by_its_cookie(
    open_page: OpenPage, pages: dict[str, str]
) -> None:
    page = open_page(pages["tell"])
    page.get_by_label("怎么了？").fill("三楼的灯不亮")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/t/**")
    page.get_by_role("link", name="我的反映").click()
    page.get_by_role("link", name="三楼的灯不亮").click()
    page.get_by_role("link", name="撤回这件事").click()
    page.get_by_role("button", name="确定撤回").click()
    assert "已经按您的意思撤回" in page.inner_text("main")
    page.get_by_role("link", name="我的反映").click()
    page.get_by_role("button", name="清除这台手机上的记录").click()
    assert "已经清除" in page.inner_text("main")


FIRST_LOAD = 100_000


@pytest.mark.parametrize("path", ["", "tell/"])
def test_a_first_visit_is_light(client: Client, cast: Cast, path: str) -> None:
    page = client.get(f"/r/{cast.tags['building_3']}/{path}").content
    named = set(re.findall(rb'(?:href|src)="/static/([^"]+)"', page))
    assert named
    weights = {"page": len(gzip.compress(page))}
    for name in named:
        found = finders.find(name.decode())
        assert isinstance(found, str), name
        weights[name.decode()] = len(gzip.compress(Path(found).read_bytes()))
    assert sum(weights.values()) < FIRST_LOAD, weights
