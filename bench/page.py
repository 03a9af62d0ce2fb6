"""How soon the place's page shows something, on a slow phone and a slow network.

Chromium with its processor slowed four times, 150 ms of latency and 1.6 Mbit/s; each load is a
first visit, with an empty cache. Needs Chromium and the test dependencies (`./test` installs both).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

from bench.district import furnish
from bench.place import Place
from bench.processes import serving
from bench.results import Result, median
from huiban.cli.outcomes import WrongUse, say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

SLOWER = 4
LATENCY_MILLISECONDS = 150
BYTES_A_SECOND = 1.6e6 / 8
PHONE: ViewportSize = {"width": 360, "height": 740}
PAINTED = """() => new Promise(done => {
  const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
  if (seen()) done(seen().startTime);
  else new PerformanceObserver(() => seen() && done(seen().startTime)).observe({type: 'paint'});
})"""
CARRIED = "() => performance.getEntries().reduce((sum, e) => sum + (e.transferSize || 0), 0)"


def run(place: Place, quick: bool) -> Result:
    """Load the resident's first pages again and again, in normal and in large print."""
    district = furnish()
    connection.close()
    tag = district.tags[0]
    pages = {"地点页": f"/r/{tag}/", "反映页": f"/r/{tag}/tell/"}
    result = Result(
        title="居民首屏：CPU 慢4倍、150毫秒、1.6 Mbit/s，空缓存",
        columns=("页面", "首次内容绘制毫秒（中位）", "最慢", "传输KB"),
    )
    with serving(place) as (port, _), _browser() as browser:
        for name, path in pages.items():
            say(f"bench: {name}")
            url = f"http://127.0.0.1:{port}{path}"
            seen = [_load(browser, url) for _ in range(2 if quick else 5)]
            painted = [milliseconds for milliseconds, _ in seen]
            carried = max(kilobytes for _, kilobytes in seen)
            result.rows.append((name, median(painted), max(painted), carried))
    return result


@contextmanager
def _browser() -> Iterator[Browser]:
    """Chromium for as long as the block lasts."""
    # Only this benchmark needs the test dependencies.
    from playwright.sync_api import sync_playwright

    found = os.environ.get("HUIBAN_CHROMIUM") or shutil.which("chromium")
    if not found:
        raise WrongUse("没有 Chromium。先运行 ./test browser，它会装好或说明怎么装。")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def _load(browser: Browser, url: str) -> tuple[float, float]:
    """One first visit: milliseconds to the first contentful paint, kilobytes carried."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MILLISECONDS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load")
    painted = float(page.evaluate(PAINTED))
    carried = float(page.evaluate(CARRIED)) / 1000
    context.close()
    return painted, carried
