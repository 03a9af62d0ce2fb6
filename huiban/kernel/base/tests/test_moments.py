from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.tables import read_table

REAL_DATA = os.environ.get("HUIBAN_REAL_DATA")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def shanghai(*parts: int) -> datetime:
    year, month, day, *rest = parts
    return datetime(year, month, day, tzinfo=SHANGHAI) + timedelta(
        **dict(zip(("hours", "minutes", "seconds", "microseconds"), rest, strict=False))
    )


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020/1/6 12:09:38", shanghai(2020, 1, 6, 12, 9, 38)),
        ("2019-04-08 08:37:20", shanghai(2019, 4, 8, 8, 37, 20)),
        ("2019-04-08", shanghai(2019, 4, 8)),
        ("2019年4月8日", shanghai(2019, 4, 8)),
        ("2019年4月8日 8时37分20秒", shanghai(2019, 4, 8, 8, 37, 20)),
        ("2019年4月8日下午3点", shanghai(2019, 4, 8, 15)),
        ("2019年4月8号 晚上11点5分", shanghai(2019, 4, 8, 23, 5)),
        ("2019年4月8日 晚上12点", shanghai(2019, 4, 9)),
        ("2019年4月8日 凌晨12点10分", shanghai(2019, 4, 8, 0, 10)),
        ("2019年4月8日中午12:30", shanghai(2019, 4, 8, 12, 30)),
        ("2019年4月8日（星期一）08:37", shanghai(2019, 4, 8, 8, 37)),
        ("２０１９．４．８　８：３７", shanghai(2019, 4, 8, 8, 37)),
        ("  2019/4/8\t8:37 ", shanghai(2019, 4, 8, 8, 37)),
        ("2012/10/09 14:50:17.000", shanghai(2012, 10, 9, 14, 50, 17)),
        ("2012-10-09 14:50:17,250", shanghai(2012, 10, 9, 14, 50, 17, 250_000)),
        ("2019-04-08T08:37:20", shanghai(2019, 4, 8, 8, 37, 20)),
        ("2019-04-08T00:37:20Z", shanghai(2019, 4, 8, 8, 37, 20)),
        ("2019-04-08T08:37:20+08:00", shanghai(2019, 4, 8, 8, 37, 20)),
        ("2011-10-11 13:45:40.276000+00:00", shanghai(2011, 10, 11, 21, 45, 40, 276_000)),
        ("2019-04-07 20:37 -0400", shanghai(2019, 4, 8, 8, 37)),
        ("2019-04-08 00:37 UTC", shanghai(2019, 4, 8, 8, 37)),
        ("2019-04-08 08:37 GMT+8", shanghai(2019, 4, 8, 8, 37)),
        ("20190408", shanghai(2019, 4, 8)),
        ("20190408083720", shanghai(2019, 4, 8, 8, 37, 20)),
        ("20190408T0837Z", shanghai(2019, 4, 8, 16, 37)),
        ("2019-04-08 24:00", shanghai(2019, 4, 9)),
        ("43563", shanghai(2019, 4, 8)),
        ("43563.3592592593", shanghai(2019, 4, 8, 8, 37, 20)),
        ("4/20/2016 3:05 PM", shanghai(2016, 4, 20, 15, 5)),
        ("4/20/2016 12:05:09 AM", shanghai(2016, 4, 20, 0, 5, 9)),
        ("04/20/2016", shanghai(2016, 4, 20)),
        ("20/04/2016", shanghai(2016, 4, 20)),
        ("05/05/2016", shanghai(2016, 5, 5)),
        ("20-Apr-2016", shanghai(2016, 4, 20)),
        ("April 20, 2016 08:37", shanghai(2016, 4, 20, 8, 37)),
    ],
)
def test_moments_are_read_as_people_write_them(text: str, moment: datetime) -> None:
    read = parse_moment(text, SHANGHAI)
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "2019-02-29",
        "2019-13-01",
        "2019-00-10",
        "13/13/2016",
        "2019-04-08 25:00",
        "2019-04-08 24:01",
        "2019-04-08 08:60",
        "2019-04-08 08:37:60",
        "2019-04-08 13:00 PM",
        "2019-04-08 晚上1点",
        "2019-04-08 晚上12:30",
        "2019-04-08 08:37 +99:00",
        "2019-04-08 08:37 或者更晚",
        "19-4-8",
        "4/20/16",
        "0019-04-08",
        "9999-12-31",
        "20-Abc-2016",
        "123",
        "2019",
        "99999",
        "2019-04-08 " * 9,
    ],
)
def test_what_cannot_be_a_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refusal, match="请写成 2019-04-08 08:37"):
        parse_moment(text, SHANGHAI)


