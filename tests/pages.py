"""Pages as people see them: opened in Chromium, at a size, with or without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import override_settings

from huiban.kernel.base import clock as clocks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from huiban.kernel.base.clock import Traveller

PHONE = (360, 740)
LARGER_PHONE = (390, 844)
DESKTOP = (1440, 900)


@pytest.fixture(scope="session", autouse=True)
def static_files_under_their_names() -> Iterator[None]:
    """Pages name static files plainly, so that no test needs them collected first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture
def served(clock: Traveller, live_server: LiveServer) -> Iterator[str]:
    """The address of a live server whose clock starts where the test's does, and runs."""
    # The server's threads don't inherit a hand-set clock; they do ask for the offset.
    ahead = clock.moment - datetime.now(UTC)  # noqa: TID251 - what the threads count from
    clocks.set_offset_source(lambda: ahead)
    yield live_server.url
    clocks.set_offset_source(None)


OpenPage = Callable[..., "Page"]


@pytest.fixture
def open_page(chromium: Browser, served: str) -> Iterator[OpenPage]:
    """Open a path of the live server: `open_page("/r/…/", large=True, script=False)`.

    Each call is a browser of its own, with its own cookies, unless `beside` names a page whose
    browser to share. A fault of the page's script, or what its policy forbids, fails the test.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def opened(
        path: str,
        *,
        size: tuple[int, int] = PHONE,
        large: bool = False,
        dark: bool = False,
        script: bool = True,
        beside: Page | None = None,
    ) -> Page:
        if beside is None:
            context = chromium.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                java_script_enabled=script,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            contexts.append(context)
        else:
            context = beside.context
        if large:
            context.add_cookies([{"name": "print", "value": "large", "url": served}])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if _is_policy(said.text) else None)
        page.goto(served + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _is_policy(said: str) -> bool:
    """Whether the browser says that the page breaks its own content security policy."""
    return "Content Security Policy" in said


def barriers(page: Page, axe: str) -> list[str]:
    """What the accessibility checker finds wrong with the page as it stands, rule by rule."""
    page.evaluate(axe)
    found = page.evaluate("() => axe.run()")
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(wider))


def targets_under(page: Page, pixels: int) -> list[str]:
    """What can be pressed on the page and is less than so many pixels high; links in text may be."""
    return list(page.evaluate(SMALL_TARGETS, pixels))


SMALL_TARGETS = """least => Array.from(
    document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")
).filter(one => {
    const box = one.getBoundingClientRect();
    const inText = one.tagName === "A" && getComputedStyle(one).display === "inline";
    const named = one.closest("label") || one;
    const high = Math.max(box.height, named.getBoundingClientRect().height);
    return box.width > 1 && !inText && Math.round(high) < least;
}).map(one => one.outerHTML.slice(0, 120))"""
