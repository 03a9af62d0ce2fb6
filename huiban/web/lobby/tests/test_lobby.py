"""The lobby: not there in a real installation, one tap to anybody's desk in a demonstration."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from huiban.config import urls
from huiban.web.lobby import days, resetting
from tests.cast import PASSWORD, Cast
from tests.pages import DESKTOP, PHONE, OpenPage, barriers, sideways, targets_under


def told(cast: Cast) -> dict[str, Any]:
    """What the furnishing of a demonstration writes down."""
    names = ("worker", "housing_officer")
    return {
        "accounts": [
            {
                "role": f"角色{number}",
                "name": name,
                "post": cast.accounts[name].person.name,
                "login_name": name,
                "password": PASSWORD,
            }
            for number, name in enumerate(names, 1)
        ],
        "scan": f"/r/{cast.tags['building_3']}/",
        "places": [{"name": "幸福里小区3号楼", "path": f"/r/{cast.tags['building_3']}/"}],
    }


@pytest.fixture
def data(settings: Any, tmp_path: Path, cast: Cast) -> Path:
    """A demonstration's folder and routes."""
    routes = ModuleType("with_lobby")
    routes.urlpatterns = [path("lobby/", include("huiban.web.lobby.urls")), *urls.urlpatterns]  # type: ignore[attr-defined]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(routes, name, getattr(urls, name))
    settings.ROOT_URLCONF = routes
    settings.DATA = tmp_path
    settings.DEMONSTRATION = True
    settings.PUBLIC_URL = "http://192.0.2.7:8000"
    (tmp_path / "demonstration.json").write_text(json.dumps(told(cast)), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("path", ["", "enter/", "day-ahead/", "reset/"])
def test_a_real_installation_has_no_lobby(path: str, client: Client, cast: Cast) -> None:
    assert client.get(f"/lobby/{path}").status_code == 404
    assert client.post(f"/lobby/{path}", {"login_name": "worker"}).status_code == 404


@pytest.mark.parametrize("path", ["", "enter/", "day-ahead/", "reset/"])
def test_even_routed_by_mistake_it_stays_shut(
    path: str, data: Path, settings: Any, client: Client
) -> None:
    settings.DEMONSTRATION = False
    assert client.get(f"/lobby/{path}").status_code == 404
    assert client.post(f"/lobby/{path}", {"login_name": "worker"}).status_code == 404
    assert client.get("/desk/").status_code == 302


def test_cards_a_code_to_scan_and_the_present_day(data: Path, client: Client) -> None:
    page = client.get("/lobby/").content.decode()
    for words in ("角色1", "角色2", "幸福里社区前台", "幸福里小区3号楼", "拨快一天", "重置"):
        assert words in page
    assert 'src="data:image/svg+xml' in page
    assert "http://192.0.2.7:8000/r/TESTTAG000/" in page
    assert "2026年5月8日 周五" in page


def test_one_tap_enters_as_somebody(data: Path, client: Client) -> None:
    answer = client.post("/lobby/enter/", {"login_name": "housing_officer"})
    assert answer["Location"] == "/desk/"
    assert "区住建局经办" in client.get("/desk/").content.decode()


def test_only_the_cards_people_can_be_entered_as(data: Path, client: Client) -> None:
    answer = client.post("/lobby/enter/", {"login_name": "administrator"})
    assert answer.status_code == 400
    assert "已经不在了" in answer.content.decode()
    assert client.get("/desk/").status_code == 302


def test_a_demonstration_without_furniture_says_what_to_do(data: Path, client: Client) -> None:
    (data / "demonstration.json").unlink()
    page = client.get("/lobby/").content.decode()
    assert "还没有布置好" in page
    assert "data:image" not in page


def test_a_day_ahead_shows_on_the_next_page(data: Path, client: Client) -> None:
    seen = days.today()
    answer = client.post("/lobby/day-ahead/", {"seen": seen.isoformat()})
    assert answer["Location"] == "/lobby/"
    assert days.offset() == timedelta(days=1)
    assert "比真实时间快1天" in client.get("/lobby/").content.decode()


def test_a_day_that_is_no_day_moves_from_the_present_one(data: Path, client: Client) -> None:
    client.post("/lobby/day-ahead/", {"seen": "soon"})
    assert days.offset() == timedelta(days=1)


def test_a_reset_waits_without_the_database(
    data: Path, client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    started: list[Path] = []
    monkeypatch.setattr(resetting, "start", started.append)
    assert client.post("/lobby/reset/")["Location"] == "/lobby/reset/"
    assert started == [data]
    for state, words in (("running", "正在重新布置"), ("failed", "重置没有完成")):
        monkeypatch.setattr(resetting, "state", lambda folder, state=state: state)
        with django_assert_num_queries(0):
            page = client.get("/lobby/reset/")
        assert words in page.content.decode()
        assert page.get("Refresh") == ("3" if state == "running" else None)
    monkeypatch.setattr(resetting, "state", lambda folder: "done")
    assert client.get("/lobby/reset/")["Location"] == "/lobby/"


@pytest.mark.browser
@pytest.mark.parametrize(("size", "large"), [(PHONE, True), (DESKTOP, False)])
def test_the_lobby_shuts_nobody_out(
    data: Path, open_page: OpenPage, axe: str, size: tuple[int, int], large: bool
) -> None:
    page = open_page("/lobby/", size=size, large=large)
    assert barriers(page, axe) == []
    assert sideways(page) == 0
    assert targets_under(page, 60 if large else 44) == []
    page.get_by_role("button", name="以角色1的身份进入").click()
    page.wait_for_url("**/desk/")