def test_a_date_that_could_be_two_is_refused_unless_told() -> None:
    with pytest.raises(Refusal, match="分不清"):
        parse_moment("04/05/2016 09:00", SHANGHAI)
    read = parse_moment("04/05/2016 09:00", SHANGHAI, month_first=True)
    assert read == shanghai(2016, 4, 5, 9)
    assert parse_moment("20/04/2016", SHANGHAI, month_first=True) == shanghai(2016, 4, 20)


def test_the_zone_is_the_callers_unless_the_text_has_one() -> None:
    assert parse_moment("2019-07-01 12:00", AMSTERDAM) == datetime(2019, 7, 1, 10, tzinfo=UTC)
    assert parse_moment("2019-07-01 12:00Z", AMSTERDAM) == datetime(2019, 7, 1, 12, tzinfo=UTC)


moments = st.integers(0, 250 * 365 * 86_400).map(
    lambda seconds: datetime(1950, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(moments, st.sampled_from(["-", "/", "."]))
def test_what_is_written_in_full_is_read_back(moment: datetime, dash: str) -> None:
    zone = ZoneInfo("Etc/GMT-8")  # without the summers of 1986 to 1991, when hours came twice
    wall = moment.astimezone(zone)
    for form in (
        f"%Y{dash}%m{dash}%d %H:%M:%S",
        "%Y年%m月%d日%H时%M分%S秒",
        "%Y%m%d%H%M%S",
        "%Y-%m-%dT%H:%M:%S%z",
        "%d %b %Y %I:%M:%S %p",
    ):
        assert parse_moment(wall.strftime(form), zone) == moment
    assert parse_moment(wall.isoformat(), AMSTERDAM) == moment
    assert parse_moment(wall.strftime("%m/%d/%Y %H:%M:%S"), zone, month_first=True) == moment


@given(st.one_of(st.text(max_size=30), st.text("0123456789-/: .年月日TZ+PMap", max_size=30)))
def test_anything_else_is_read_or_refused(text: str) -> None:
    try:
        read = parse_moment(text, SHANGHAI)
    except Refusal:
        return
    assert read.tzinfo is UTC
    assert 1899 <= read.year <= 2199


@pytest.mark.skipif(not REAL_DATA, reason="not run: HUIBAN_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("messages/f3_hot_messages.csv", "created"),
        ("messages/f4_replies.csv", "created"),
        ("messages/f4_replies.csv", "replied"),
        ("messages/f2_unlabelled.csv", "created"),
        ("tickets-12345/tickets.csv", "created"),
        ("requests-311/boston_311_sample_2022on.csv", "OPEN_DT"),
        ("process-logs/BPI2013_closed.csv.gz", "time:timestamp"),
        ("process-logs/helpdesk.csv.gz", "Complete Timestamp"),
        ("process-logs/env_permit.csv.gz", "time:timestamp"),
    ],
)
def test_every_moment_of_real_tables_is_read(name: str, column: str) -> None:
    texts = {row.values[column] for row in read_table(Path(REAL_DATA or "") / name)} - {""}
    assert texts
    unread = 0
    for text in texts:
        try:
            parse_moment(text, SHANGHAI, month_first=True)
        except Refusal:
            unread += 1
    assert unread == 0
