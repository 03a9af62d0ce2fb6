"""A pasted chat as messages: who, when, what. Every way in which chats are copied is tried a line.

Known are the computer's copy (`张三 2026/5/1 20:13:05`), a name with a colon, times and dates on
lines of their own, forwarded chats (`…的聊天记录`), quotations (「…」 and a line of dashes), and
lists that grow from hand to hand (#接龙).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from huiban.kernel.base.spoken import spoken_moment

from .sorting import TROUBLE

LONGEST_NAME = 24
# What stands before a colon and is no name: fields of a form, notices, addresses of pages.
_LABELS = """
地点 地址 位置 时间 日期 问题 内容 描述 电话 手机 联系电话 联系人 联系方式 姓名 备注
诉求 反映 反映人 例 例如 比如 示例 格式 通知 公告 标题 主题 注意 提醒 温馨提示 说明 回复
答 问 答复 楼栋 房号 门牌 户号 小区 原因 结果 情况 建议 要求 另外 还有 第一 第二 第三
其一 其二 首先 其次 最后 http https ps pps 附 急 本人 业主 住户 现在 今天 昨天 比方
"""
LABELS = frozenset(_LABELS.split())
_TIME = (
    r"(?:(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?|昨天|前天|今天|"
    r"(?:周|星期)[一二三四五六日天])[ ,，]*)?"
    r"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上)? ?\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
)
_DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?|昨天|今天|"
    r"(?:周|星期)[一二三四五六日天])"
)
_RULED = r"[-—─=·•* ]*"
_ONLY_TIME = re.compile(rf"{_RULED}(?P<time>{_TIME}){_RULED}")
_ONLY_DATE = re.compile(rf"{_RULED}(?P<time>{_DATE}){_RULED}")
_NAME_TIME = re.compile(
    rf"(?P<name>\S.{{0,{LONGEST_NAME}}}?)[:：]?\s+[(\[（]?(?P<time>{_TIME})[)\]）]?"
)
_TIME_NAME = re.compile(
    rf"[(\[（]?(?P<time>{_TIME})[)\]）]?\s+(?P<name>[^:：]{{1,{LONGEST_NAME}}})[:：]\s*(?P<text>.*)"
)
_NAME_COLON = re.compile(rf"(?P<name>[^:：。，,！!？?；;]{{1,{LONGEST_NAME}}})[:：]\s*(?P<text>.*)")
_FORWARDED = re.compile(r"(?:\[聊天记录\]|.{0,60}的聊天记录|[-—]*\s*聊天记录\s*[-—]*)")
_DASHES = re.compile(r"(?:[-—─]\s*){5,}")
_LIST_BEGINS = re.compile(r"#\s*接龙|＃\s*接龙|接龙[:：]?$")
_NUMBERED = re.compile(r"(?P<number>\d{1,3})\s*[.、．)）]\s*(?P<text>\S.*)")
# An entry that begins with who: 王芳 3栋201 电梯坏了.
_NAMED_ENTRY = re.compile(
    r"([\u4e00-\u9fff]{2,4})[ ,，、:：]+([A-Za-z]?\d{1,3}(?:号|栋|幢|单元|座|[-#]).*)"
)
_ALONE = re.compile(r"[\w·. -]{1,10}")
_EXAMPLE = re.compile(r"(?:例|示例|例如|格式)\s*[:：]?.*")


@dataclass
class Message:
    """What one sender sent at once. `listed` says that it is an entry of a 接龙."""

    sender: str = ""
    at: datetime | None = None
    lines: list[str] = field(default_factory=list)
    listed: bool = False

    @property
    def text(self) -> str:
        """The lines as they were sent."""
        return "\n".join(self.lines).strip()


def messages_of(text: str, pasted_at: datetime) -> list[Message]:
    """The messages of a pasted chat in their order; times are understood against the paste's."""
    lines = _without_quotations(text.split("\n"))
    reader = _Reader(pasted_at, {*_repeated_names(lines)})
    for line in lines:
        reader.read(line.strip())
    return [message for message in reader.messages if message.text]


def _without_quotations(lines: list[str]) -> list[str]:
    """The lines without what a reply quotes: from 「 to the line of dashes under it."""
    kept: list[str] = []
    start: int | None = None
    for line in lines:
        plain = line.strip()
        if plain.startswith("「"):
            start = len(kept)
        if _DASHES.fullmatch(plain) and start is not None:
            del kept[start:]
            start = None
            continue
        kept.append(line)
    return kept


