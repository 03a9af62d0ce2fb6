"""How much memory a web process takes, fresh and after every kind of page has been asked for."""

from __future__ import annotations

import time
from typing import Any

from bench import bulk, photos, runs
from bench.district import District, furnish, session_cookie
from bench.place import Place
from bench.processes import family_of, pss_megabytes, running, serving
from bench.results import Result
from huiban.cli.outcomes import say

CASES, QUICK_CASES = 20_000, 500
SECONDS, QUICK_SECONDS = 15.0, 1.0
SECONDS_OF_A_START = 5


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    district = furnish()
    bulk.load_cases(district, QUICK_CASES if quick else CASES)
    seconds = QUICK_SECONDS if quick else SECONDS
    result = Result(
        title="内存：PSS（共享的部分按份计），MB",
        columns=("进程", "刚启动", "各种页面之后", "再收照片之后"),
    )
    with serving(place) as (port, pid):
        fresh = _sizes(pid)
        for plan in _plans(district):
            say(f"bench: {plan['kind']}")
            runs.load(place, port, runs.write_plan(place, plan["kind"], plan), 8, seconds)
        loaded = _sizes(pid)
        photo = {**_telling(district), "photo": str(photos.make(place.data / "photo.jpg"))}
        say("bench: 照片")
        runs.load(place, port, runs.write_plan(place, "photo", photo), 8, seconds)
        for label, *sizes in zip(_labels(pid), fresh, loaded, _sizes(pid), strict=True):
            result.rows.append((label, *sizes))
    with running(place, "worker") as pid:
        time.sleep(SECONDS_OF_A_START)
        result.rows.append(("后台", pss_megabytes(pid), None, None))
    return result


def _sizes(pid: int) -> list[float]:
    return [pss_megabytes(member) for member in family_of(pid)]


def _labels(pid: int) -> list[str]:
    return ["网页 主进程", *(f"网页 进程{n}" for n in range(1, len(family_of(pid))))]


def _telling(district: District) -> dict[str, Any]:
    return {"kind": "tell", "paths": [f"/r/{tag}/tell/" for tag in district.tags[:200]]}


def _plans(district: District) -> list[dict[str, Any]]:
    """A resident's pages and reports, and the pages of a district's officer."""
    tag = district.tags[0]
    pages = ["/desk/", "/desk/cases/", "/desk/find/", "/desk/notices/", "/desk/counts/"]
    pages += ["/", f"/r/{tag}/", f"/r/{tag}/tell/", "/tell/", "/mine/"]
    cookie = session_cookie(district.accounts["district"])
    return [_telling(district), {"kind": "get", "paths": pages, "cookie": cookie}]
