"""How long the desk's pages take with ten thousand, a hundred thousand and a million cases.

今天 (the inbox) and 案件 (the list) are read as a community's worker and as the district's officer
see them: first page, narrowed, and forty pages down. Statements are counted within this process;
times are those of the production web server, one request after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench import bulk
from bench.district import furnish
from bench.place import Place
from bench.processes import serving
from bench.reader import COLUMNS, Reader
from bench.results import Result
from huiban.cli.outcomes import say
from huiban.kernel.access.actor import Actor
from huiban.modules.voice import queries
from huiban.modules.voice.queries import ListFilter

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (5_000,)
SECONDS, QUICK_SECONDS = 4.0, 0.4
PAGES_DOWN = 40
WORKERS = {"community": "社区", "district": "区级"}


@dataclass(frozen=True)
class View:
    """A page to be measured, and how far down the keyset it stands."""

    label: str
    path: str


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    result = Result(
        title="列表：今天（收件箱）和案件",
        columns=("案件数", "谁", "页面", *COLUMNS),
    )
    district = furnish()
    loaded = 0
    with serving(place) as (port, pid):
        for size in QUICK_SIZES if quick else SIZES:
            say(f"bench: 装到 {size} 件")
            bulk.load_cases(district, size - loaded)
            loaded = size
            for name, label in WORKERS.items():
                desk = Reader(place, port, pid, district, name)
                for view in _views(district.actor(name)):
                    say(f"bench: {size} 件，{label}，{view.label}")
                    seconds = QUICK_SECONDS if quick else SECONDS
                    result.rows.append(
                        (size, label, view.label, *desk.measured(view.path, seconds))
                    )
    result.details["lines"] = "今天每页20行，案件每页30行"
    return result


def _views(actor: Actor) -> Iterator[View]:
    yield View("今天 首页", "/desk/")
    yield View("今天 按分类", "/desk/?category=elevator")
    yield View("今天 按分组", "/desk/?section=week")
    mark, pages = _inbox_mark(actor)
    yield View(f"今天 第{pages}页", f"/desk/?after={_quoted(mark)}")
    yield View("案件 首页", "/desk/cases/")
    yield View("案件 按分类", "/desk/cases/?category=elevator")
    yield View("案件 正在办", "/desk/cases/?state=open")
    mark, pages = _list_mark(actor)
    yield View(f"案件 第{pages}页", f"/desk/cases/?after={_quoted(mark)}")


def _inbox_mark(actor: Actor) -> tuple[str, int]:
    """The mark of the page forty pages down, or of the last page where there are fewer."""
    mark, pages = None, 1
    while pages < PAGES_DOWN:
        page = queries.inbox(actor, after=mark)
        if page.next_after is None:
            break
        mark, pages = page.next_after, pages + 1
    return mark or "", pages


def _list_mark(actor: Actor) -> tuple[str, int]:
    mark, pages = None, 1
    while pages < PAGES_DOWN:
        page = queries.case_list(actor, ListFilter(), mark)
        if page.next_after is None:
            break
        mark, pages = page.next_after, pages + 1
    return mark or "", pages


def _quoted(mark: str) -> str:
    from urllib.parse import quote

    return quote(mark, safe="")
