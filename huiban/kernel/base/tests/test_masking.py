from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.text import mask


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("电话13800001234。", "电话138****1234。"),
        ("请打 138-0000-1234 或 139 1111 5678", "请打 138****1234 或 139****5678"),
        ("138.0000.1234", "138****1234"),
        ("１３８００００１２３４", "138****1234"),
        ("138\u200b0000\u200b1234", "138****1234"),
        ("1 3 8 0 0 0 0 1 2 3 4", "138****1234"),
        ("+86 13800001234", "+86 138****1234"),
        ("+8613800001234", "+86138****1234"),
        ("0086-138-0000-1234", "0086-138****1234"),
        ("013800001234", "0138****1234"),
        ("3-13800001234", "3-138****1234"),
        ("张13800001234李13911115678", "张138****1234李139****5678"),
        ("wx13800001234", "wx138****1234"),
    ],
)
def test_mobile_numbers_are_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("座机020-81234567转801", "座机020-*****567转801"),
        ("(0564)3333456", "0564-****456"),
        ("（０２０）８１２３ ４５６７", "020-*****567"),
        ("05643333456", "0564-****456"),
        ("+86 20 81234567", "+86 20-*****567"),
        ("电话：83211234、83211235或者3333456", "电话：*****234、*****235或者****456"),
        ("联系方式是 8321-1234", "联系方式是 *****234"),
        ("说3333456打电话来", "说****456打电话来"),
        ("城建局（3333456）", "城建局（****456）"),
    ],
)
def test_landlines_are_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("身份证11010519491231002X", "身份证1101**********002X"),
        ("11010519491231002x，", "1101**********002X，"),
        ("１１０１０５１９４９１２３１００２Ｘ", "1101**********002X"),
        ("110105 19491231 002 x", "1101**********002X"),
        ("110105-1949-12-31-0021", "1101**********0021"),
        ("110105194912310021", "1101**********0021"),
        ("订单号11010519491231002X", "订单号1101**********002X"),
        ("110105491231002", "1101*******1002"),
        ("110105 491231 002", "1101*******1002"),
        ("残疾证11010519491231002X43", "残疾证1101**********002X**"),
        ("13800001234 11010519491231002X", "138****1234 1101**********002X"),
    ],
)
def test_identity_numbers_are_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2019-04-08 08:37:20",
        "2020/1/6 12:09:38，15 2019-04-08 1",
        "132-2019-04-08",
        "电话20190408打不通",
        "工单20190408123456，编号：201904081234567",
        "工单号：13800001234",
        "订单号110105194912310021",
        "欠款13800001234元，¥13800001234，13800001234.50",
        "0.13800001234",
        "共83211234平方米",
        "138****1234 5345678",
        "**13800001234",
        "1101**********002X",
        "110105********0021",
        "12345热线、110、96333、400-800-1234",
        "991305194912310021",
        "110105194913310021",
        "3栋1单元，5-10楼",
        "150 200 300 12",
    ],
)
def test_what_is_no_personal_number_stays(text: str) -> None:
    assert mask(text) == text


DIGITS = [str(digit) for digit in range(10)]
mobiles = st.builds(
    lambda second, rest: f"1{second}{''.join(rest)}",
    st.sampled_from("3456789"),
    st.lists(st.sampled_from(DIGITS), min_size=9, max_size=9),
)
gaps = st.sampled_from(["", " ", "-", "—", "\u3000", " - "])
around = st.text(st.sampled_from("我家电梯坏了，请联系。"), max_size=8)
digit_soup = st.text(st.sampled_from([*DIGITS, *DIGITS, *"*- Xx.()，电话元号"]), max_size=60)


@given(mobiles, gaps, around, around)
def test_a_mobile_is_masked_wherever_it_stands(
    number: str, gap: str, before: str, after: str
) -> None:
    written = gap.join((number[:3], number[3:7], number[7:]))
    assert mask(before + written + after) == f"{before}{number[:3]}****{number[7:]}{after}"


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), gaps, around, around, st.sampled_from("0X"))
def test_an_identity_number_is_masked_wherever_it_stands(
    born: date, gap: str, before: str, after: str, check: str
) -> None:
    written = gap.join(("341503", f"{born:%Y%m%d}", f"123{check}"))
    assert mask(before + written + after) == f"{before}3415**********123{check}{after}"


@given(st.one_of(st.text(), digit_soup))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.one_of(st.text(), digit_soup))
def test_only_digits_and_what_stands_between_them_are_touched(text: str) -> None:
    def words(some: str) -> str:
        return re.sub(r"[^一-龥，]", "", some)

    assert words(mask(text)) == words(text)


def test_an_empty_text_and_one_without_numbers_stay() -> None:
    assert mask("") == ""
    assert mask("电梯坏了") == "电梯坏了"


PIECES = [
    "1",
    "1 ",
    "1-1*",
    "13800001234 ",
    "电话3333456、",
    "( ",
    "X",
    "5-2-",
    "一 ",
    "业主王芳、",
    "\n王伟 ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece: str) -> None:
    long = piece * (20_000 // len(piece))
    begun = time.process_time()
    mask(long)
    assert time.process_time() - begun < 3
