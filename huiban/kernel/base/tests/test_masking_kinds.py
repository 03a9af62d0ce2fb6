"""Masking kind by kind: cards, documents, plates, addresses, flats and names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.masking import ALL, HANDLING, Found, Kind, found_in, mask


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("打到6200000000000000000。", "打到6200***********0000。"),
        ("6200 0000 0000 0000 000", "6200***********0000"),
        ("收款账号：６２０００００００００００００００００", "收款账号：6200***********0000"),
        ("银行卡号6200000000000000001", "银行卡号6200***********0001"),
        ("邮箱a.b-c@example.cn收", "邮箱a***@example.cn收"),
        ("xyz_1＠example.com", "x***@example.com"),
        ("护照号码：E00001234", "护照号码：******234"),
        ("港澳通行证C00012345", "港澳通行证******345"),
        ("微信号：abc_12345，QQ 100012345", "微信号：a***，QQ 1***"),
        ("微信是13800001234", "微信是138****1234"),
        ("皖N·D00123和皖N00A12", "皖N******3和皖N****2"),
        ("粤Ａ 0001学", "粤A*****学"),
        ("车牌号A00012", "车牌号A****2"),
        ("使001234停着", "使*****4停着"),
    ],
)
def test_numbers_of_things_are_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("3号楼2单元501室漏水", "3号楼2单元***室漏水"),
        ("5-2-301漏水", "5-2-***漏水"),
        ("甲单元402", "甲单元***"),
        ("12幢1102房、三栋五〇二", "12幢***房、三栋***"),
        ("住在501", "住在***"),
        ("楼上702半夜吵", "楼上***半夜吵"),
        ("3號樓２單元５０１室", "3號樓２單元***室"),
        ("3栋502、503室", "3栋***、***室"),
        ("张家村三组23号门口", "张家村三组**号门口"),
    ],
)
def test_the_building_stays_and_the_flat_goes(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("我叫张三，住这里", "我叫**，住这里"),
        ("姓名：欧阳晓峰 电话", "姓名：**** 电话"),
        ("联系人王国强家住三栋", "联系人***家住三栋"),
        ("刘女士和張師傅", "*女士和*師傅"),
        ("司马老师、李副主任", "**老师、*副主任"),
        ("业主王芳、李秀英、张建国", "业主**、***、***"),
        ("申请人：阿依古丽·买买提", "申请人：********"),
        ("我姓龚。", "我姓*。"),
        ("请尽快解决。\n王小芳 2024年5月8日", "请尽快解决。\n*** 2024年5月8日"),
        ("😀王女士👍🏽", "😀*女士👍🏽"),
    ],
)
def test_names_that_a_word_gives_away_are_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    "text",
    [
        "订单号6200000000000000000，运单6200000000000000001",
        "统一社会信用代码91341503MA00000X12，913415030000012345",
        "微信小程序、微信公众号xingfuli、QQ群",
        "苏A座、川A牌照、鲁班路12345弄、京东柜G12345格口",
        "305路、301医院、住在2002年建的楼、楼上500平方米、隔壁1912街区",
        "政务中心305室、教学楼302教室、二楼208室、酒店1208房",
        "张家村、王府井、李子树、高先锋队、黄山路、周口路88号",
        "王师傅牛肉面、张阿姨包子铺、严老师傅面馆",
        "由于老师不够，对方师傅，班主任老师，其余老师，司机师傅，向老师反映",
        "公安局长期不管，松江区长期缺水，城市长期规划",
        "居民高兴，业主方便，学生安全，村民向镇政府反映，我是高中生",
        "街道办主任、党支部书记、市长热线、各位先生、雷锋同志、黄某某",
        "皖政办〔2023〕15号，GB 50016-2014，2-3-2024，合同HT-2023-00158",
    ],
)
def test_what_points_to_nobody_stays(text: str) -> None:
    assert mask(text) == text


def test_what_was_found_says_where_it_stands_and_what_it_is() -> None:
    text = "👵王女士住3号楼501室，電話１３８００００１２３４"
    assert found_in(text) == [
        Found(1, 2, Kind.NAME, "*"),
        Found(8, 11, Kind.HOME, "***"),
        Found(15, 26, Kind.PHONE, "138****1234"),
    ]


def test_whoever_handles_it_sees_flat_and_plate_and_nothing_else() -> None:
    text = "王女士，3号楼501室，皖N00A12，13800001234"
    assert mask(text, HANDLING) == "*女士，3号楼501室，皖N00A12，138****1234"
    assert mask(text, {Kind.PLATE}) == "王女士，3号楼501室，皖N****2，13800001234"
    assert mask(text, set()) == text


PIECES = (
    "我叫 王 芳 建 国 女士 师傅 主任 老师 业主 住 楼上 3号楼 2单元 501 室 5-2-301 、 ， 。 : 13800001234 "
    "皖N 00A12 微信 abc123 @ a.cn 护照 E0000123 卡号 6200000000000000000 * *** 一三八 零 组 号 姓 😀 樓 x"
)
soup = st.lists(st.sampled_from(PIECES.split()), max_size=12).map("".join)


@given(soup, st.sets(st.sampled_from(Kind)))
def test_masking_twice_changes_nothing_whatever_the_kinds(text: str, kinds: set[Kind]) -> None:
    masked = mask(text, kinds)
    assert mask(masked, kinds) == masked


@given(st.one_of(soup, st.text()))
def test_nothing_overlaps_and_fewer_kinds_find_a_part(text: str) -> None:
    found = found_in(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert set(found_in(text, HANDLING)) == {one for one in found if one.kind in HANDLING}
    assert found_in(text, ALL) == found
