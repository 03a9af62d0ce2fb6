"""A pasted chat is read: who, when, what belongs together, and what is only talk."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from huiban.kernel.base.clock import SHANGHAI
from huiban.modules.voice.learning.chat import Item, read_chat

NOW = datetime(2026, 5, 8, 9, 30, tzinfo=SHANGHAI)


def told(text: str) -> list[tuple[str, str, str]]:
    """Of each item that may be a report: sender, time in China, words."""
    return [
        (item.sender, at(item), item.text) for item in read_chat(text, NOW) if not item.left_out
    ]


def at(item: Item) -> str:
    return item.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if item.at else ""


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("张三 2026/5/1 20:13:05\n楼道灯坏了", [("张三", "05-01 20:13", "楼道灯坏了")]),
        ("张三 2026-05-01 20:13\n楼道灯坏了", [("张三", "05-01 20:13", "楼道灯坏了")]),
        ("张三 昨天 20:13\n楼道灯坏了", [("张三", "05-07 20:13", "楼道灯坏了")]),
        ("张三:\n楼道灯坏了", [("张三", "", "楼道灯坏了")]),
        ("张三：昨晚8点水管爆了", [("张三", "05-07 20:00", "昨晚8点水管爆了")]),
        ("昨天 20:13\n张三\n楼道灯坏了", [("张三", "05-07 20:13", "楼道灯坏了")]),
        ("5月1日 晚上8:13\n王五: 地下车库漏水", [("王五", "05-01 20:13", "地下车库漏水")]),
        ("20:13\n路灯不亮", [("", "05-07 20:13", "路灯不亮")]),
        (
            "———— 2026-05-01 ————\n\n张三  08:13\n\n东门口积水",
            [("张三", "05-01 08:13", "东门口积水")],
        ),
        (
            "群聊的聊天记录\n\n张三: 工地还在施工，吵\n李四: +1",
            [("张三", "", "工地还在施工，吵")],
        ),
        (
            "李四 昨天 20:13\n「张三：楼道灯坏了」\n- - - - - - - - - -\n我们楼三天没水了",
            [("李四", "05-07 20:13", "我们楼三天没水了")],
        ),
        ("[08:15] 张三：下水道堵了", [("张三", "05-08 08:15", "下水道堵了")]),
        ("楼道灯坏了，麻烦修一下", [("", "", "楼道灯坏了，麻烦修一下")]),
        ("地点：3栋\n问题：电梯坏了", [("", "", "地点：3栋\n问题：电梯坏了")]),
        ("昨天 20:13\n停水了\n什么时候来", [("", "05-07 20:13", "停水了\n什么时候来")]),
    ],
)
def test_every_way_of_copying_is_read(pasted: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(pasted) == expected


@pytest.mark.parametrize(
    "talk",
    [
        "好的",
        "收到，谢谢",
        "👍",
        '[语音] 3"',
        "红包",
        "[红包]",
        "@所有人 收到请回复",
        "+1",
        "我家也是",
        "已联系维修师傅",
        '"张三"邀请"李四"加入了群聊',
        "明天有人去爬山吗",
        "辛苦了",
        "早上好",
        "[图片]",
    ],
)
def test_talk_is_left_out_with_a_reason(talk: str) -> None:
    items = read_chat(f"张三 2026/5/1 20:13:05\n{talk}", NOW)
    assert len(items) == 1
    assert items[0].left_out


def test_what_the_property_says_is_no_residents_report() -> None:
    assert told("幸福里物业 08:10\n今天停水检修水管") == []


def test_a_senders_next_words_within_minutes_belong_together() -> None:
    pasted = (
        "张三 2026/5/1 20:13:05\n楼道灯坏了\n张三 2026/5/1 20:14:10\n三楼那个\n"
        "张三 2026/5/1 20:15:00\n[图片]\n张三 2026/5/1 21:40:00\n垃圾也没人收"
    )
    items = read_chat(pasted, NOW)
    assert [item.text for item in items] == ["楼道灯坏了\n三楼那个", "垃圾也没人收"]
    assert items[0].pictures == 1


def test_another_senders_words_never_do() -> None:
    pasted = "张三 20:13\n楼道灯坏了\n李四 20:14\n电梯也坏了"
    assert [sender for sender, _at, _words in told(pasted)] == ["张三", "李四"]


LIST = "#接龙\n请报问题\n例：3栋201 电梯坏了\n\n1. 3栋201 电梯坏了\n2、 王芳 5栋502 楼顶漏水\n3. 7栋 无\n"


def test_a_list_is_read_entry_by_entry_without_its_example() -> None:
    assert told(LIST) == [("", "", "3栋201 电梯坏了"), ("王芳", "", "5栋502 楼顶漏水")]


def test_a_list_that_grew_is_read_once() -> None:
    grown = f"张三 20:00\n{LIST}李四 20:10\n{LIST}4. 9栋303 路灯不亮\n李四 20:15\n收到"
    assert [words for _sender, _at, words in told(grown)] == [
        "3栋201 电梯坏了",
        "5栋502 楼顶漏水",
        "9栋303 路灯不亮",
    ]


def test_a_message_is_known_again_in_a_longer_copy() -> None:
    short = "张三 2026/5/1 20:13:05\n楼道灯坏了"
    first, again = (
        read_chat(short, NOW)[0],
        read_chat(f"{short}\n张三 2026/5/1 20:14:05\n三楼", NOW)[0],
    )
    assert (first.sender, first.at, first.begins) == (again.sender, again.at, again.begins)
    assert first.text != again.text


def test_equal_messages_are_counted() -> None:
    twice = "张三 20:13\n灯坏了\n李四 20:14\n好的\n张三 20:13\n灯坏了"
    assert [item.occurrence for item in read_chat(twice, NOW) if not item.left_out] == [0, 1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3栋2单元201电梯坏了", "3栋2单元201"),
        ("八号楼的灯不亮", "八号楼"),
        ("东门口积水", "东门口"),
        ("地下车库漏水", "地下车库"),
        ("灯不亮", ""),
    ],
)
def test_the_place_that_is_named_is_told(text: str, place: str) -> None:
    assert read_chat(text, NOW)[0].place_words == place


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "  \n",
        "12:00\n12:01",
        "「只有引用",
        "张三 2026/13/45 25:61\n灯坏了",
        "\x00\ufffd",
        "：" * 20000,
        "好的" * 10000,
        "1.1.1" * 4000,
        "「\n" * 8000,
        "[图片]" * 5000,
        "長" * 9000,
        "😀" * 3000,
    ],
)
def test_nothing_breaks_it_or_holds_it_up(odd: str) -> None:
    began = time.perf_counter()
    read_chat(odd, NOW)
    assert time.perf_counter() - began < 2
