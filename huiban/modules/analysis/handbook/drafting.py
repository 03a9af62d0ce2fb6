"""The texts beside the figures: drafted from them, checked as people edit them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.masking import mask
from huiban.kernel.base.text import normalise

from .canonical import Section
from .sentences import summary
from .suggestions import suggestions

MOST_LINES, LONGEST_LINE, LONGEST_TITLE, LONGEST_STORY = 30, 400, 40, 600
SHORTEST_STORY = 20
# So many signs in a row that a resident wrote are the resident's words, not a coincidence.
OWN_WORDS = 15
_NUMBER = re.compile(r"\d")
_SIGNS = re.compile(r"[\w\u3400-\u9fff]")


def drafted(snapshot: Section) -> Section:
    """What the rules say beside the figures, before any person did."""
    return {
        "summary": summary(snapshot),
        "suggestions": suggestions(snapshot),
        "themes": {one["id"]: one["title"] for one in snapshot["themes"]},
    }


def redrafted(before: Section, texts: Section, now: Section) -> Section:
    """The texts drafted anew from the figures `now`; what a person changed in the old ones stays.

    `texts` stood beside the figures `before`. A line that a person wrote stays, and one that they
    left out stays out as long as it reads the same; every other is drafted anew, so that no old
    figure stands beside the new ones.
    """
    old, fresh = drafted(before), drafted(now)
    titles = {
        key: title
        for key, title in texts["themes"].items()
        if key in fresh["themes"] and _plain(title) != _plain(old["themes"].get(key, ""))
    }
    summed = _anew(old["summary"], texts["summary"], fresh["summary"])
    return {
        "summary": summed or fresh["summary"],
        "suggestions": _anew(old["suggestions"], texts["suggestions"], fresh["suggestions"]),
        "themes": fresh["themes"] | titles,
    }


def _anew(old: Sequence[str], kept: Sequence[str], fresh: Sequence[str]) -> list[str]:
    """The fresh lines with those that a person wrote in their old places."""
    drafts = {_plain(line) for line in old}
    left_out = drafts - {_plain(line) for line in kept}
    lines = [line for line in fresh if _plain(line) not in left_out]
    for place, line in enumerate(kept):
        if _plain(line) not in drafts:
            lines.insert(place, line)
    return lines


def _plain(line: str) -> str:
    """A line as it is kept once it went through a form."""
    return mask(normalise(line)).replace("\n", " ")


def edited(
    snapshot: Section, summary_text: str, suggestions_text: str, titles: Mapping[str, str]
) -> Section:
    """The texts as a person wrote them, a sentence a line, with what points to people masked.

    Raises Refusal for a line of the summary without a figure, for one that is too long, and where
    there is no summary at all.
    """
    lines = _lines(summary_text, "summary")
    if not lines:
        raise Refusal("要点不能是空的。至少写一句，每句都要有数字。", "summary")
    for place, line in enumerate(lines, 1):
        if not _NUMBER.search(line):
            raise Refusal(f"要点第{place}句没有数字。请写出它依据的数，或删去这一句。", "summary")
    return {
        "summary": lines,
        "suggestions": _lines(suggestions_text, "suggestions"),
        "themes": {
            one["id"]: _title(titles.get(one["id"], ""), one["title"]) for one in snapshot["themes"]
        },
    }


def _lines(text: str, field: str) -> list[str]:
    lines = [_plain(line) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refusal(f"最多写{MOST_LINES}句，现在有{len(lines)}句。请合并或删去一些。", field)
    for place, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise Refusal(f"第{place}句超过{LONGEST_LINE}字。请分成几句。", field)
    return lines


def _title(written: str, otherwise: str) -> str:
    said = _plain(written)
    if len(said) > LONGEST_TITLE:
        raise Refusal(f"问题的名称最多{LONGEST_TITLE}字。请写短一些。", "themes")
    return said or otherwise


def checked_story(title: str, text: str, told: Sequence[str]) -> tuple[str, str]:
    """A story's title and text, masked. `told` are the reports behind it, word for word.

    Raises Refusal where it is empty, too long, or repeats what a resident wrote.
    """
    said, body = _plain(title), mask(normalise(text))
    if not said or len(said) > LONGEST_TITLE:
        raise Refusal(f"请写故事的标题，最多{LONGEST_TITLE}字。", "title")
    if not SHORTEST_STORY <= len(body) <= LONGEST_STORY:
        raise Refusal(f"故事请写{SHORTEST_STORY}到{LONGEST_STORY}字，现在{len(body)}字。", "text")
    for words in told:
        if run := repeated(f"{said}\n{body}", words):
            raise Refusal(f"“{run}”和居民的原话一样。请用自己的话改写，不要照抄。", "text")
    return said, body


def repeated(text: str, told: str) -> str:
    """The longest run of signs, punctuation aside, that both have, if it is long enough to tell."""
    one, other = ("".join(_SIGNS.findall(normalise(words))) for words in (text, told))
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[found.a : found.a + found.size] if found.size >= OWN_WORDS else ""
