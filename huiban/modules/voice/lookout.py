"""Looking for words in what people write: pure, and the same on the server and in a page's script.

A word's data say what to look for (`words`, `brief`, `together`) and what takes a find back
(`unless`, `before`, `after`); `…` in a word stands for up to eight characters within a sentence. All of it
becomes regular expressions that Python and JavaScript read alike, so a page warns before sending.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

# One character for one: traditional forms, and 汽, as which many write 气.
_WRITTEN = (
    "氣煙電樓氫壓鍋爐線燒災門開關閉傷殺斷棄離兒媽爺瀉洩銅裡裏來見東車輛牆磚樹著點亂麼們個這還沒說話請幫誰區單層號處戶絕學藥農醫師護壞"
    "斃墜掛觸頂橋當場進過遠邊讓跡蹤蹟強姦闖搶槍脅綁鬥鬧毆歐鎖屍體腦臟臉頭腳熱燙滾錯誤飲險團圍剛後陽臺汽勢滅觀墊傾驚嚇陣鐵鋼欄纜緊報應撲"
)
_MEANT = (
    "气烟电楼氢压锅炉线烧灾门开关闭伤杀断弃离儿妈爷泻泄铜里里来见东车辆墙砖树着点乱么们个这还没说话请帮谁区单层号处户绝学药农医师护坏"
    "毙坠挂触顶桥当场进过远边让迹踪迹强奸闯抢枪胁绑斗闹殴欧锁尸体脑脏脸头脚热烫滚错误饮险团围刚后阳台气势灭观垫倾惊吓阵铁钢栏缆紧报应扑"
)
ALIKE = (_WRITTEN, _MEANT)
_ALIKE = str.maketrans(*ALIKE)
_ANY_ALIKE = re.compile(f"[{ALIKE[0]}]")
INVISIBLE = "[\\u00ad\\u200b-\\u200f\\u2060\\ufeff]"
# A space beside anything but a Latin letter or digit says nothing: 着 火 is 着火.
SPACES = "[\\t \\u00a0]+(?=[^\\x00-\\x7f])|([^\\x00-\\x7f])[\\t \\u00a0]+"
LINE_ENDS = "[\\r\\n\\u2028\\u2029]+"
_INVISIBLE, _SPACES, _LINE_ENDS = map(re.compile, (INVISIBLE, SPACES, LINE_ENDS))

# How far a find looks around itself for what takes it back, and for a word of now.
REACH, NEAR = 16, 10
_ENDS = "。!?;"
_GAP = f"[^{_ENDS}]{{0,8}}?"
_WITHIN = f"[^{_ENDS},、:]"
TAKEN_OUT = "□"
_NEVER = "(?!)"


def fold(text: str) -> str:
    """The text as words are looked for in it: one width, one script, lower case, lines as clauses."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if _ANY_ALIKE.search(plain):
        plain = plain.translate(_ALIKE)
    plain = _LINE_ENDS.sub("。", _INVISIBLE.sub("", plain))
    return _SPACES.sub(r"\1", plain)


@dataclass(frozen=True)
class Together:
    """Words that speak of it where one of each of `near` stands within so many characters."""

    words: str
    near: tuple[str, ...]
    within: int


@dataclass(frozen=True)
class Lookout:
    """What is looked for, as patterns over folded text. "" looks for nothing.

    `brief` and `together` count in texts of up to `longest` characters, and in longer ones beside
    a `now`.
    """

    words: str
    brief: str
    together: tuple[Together, ...]
    longest: int
    now: str
    unless: str
    before: str
    after: str
    but: str

    def patterns(self) -> dict[str, Any]:
        """The patterns by name, for a script that looks for the same."""
        return asdict(self)