def _repeated_names(lines: list[str]) -> Iterator[str]:
    """What stands before a colon on several lines, or on a line that says no more: likely names."""
    seen: set[str] = set()
    for line in lines:
        found = _NAME_COLON.fullmatch(line.strip())
        if found is None or found["name"].strip() in LABELS:
            continue
        name = found["name"].strip()
        if name in seen or not found["text"]:
            yield name
        seen.add(name)


class _Reader:
    """Reads line by line; what isn't a head belongs to the message before."""

    def __init__(self, pasted_at: datetime, names: set[str]) -> None:
        self.messages: list[Message] = []
        self._pasted_at, self._names = pasted_at, names
        self._day = ""
        self._at: datetime | None = None
        self._in_list = self._after_time = False

    def read(self, line: str) -> None:
        """Take one line, stripped."""
        if not line or _FORWARDED.fullmatch(line):
            return
        if _LIST_BEGINS.match(line):
            self._in_list = True
            self._begin(self._sender(), line)
        elif not (self._in_list and self._read_entry(line)) and not self._read_head(line):
            self._add(line)

    def _read_entry(self, line: str) -> bool:
        if found := _NUMBERED.fullmatch(line):
            entry = _NAMED_ENTRY.fullmatch(found["text"])
            name, text = entry.groups() if entry else ("", found["text"])
            self.messages.append(Message(name, self._at, [text], listed=True))
            return True
        return bool(_EXAMPLE.fullmatch(line))

    def _read_head(self, line: str) -> bool:
        if found := _ONLY_DATE.fullmatch(line):
            self._day, self._at = found["time"], None
            return True
        if found := _ONLY_TIME.fullmatch(line):
            self._at = self._when(found["time"])
            self._end()
            return True
        if found := _NAME_TIME.fullmatch(line):
            self._at = self._when(found["time"])
            self._begin(found["name"])
            return True
        if found := _TIME_NAME.fullmatch(line):
            self._at = self._when(found["time"])
            self._begin(found["name"], found["text"])
            return True
        return self._read_name(line)

    def _read_name(self, line: str) -> bool:
        found = _NAME_COLON.fullmatch(line)
        if found is None:
            return False
        name = found["name"].strip()
        if not _is_name(name) or not (name in self._names or self._opens(found["text"])):
            return False
        self._begin(name, found["text"])
        return True

    def _opens(self, rest: str) -> bool:
        """Whether a single `name: words` begins a message: at the start, or after a name did."""
        last = self.messages[-1] if self.messages else None
        named = any(message.sender for message in self.messages)
        return bool(rest) and (last is None or named or not last.text)

    def _begin(self, name: str, text: str = "") -> None:
        self._in_list, self._after_time = self._in_list and not name, False
        self.messages.append(Message(name.strip(" :："), self._at, [text] if text else []))
        if _LIST_BEGINS.match(text):
            self._in_list = True

    def _end(self) -> None:
        """After a time alone another message begins, whoever sent it."""
        self._in_list, self._after_time = False, True
        self.messages.append(Message("", self._at))

    def _add(self, line: str) -> None:
        if not self.messages or self.messages[-1].listed:
            self.messages.append(Message("", self._at))
        last = self.messages[-1]
        if self._after_time and len(last.lines) == 1 and _stands_alone(last.lines[0]):
            # A telephone's copy: the time, under it who, under that the words.
            last.sender, last.lines = last.lines[0], []
        self._after_time = self._after_time and not last.lines and not last.sender
        last.lines.append(line)

    def _sender(self) -> str:
        last = self.messages[-1] if self.messages else None
        return last.sender if last is not None and not last.text else ""

    def _when(self, said: str) -> datetime | None:
        """The moment of a head; under a line with a date its time is on that day."""
        bare = re.fullmatch(r"[\d:：]+", said)
        spoken = spoken_moment(
            f"{self._day} {said}" if bare and self._day else said, self._pasted_at
        )
        return spoken.moment if spoken is not None else None


def _stands_alone(line: str) -> bool:
    """Whether a line may be no more than a name."""
    return _ALONE.fullmatch(line) is not None and TROUBLE.search(line) is None


def _is_name(name: str) -> bool:
    return (
        bool(name)
        and name not in LABELS
        and not re.fullmatch(r"[\d\W]+", name)
        and not re.search(r"(?:电话|号码|时间|地点|地址|问题|网址|如下)$", name)
    )
