"""A theme's title and place, from its members' own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import rjieba

from huiban.kernel.base.masking import mask
from huiban.kernel.base.text import normalise

from .themes_words import LONGEST_NAME, NO_NAME, names_in, pairs, stem

LONGEST = 30
SHORTEST = 6
LONGEST_PLACE = 20
LONGEST_TEXT = 400
# What stands before a name in this share of the titles belongs to it.
ALWAYS = 0.65

_OPENING = re.compile(
    r"^(?:(?:再次|坚决|强烈|实名|紧急|恳请|恳求|请求|请问|请|我要(?=投诉|举报|反映)|关于|有关|对于|投诉|举报|反映|反馈|咨询|询问|求助|呼吁|"
    r"建议|希望|要求|(?:望|盼|惊|急)(?=[：:，,！!])|你好|您好|领导|尊敬的|各位|相关部门|政府)[：:，,！!。、 ]*)+"
)
_CLOSING = re.compile(
    r"(?<!严重)(?<!大量)(?:的(?:一些|若干|几个|几点|诸多|众多|相关|有关)?"
    r"(?:问题|情况|投诉|咨询|建议|疑问|疑惑|诉求|请求)|一事|的维权投诉)?[？?！!。.…，,、；;：: 】）)]*$"
)
_TO_SOMEBODY = re.compile(r"^(?:给|对)(.{6,})的.{0,4}(?:建议|意见|看法|疑问)[？?！!。]*$")
_CLAUSES = re.compile(r"[，。！？；：,!?;\s]+")
_AREA = re.compile(r"[A-Z]\d{0,2}[市区县]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ODD = re.compile(r"[^\w\u3400-\u9fff·\-（）()“”《》/%.+＋*]")


def tidied(text: str) -> str:
    """A title without greetings and the words that any title has; masked, one line, uniform."""
    line = " ".join(mask(normalise(text[:LONGEST_TEXT])).split())
    kept = _CLOSING.sub("", _TO_SOMEBODY.sub(r"\1", _OPENING.sub("", line))).strip()
    return kept if len(kept) >= SHORTEST else line


def sayings(title: str, body: str) -> list[str]:
    """What may stand for a report in a line: its title or, where it has none, its first sentences.

    Each is at most as long as a title may be, and ends where a word ends.
    """
    source = title if title.strip() else body[:LONGEST_TEXT]
    whole = tidied(source)
    if len(whole) <= LONGEST and not _CLAUSES.search(whole):
        return [whole] if len(whole) > 1 else []
    parts = [tidied(part) for part in _CLAUSES.split(whole) if part.strip()]
    joined = ["，".join(pair) for pair in pairwise(parts)]
    short = [said for said in [*joined[:4], *parts[:5]] if SHORTEST <= len(said) <= LONGEST]
    return short or [shortened(whole, LONGEST)] if whole else []


def shortened(text: str, most: int) -> str:
    """At most so many characters, with … where something is left out, never within a word."""
    if len(text) <= most:
        return text
    kept = ""
    for word in rjieba.cut(text):
        if len(kept) + len(word) > most - 1:
            break
        kept += word
    return (kept.rstrip("，、：:（( ") or text[: most - 1]) + "…"


def with_place(title: str, place: str) -> str:
    """The title with the place before it, where it names none and there is room."""
    if not place or len(place) + len(title) > LONGEST or _AREA.search(title) or names_in(title):
        return title
    bare = stem(_AREA.sub("", place))
    if any(pair in title for pair in pairs(bare)):
        return title
    return place + title.removeprefix("小区").removeprefix("社区")


def place_of(names: Sequence[Sequence[str]], titles: Sequence[str], texts: Sequence[str]) -> str:
    """The place that most members name, in their titles above all; empty where none is shared.

    With the area before it where the members' titles name one, such as A3区.
    """
    told = {name: _told(name, titles, texts) for own in names for name in own}
    told = {name: number for name, number in told.items() if number >= max(2.0, len(names) / 2)}
    if not told:
        return ""
    most = max(told.values())
    often = [name for name, number in told.items() if number >= 0.7 * most]
    # Of equals the first that is told: what is known of a report begins with the particular.
    place = max(often, key=lambda name: told[name] * min(len(name), 7))
    whole = _widened(stem(place), titles) + place.removeprefix(stem(place))
    return _with_area(whole, titles)[:LONGEST_PLACE]


def _told(name: str, titles: Sequence[str], texts: Sequence[str]) -> float:
    """How often a place is told: in a title it counts whole, in the words half."""
    if name.endswith(("政府", "市委", "委")):
        return 0.0
    bare = stem(name)
    return sum(
        1.0 if bare in title else 0.5 if bare in text else 0.0
        for title, text in zip(titles, texts, strict=True)
    )


def _widened(bare: str, titles: Sequence[str]) -> str:
    """The name with what nearly always stands before it: a segmenter cuts rare names too short."""
    spaced_titles = [_AREA.sub(" ", title) for title in titles]
    given = bare
    while len(bare) < LONGEST_NAME:
        before = Counter(title[at - 1] for title in spaced_titles if (at := title.find(bare)) > 0)
        sign, number = before.most_common(1)[0] if before else ("", 0)
        told = sum(bare in title for title in spaced_titles)
        if number < max(2, ALWAYS * told) or not _HAN.match(sign) or sign in NO_NAME:
            break
        bare = sign + bare
    before_it = rjieba.tag(bare.removesuffix(given))
    return given if any(len(word) > 1 and kind[:1] in "vpdr" for word, kind in before_it) else bare


def _with_area(place: str, titles: Iterable[str]) -> str:
    areas: Counter[str] = Counter(
        area for title in titles for area in set(_AREA.findall(normalise(title))) if len(area) > 2
    )
    return (areas.most_common(1)[0][0] if areas else "") + place


def plainness(title: str) -> float:
    """How calm a title is, 0.6 to 1: marks of excitement and lengths far from a line's cost."""
    odd = min(3, len(_ODD.findall(title)))
    length = 0.85 if len(title) > 26 or len(title) < 8 else 0.93 if len(title) < 12 else 1.0
    return (1 - 0.1 * odd) * length * (0.8 if title.endswith("…") else 1.0)