class Looker:
    """A lookout made ready. What few texts need is made ready when the first one does."""

    def __init__(self, lookout: Lookout) -> None:
        self.lookout = lookout
        self._words, self._brief = _ready(lookout.words), _ready(lookout.brief)
        self._together = [(_ready(one.words), one) for one in lookout.together]

    def finds(self, folded: str) -> list[str]:
        """The stretches of a folded text that speak of it and that nothing takes back."""
        if not self._speaks(folded):
            return []
        rest = _ready(self.lookout.unless).sub(TAKEN_OUT, folded)
        brief = [*self._brief.finditer(rest), *self._found_together(rest)]
        if len(folded) > self.lookout.longest:
            brief = [one for one in brief if self._is_now(rest, one)]
        found = [*self._words.finditer(rest), *brief]
        return [one[0] for one in found if self._stands(rest, one)]

    def _speaks(self, folded: str) -> bool:
        patterns = (self._words, self._brief, *(words for words, _ in self._together))
        return any(pattern.search(folded) for pattern in patterns)

    def _found_together(self, rest: str) -> list[re.Match[str]]:
        return [
            found
            for words, one in self._together
            for found in words.finditer(rest)
            if all(_ready(near).search(_around(rest, found, one.within)) for near in one.near)
        ]

    def _is_now(self, rest: str, found: re.Match[str]) -> bool:
        near = rest[max(0, found.start() - NEAR) : found.end() + NEAR]
        return _ready(self.lookout.now).search(near) is not None

    def _stands(self, rest: str, found: re.Match[str]) -> bool:
        start, end = found.span()
        left = _ready(self.lookout.but).sub(TAKEN_OUT, rest[max(0, start - REACH) : start])
        taken_back = _ready(self.lookout.before).search(left)
        return not taken_back and not _ready(self.lookout.after).search(rest[end : end + REACH])


def _around(rest: str, found: re.Match[str], reach: int) -> str:
    """The text before and after a find, without the find itself."""
    start, end = found.span()
    return f"{rest[max(0, start - reach) : start]}{TAKEN_OUT}{rest[end : end + reach]}"


@lru_cache(maxsize=2048)
def _ready(pattern: str) -> re.Pattern[str]:
    # ASCII, so that \b is what it is in a script: the end of a Latin word.
    return re.compile(pattern or _NEVER, re.ASCII)


def looker_of(data: Mapping[str, Any]) -> Looker:
    """What looks for a word's data in texts; the same data are made ready once a process.

    That takes some ten milliseconds, and words are read anew each day.
    """
    return _looker(json.dumps(data, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=256)
def _looker(told: str) -> Looker:
    return Looker(lookout_of(json.loads(told)))


def lookout_of(data: Mapping[str, Any]) -> Lookout:
    """The lookout that a word's data describe.

    `words` are looked for; `brief` are words that speak of it only where little is said (up to
    `longest` characters) or where a word of `now` stands near: long letters tell old stories.
    `together` are lists of {words, near, within}: words that speak of it where one of each list of
    `near` stands so close; they count as brief ones do. `unless` are harmless phrases, taken out
    first. `before` and `after` are
    lists of {words, within}: standing so close before or after a find, in the same clause, they
    take it back (没有, 演练). `but` are phrases in which such a word means nothing (是不是).
    """
    return Lookout(
        words=_any_of(data.get("words", ())),
        brief=_any_of(data.get("brief", ())),
        together=tuple(_together(one) for one in data.get("together", ())),
        longest=int(data.get("longest", 0)),
        now=_any_of(data.get("now", ())),
        unless=_any_of(data.get("unless", ())),
        before=_near(data.get("before", ()), "(?:{words}){gap}$"),
        after=_near(data.get("after", ()), "^{gap}(?:{words})"),
        but=_any_of(data.get("but", ())),
    )


def _together(told: Mapping[str, Any]) -> Together:
    near = tuple(_any_of(words) for words in told["near"])
    return Together(_any_of(told["words"]), near, int(told["within"]))


def _near(groups: Iterable[Mapping[str, Any]], form: str) -> str:
    return "|".join(
        form.format(
            words=_any_of(group["words"]), gap=f"{_WITHIN}{{0,{int(group.get('within', 0))}}}"
        )
        for group in groups
    )


def _any_of(words: Iterable[str]) -> str:
    """One pattern for all of the words, the longest first, so that the whole word is found.

    Words that begin alike share their beginning: at most places of a text one look is enough.
    """
    patterns = sorted({_pattern(word) for word in words if word.strip("… ")})
    groups = (list(group) for _, group in groupby(patterns, key=lambda pattern: pattern[:1]))
    return "|".join(map(_sharing, groups))


def _sharing(patterns: list[str]) -> str:
    longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    first = patterns[0][0]
    if len(patterns) == 1 or first == "\\":
        return "|".join(longest_first)
    return f"{first}(?:{'|'.join(pattern[1:] for pattern in longest_first)})"


def _pattern(word: str) -> str:
    parts = [fold(part) for part in word.split("…")]
    whole = _GAP.join(re.escape(part) for part in parts)
    opening = "\\b" if _is_latin(parts[0][:1]) else ""
    closing = "\\b" if _is_latin(parts[-1][-1:]) else ""
    return f"{opening}{whole}{closing}"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
