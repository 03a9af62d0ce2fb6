"""热点 on the desk: a ranking that opens its cases, for whoever sees them and for nobody else."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.modules.voice.actions import fold_themes
from huiban.modules.voice.models import Theme
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import PASSWORD, Cast, Tell
from tests.pages import DESKTOP, LARGER_PHONE, PHONE, OpenPage, barriers, sideways, targets_under

PILES = (
    "小区充电桩坏了一半，晚上回来根本抢不到",
    "充电桩又坏了两个，充电要排队到半夜",
    "充电桩坏了没有人修，电动车没地方充电",
)


@pytest.fixture
def theme(cast: Cast, tell: Tell, clock: Traveller) -> Theme:
    """A theme of three cases, with another matter beside it."""
    tell("楼道里的灯坏了三天")
    for text in PILES:
        tell(text)
        clock.ahead(days=2)
    assert fold_themes(clock.moment) == 3
    return Theme.objects.get()


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_the_ranking_says_why_and_opens_its_cases(signed_in: SignedIn, theme: Theme) -> None:
    client = signed_in("worker")
    page = page_of(client, "/desk/themes/")
    assert theme.title in page
    assert "3件 · 3天有人反映 · 最近7天3件" in page
    assert "比前一周多3件" in page
    assert "热度＝" in page
    href = f"/desk/themes/cases/?theme={theme.pk}"
    assert f'href="{href}"' in page
    cases = page_of(client, href)
    references = set(re.findall(r'href="/desk/case/([A-Z0-9]{8})/"', cases))
    assert len(references) == 3
    assert "楼道里的灯" not in cases
    assert all(client.get(f"/desk/case/{one}/").status_code == 200 for one in references)


@pytest.mark.django_db
def test_the_table_says_what_the_bars_show(signed_in: SignedIn, theme: Theme) -> None:
    page = page_of(signed_in("worker"), "/desk/themes/?days=7")
    counts = [int(n) for n in re.findall(r'</th><td class="number">(\d+)</td>', page)]
    heights = [int(n) for n in re.findall(r'<rect [^>]*height="(\d+)"', page)]
    assert sum(counts) == 3
    assert len(counts) == len(heights)
    assert [count > 0 for count in counts] == [height > 3 for height in heights]


@pytest.mark.django_db
def test_another_s_theme_does_not_exist(signed_in: SignedIn, theme: Theme) -> None:
    client = signed_in("neighbour_worker")
    assert theme.title not in page_of(client, "/desk/themes/")
    there = client.get(f"/desk/themes/cases/?theme={theme.pk}")
    missing = client.get(f"/desk/themes/cases/?theme={new_id()}")
    assert there.status_code == missing.status_code == 404
    assert "充电桩" not in there.content.decode()
    assert client.get("/desk/themes/cases/?theme=x%00").status_code == 404


@pytest.mark.django_db
def test_without_themes_the_page_says_what_will_come(signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in("worker")
    assert "还没有热点" in page_of(client, "/desk/themes/?days=nonsense")
    answer = client.get("/desk/themes/cases/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/themes/")
    assert client.post("/desk/themes/").status_code == 405


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "large", "script"),
    [(PHONE, False, True), (LARGER_PHONE, True, False), (DESKTOP, False, True)],
    ids=["phone", "large print without script", "desk"],
)
def test_nobody_is_shut_out(
    open_page: OpenPage, theme: Theme, axe: str, size: tuple[int, int], large: bool, script: bool
) -> None:
    page = open_page("/desk/themes/", size=size, large=large, script=script)
    page.locator("#login_name").fill("worker")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.get_by_role("heading", name="热点")).to_be_visible()
    page.locator(".theme summary").click()
    expect(page.locator(".theme table")).to_be_visible()
    for _ in range(2):
        if script:
            assert barriers(page, axe) == []
        assert targets_under(page, 60 if large else 44) == []
        assert sideways(page) == 0
        if page.get_by_role("link", name=theme.title).count():
            page.get_by_role("link", name=theme.title).click()
    expect(page.get_by_role("heading", name=theme.title)).to_be_visible()
