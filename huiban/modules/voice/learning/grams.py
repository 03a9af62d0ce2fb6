"""Marks of a text: what of its wording is telling, as numbers that another text may share.

A text is taken as a row of tokens, a Chinese character or a run of letters and digits each;
punctuation, spaces, politeness and the beginnings that every letter to an office has are left out.
Its grams are its pairs and triples of tokens. Nothing here depends on a corpus: the same text has
the same grams and marks on every machine and in every year.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from huiban.kernel.base.text import normalise

Grams = NDArray[np.uint64]
"""The distinct grams of a text, ascending. The lowest byte of each says how much it tells."""
Weights = NDArray[np.float64]

MARKS = 16
"""How many marks a text has at the most."""
LONGEST = 4_000
"""Characters of a text that are looked at; what stands later changes no mark."""

# Characters that say little: first the words of grammar, then what complaints are full of.
_EMPTY = (
    "的一是不了在有我他这个们来上为和到以说时要就出会可也你对能而那得于着下自之后过么把被让给跟与及或但"
    "都还没很再又您请谢吗呢吧啊呀哦嗯等所其将已从向由此该每各多少几次些什怎何因如果且并只才却另"
)
_COMMON = (
    "人中大国地子年发作里生小区社业主居民物管理问题反映部门领导政府解决希望情况尊敬好相关市县街道路楼号"
    "住家房屋天月日现行公司工作用电话心事务服开进本当前面同方成定动法学经体分种间机关系高长老新望帮助"
    "处及时直接造成影响严重非常多次投诉举报要求存在长期一直至今无法不能可以知道看见回复复答单位负责合"
)
_WEIGHT = {**dict.fromkeys(_COMMON, 0.4), **dict.fromkeys(_EMPTY, 0.12)}
_SHORT_NUMBER, _NUMBER, _LETTERS = 0.35, 0.7, 0.6

_POLITENESS = re.compile(
    "尊敬的?[^,，。:：!！\\s]{0,12}?(?:领导|书记|市长|区长|县长|局长|主任|同志)们?"
    "|各位领导|(?:领导|书记|主任|同志)?[您你]们?好"
    "|(?:万分|十分|非常|衷心)?(?:感谢|谢谢)(?:您|你|大家|领导)?|辛苦了?|打扰了?|此致|敬礼"
    "|(?:请|恳请|希望|望|盼)(?:有关|相关|上级)?(?:部门|领导|单位)"
    "(?:能够|能|予以|给予|尽快|及时|协调|核实|调查|处理|解决|重视|关注|回复|答复)+"
    "|(?:请|望|盼|期待|等待)(?:尽快|早日|及时)?(?:回复|答复|处理|解决|核实|落实)"
    "|(?:我|本人)(?:想|要)?(?:反映|投诉|咨询)(?:一下|的是|的问题是)?|来电人?(?:反映|称|表示)|市民(?:反映|来电)"
)
_TOKEN = re.compile(r"[a-z0-9]+|[^\W_]")
_DIGITS = re.compile(r"[0-9]+")
_SIGNS = re.compile(r"[\W_]+")
_LOW_BYTE = np.uint64(0xFF)
_SPREAD = tuple(
    np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)


def uniform(text: str) -> str:
    """The text in the form in which it is compared: one line, normalised, no case."""
    # Joined first, since what isn't printed, such as tabs, costs the normalising most.
    return normalise(" ".join(text.split())).casefold()


def plain(text: str) -> str:
    """What is compared of a uniform text as a whole: no spaces, no punctuation."""
    # Signs alone are compared as they are: a text of nothing but smileys equals itself.
    return _SIGNS.sub("", text) or text.replace(" ", "")


def tokens_of(text: str) -> list[str]:
    """The tokens of a uniform text without its politeness; with it, where there is nothing else."""
    looked_at = text[:LONGEST]
    return _TOKEN.findall(_POLITENESS.sub(" ", looked_at)) or _TOKEN.findall(looked_at)


def weight_of(token: str) -> float:
    """How much a token tells by itself: 1 for an ordinary character, less for a common one."""
    if len(token) > 1 or token.isascii():
        if _DIGITS.fullmatch(token):
            return _SHORT_NUMBER if len(token) < 3 else _NUMBER
        return _LETTERS
    return _WEIGHT.get(token, 1.0)


def grams_of(text: str) -> Grams:
    """The grams of a uniform text; none where it holds neither letters nor characters."""
    tokens = tokens_of(text)
    if not tokens:
        return np.empty(0, np.uint64)
    known = [_known(token) for token in tokens]
    codes = np.array([code for code, _ in known], np.uint64)
    weights = np.array([weight for _, weight in known])
    # A single token is a gram by itself.
    sizes = [size for size in (2, 3) if len(tokens) >= size] or [1]
    grams: Grams = np.unique(np.concatenate([_windows(codes, weights, size) for size in sizes]))
    return grams


def weights_of(grams: Grams) -> Weights:
    """How much each gram tells, above 0 and up to 1."""
    weights: Weights = (grams & _LOW_BYTE).astype(np.float64) / 255
    return weights


def marks_of(grams: Grams, most: int = MARKS) -> list[int]:
    """A text's marks: up to `most` of its grams, as numbers below 2^63.

    Each gram draws a lot that its own hash decides, and a telling one draws better: texts that
    share much of what they tell share marks in proportion, whatever else either says. Identical
    texts share all.
    """
    # Mixed once more, so that the lot doesn't follow the order of the grams.
    even = (_mixed(grams) >> np.uint64(11)).astype(np.float64) + 1
    lots = -np.log(even / 2**53) / weights_of(grams)
    best = np.argpartition(lots, most)[:most] if len(grams) > most else np.arange(len(grams))
    return sorted((grams[best] >> np.uint64(1)).tolist())


@lru_cache(maxsize=50_000)
def _known(token: str) -> tuple[int, float]:
    """A number for the token, and its weight."""
    code = 0
    for character in token[:24]:
        code = (code * 0x110000 + ord(character)) & 0xFFFFFFFFFFFFFFFF
    return code, weight_of(token)


def _windows(codes: NDArray[np.uint64], weights: Weights, size: int) -> Grams:
    """The gram of each run of `size` tokens: it tells as much as its tokens do on average."""
    length = len(codes) - size + 1
    hashes = np.zeros(length, np.uint64)
    told = np.zeros(length)
    for place in range(size):
        hashes += _mixed(codes[place : place + length]) * _SPREAD[place]
        told += weights[place : place + length]
    mean = told / size
    byte = np.maximum(1, np.rint(mean * mean * 255)).astype(np.uint64)
    return (_mixed(hashes) & ~_LOW_BYTE) | byte


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number well mixed (the finisher of SplitMix64): neighbours end up far apart."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
