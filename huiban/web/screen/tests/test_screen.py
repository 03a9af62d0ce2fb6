"""The screen: its figures are the counts page's, each has its card, and scope and refusals hold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from huiban.kernel.access.actions import add_account
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Unseen
from huiban.kernel.territory.models import Post
from huiban.kernel.territory.queries import scope_of
from huiban.kernel.vocab.actions import choose_setting
from huiban.modules.analysis.queries import cards
from huiban.modules.analysis.queries.card_words import ENTRIES
from huiban.modules.analysis.queries.cards import card_of, numbers_of
from huiban.modules.analysis.queries.figures import units_read
from huiban.modules.analysis.queries.screen import screen_of
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import kinds
from huiban.modules.voice.queries import CountFilter, counts
from huiban.web.kit import session
from huiban.web.screen.tests.busy import make_busy
from huiban.web.screen.tests.conftest import SignedIn, count_all
from huiban.web.screen.urls import urlpatterns
from tests.cast import LONG_AGO, PASSWORD, Cast, Tell

pytestmark = pytest.mark.django_db
EVERYONE = (
    *("worker", "street_officer", "group_officer", "district_officer", "housing_officer"),
    *("secretary", "administrator"),
)


@pytest.fixture
def busy(cast: Cast, tell: Tell, clock: Traveller) -> Cast:
    make_busy(cast, tell, clock)
    return cast


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


# ---- figures


@pytest.mark.parametrize("unit", ["district", "street", "community", "neighbour"])
def test_the_figures_are_those_of_the_counts_page(busy: Cast, unit: str) -> None:
    code = busy.units[unit].code
    shown = screen_of(busy["district_officer"], code)
    told = counts(
        busy["district_officer"],
        CountFilter(shown.period.first, shown.period.last, unit=code),
    )
    cells = {cell.key: cell.value for cell in told.cells}
    counters = {number.key: number.value for number in shown.counters}
    assert (counters["open"], counters["late"]) == (cells["open"], cells["late"])
    assert shown.received is not None
    assert shown.received.value == cells["received"]
    for share, linked in zip(shown.rates, told.rates, strict=True):
        rate = linked.rate
        assert (share.part.value, share.whole.value) == (rate.numerator, rate.denominator)
        assert share.percent == ("" if rate.percent is None else f"{rate.percent}")
    tiers = [number.value for number in shown.late_by_tier]
    assert tiers == [cell.value for cell in told.late_by_tier]
    assert shown.times is not None
    cases, mean = shown.times[0].cases, shown.times[0].mean
    assert cases == (told.handling.cases if told.handling else 0)
    if told.handling:
        # Counts keep whole minutes.
        assert mean == pytest.approx(told.handling.mean, abs=1 / 60)


def test_a_district_without_anything_says_so(cast: Cast, signed_in: SignedIn) -> None:
    count_all()
    page = page_of(signed_in("group_officer"), "/screen/")
    assert [number.value for number in screen_of(cast["group_officer"]).counters] == [0] * 5
    for words in (
        "无</span>",
        "近30天没有反复出现的事",
        "没有明显偏多的地方",
        "表单模块启用后显示",
    ):
        assert words in page


@pytest.mark.parametrize("name", EVERYONE)
def test_every_number_counts_again_to_the_same(busy: Cast, name: str) -> None:
    for key in ENTRIES:
        for counted in card_of(busy[name], key, recount=True).counted:
            if counted.recounted is not None:
                assert counted.agrees, (key, counted)


@pytest.mark.parametrize("name", EVERYONE)
def test_no_figure_is_without_its_card(busy: Cast, signed_in: SignedIn, name: str) -> None:
    shown = screen_of(busy[name])
    singles = [*shown.counters, *shown.late_by_tier, *shown.by_category]
    keys = {number.key for number in singles} | {share.key for share in shown.rates}
    keys |= {number.key for number in (shown.received, shown.total) if number}
    assert keys <= ENTRIES.keys()
    for key in keys:
        assert numbers_of(shown, key)[0]
    client = signed_in(name)
    page = page_of(client, "/screen/")
    linked = dict.fromkeys(re.findall(r'href="/screen/how/(\w+)/', page))
    assert keys <= linked.keys()
    # Each part of the screen that shows digits of its own opens at least one card.
    for block in re.findall(r"<section .*?</section>", page, re.DOTALL):
        assert "/screen/how/" in block, block[:200]
    for key in linked:
        card = page_of(client, f"/screen/how/{key}/")
        assert "怎么算的" in card
        assert ENTRIES[key].title in card


def test_a_card_says_part_whole_coverage_and_who_is_left_out(
    busy: Cast, signed_in: SignedIn
) -> None:
    card = page_of(signed_in("street_officer"), "/screen/how/solved_rate/?recount=1")
    for words in ("解决了 ÷ 已评价", "未评价", "没有联系上", "版本", "最小公布数", "每个数都一样"):
        assert words in card


def test_a_card_says_what_is_counted_in_where_partly_solved_counts(
    busy: Cast, signed_in: SignedIn
) -> None:
    choose_setting(kinds.PARTLY_COUNTS, True)
    card = page_of(signed_in("street_officer"), "/screen/how/solved_rate/")
    assert "解决了＋部分解决 ÷ 已评价" in card
    assert "居民说部分解决的" in card


def test_what_is_too_many_for_a_page_is_not_counted_again(
    busy: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "MOST_RECOUNTED", 0)
    card = page_of(signed_in("street_officer"), "/screen/how/received/?recount=1")
    assert "不在这里重数" in card
    assert "每个数都一样" not in card
    assert "看案件" in card


def test_a_post_that_reads_no_figures_opens_no_unit_s(busy: Cast) -> None:
    """Who observes for one community and works at another's desk reads the other's figures alone."""
    supervise(busy, "observer")
    observer, desk = busy["observer"], busy["neighbour_worker"]
    scope = scope_of([busy.units["community"], busy.units["neighbour"]])
    both = replace(desk, seats=(*observer.seats, *desk.seats), scope=scope)
    assert screen_of(both, busy.units["neighbour"].code).figures.unit == busy.units["neighbour"]
    with pytest.raises(Unseen):
        screen_of(both, busy.units["community"].code)
    assert busy.units["community"] not in units_read(both)


def test_a_card_says_what_its_reader_can_do_about_a_doubt(busy: Cast, signed_in: SignedIn) -> None:
    reader = page_of(signed_in("worker"), "/screen/how/open/")
    assert "huiban verify" not in reader
    assert "告诉管理员" in reader
    assert "huiban verify" in page_of(signed_in("administrator"), "/screen/how/open/")


def test_a_card_that_lags_says_that_it_differs(busy: Cast, signed_in: SignedIn, tell: Tell) -> None:
    tell("还没有数进去的")
    card = page_of(signed_in("worker"), "/screen/how/received_today/?recount=1")
    assert "和重新数的不一样" in card


# ---- scope and refusals


def test_each_sees_the_own_unit_first(busy: Cast, signed_in: SignedIn) -> None:
    for name, unit in (
        ("worker", "幸福里社区"),
        ("street_officer", "幸福街道"),
        ("group_officer", "安和区"),
        ("housing_officer", "区住建局"),
    ):
        assert f">{unit}<" in page_of(signed_in(name), "/screen/")


def test_a_street_looks_into_its_communities_and_no_further(
    busy: Cast, signed_in: SignedIn
) -> None:
    client = signed_in("street_officer")
    page = page_of(client, f"/screen/?unit={busy.units['neighbour'].code}")
    assert "和睦社区" in page
    for unit in ("other_street", "district", "housing"):
        code = busy.units[unit].code
        for path in ("/screen/", "/screen/part/", "/screen/how/open/"):
            assert client.get(f"{path}?unit={code}").status_code == 404


def test_what_cannot_be_shown_is_answered_with_a_sentence(busy: Cast, signed_in: SignedIn) -> None:
    client = signed_in("worker")
    estate = busy.units["estate"].code
    for path, status, words in (
        ("/screen/?unit=NOWHERE", 404, "没有找到"),
        ("/screen/?period=ever", 400, "没有这个时间段"),
        (f"/screen/?unit={estate}", 400, "请看它所在社区的一屏"),
        ("/screen/how/nothing/", 404, "没有找到"),
    ):
        answer = client.get(path)
        assert answer.status_code == status, path
        assert words in answer.content.decode()


def test_whose_post_reads_no_figures_is_refused(cast: Cast, client: Client) -> None:
    post = Post.objects.create(unit=cast.units["street"], name="门卫", role="nobody")
    add_account("guard", PASSWORD, "门卫", post, valid_from=LONG_AGO)
    client.post("/desk/sign-in/", {"login_name": "guard", "password": PASSWORD})
    for path in ("/screen/", "/screen/part/", "/screen/how/open/"):
        assert client.get(path).status_code == 403


def addresses() -> list[str]:
    """Every address of the screen, found from its routes."""
    return [
        reverse(f"screen:{route.name}", kwargs={"key": "open"} if route.pattern.converters else {})
        for route in urlpatterns
    ]


@pytest.mark.parametrize("path", addresses())
def test_a_stranger_is_sent_to_the_door(cast: Cast, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/sign-in/?next=")


@pytest.mark.parametrize("path", addresses())
def test_the_rightful_gets_the_page_and_nothing_is_sent(
    cast: Cast, signed_in: SignedIn, path: str
) -> None:
    client = signed_in("worker")
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_all_of_the_screen_is_swept() -> None:
    under = [one for one in get_resolver().url_patterns if str(one.pattern).startswith("screen/")]
    assert [one.url_patterns for one in under if isinstance(one, URLResolver)] == [urlpatterns]


def test_signing_in_leads_back_to_the_screen(cast: Cast, client: Client) -> None:
    told = {"login_name": "worker", "password": PASSWORD, "next": "/screen/?wall=1"}
    assert client.post("/desk/sign-in/", told)["Location"] == "/screen/?wall=1"


@pytest.mark.parametrize(("query", "stays"), [("", False), ("?wall=1", True)])
def test_only_a_wall_keeps_its_session_by_asking(
    cast: Cast,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    stays: bool,
) -> None:
    client = signed_in("worker")
    begun = session._seconds()
    for minutes in range(0, 180, 30):
        monkeypatch.setattr(session, "_seconds", lambda at=minutes: begun + 60 * at)
        answer = client.get(f"/screen/part/{query}")
    assert (answer.status_code == 200) is stays
    # However busy, a session ends.
    monkeypatch.setattr(session, "_seconds", lambda: begun + 13 * 3600)
    assert client.get(f"/screen/part/{query}").status_code == 302


def test_a_refusal_leads_back_to_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in("worker").get("/screen/?unit=NOWHERE").content.decode()
    assert 'href="/desk/"' in page


# ---- the part that is asked for again and again


def test_an_unchanged_part_is_not_sent_again(
    busy: Cast, signed_in: SignedIn, tell: Tell, clock: Traveller
) -> None:
    client = signed_in("worker")
    first = client.get("/screen/part/")
    mark = first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    assert client.get("/screen/part/", headers={"if-none-match": mark}).status_code == 304
    tell("又一件")
    count_all()
    again = client.get("/screen/part/", headers={"if-none-match": mark})
    assert again.status_code == 200
    assert again.content != first.content


def test_the_mark_is_one_s_own(busy: Cast, signed_in: SignedIn) -> None:
    paths = ("/screen/part/", "/screen/part/?wall=1", "/screen/part/?period=last")
    marks = {
        signed_in(name).get(path)["ETag"] for name in ("worker", "group_officer") for path in paths
    }
    assert len(marks) == 6


def test_counts_that_lag_behind_say_since_when(
    busy: Cast, signed_in: SignedIn, tell: Tell, clock: Traveller
) -> None:
    client = signed_in("worker")
    tell("没有人数的一件")
    assert "数字只算到" not in page_of(client, "/screen/part/")
    clock.ahead(minutes=10)
    # A block of its own, so that an open page also takes over a later time alone.
    assert re.search(r'<p [^>]*data-block="behind">数字只算到', page_of(client, "/screen/part/"))
    count_all()
    assert "数字只算到" not in page_of(client, "/screen/part/")


def test_it_takes_few_statements(
    busy: Cast, signed_in: SignedIn, django_assert_max_num_queries: object
) -> None:
    client = signed_in("group_officer")
    page_of(client, "/screen/")
    for path in ("/screen/", "/screen/part/"):
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            page_of(client, path)


# ---- on a wall


def test_the_way_out_of_a_wall_stays_where_there_is_little_room(
    busy: Cast, signed_in: SignedIn
) -> None:
    """On a small screen the stylesheet hides `screen-to-wall`: nobody hangs a phone on a wall."""
    client = signed_in("group_officer")
    assert re.search(r'class="button screen-to-wall"[^>]*>上墙显示', page_of(client, "/screen/"))
    assert re.search(r'class="button" href="/screen/">退出上墙', page_of(client, "/screen/?wall=1"))


def test_a_wall_hides_what_is_small(busy: Cast, signed_in: SignedIn) -> None:
    street = busy["street_officer"]
    inside, outside = screen_of(street), screen_of(street, public=True)
    came = {area.unit.name: area.received.value for area in inside.areas}
    assert 0 < (came["和睦社区"] or 0) < 5
    hidden = {area.unit.name for area in outside.areas if area.received.value is None}
    assert "和睦社区" in hidden
    assert all(
        (area.open.value, area.late.value) == (None, None)
        for area in outside.areas
        if area.unit.name in hidden
    )
    page = page_of(signed_in("street_officer"), "/screen/?wall=1")
    assert "/desk/" not in re.sub(r'<a class="brand".*?</a>', "", page)


def test_a_wall_shows_no_share_of_a_few(busy: Cast) -> None:
    community = busy["worker"]
    inside = {share.key: share for share in screen_of(community).rates}
    outside = {share.key: share for share in screen_of(community, public=True).rates}
    assert inside["solved_rate"].whole.value == 4
    assert inside["solved_rate"].percent == "100.00"
    assert outside["solved_rate"].is_hidden
    assert (outside["solved_rate"].percent, outside["solved_rate"].part.value) == ("", None)
    assert not outside["closed_rate"].is_hidden


def test_the_times_are_compared_with_the_same_days_last_year(busy: Cast) -> None:
    shown = screen_of(busy["street_officer"])
    assert shown.period.first == date(2026, 5, 1)
    assert shown.times is not None
    assert [time.label for time in shown.times] == ["本月", "去年同期"]
    assert shown.times[1].mean is None
