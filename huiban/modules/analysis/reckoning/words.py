"""How numbers are said in the handbook: plain, with two decimals where they are exact."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_TENTHS = ("", "一成", "两成", "三成", "四成", "一半", "六成", "七成", "八成", "九成")


def percent_of(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Part in per cent of whole: two decimals, half away from zero; None of nothing."""
    return half_up(Decimal(part) * 100 / Decimal(whole)) if whole else None


def half_up(number: Decimal | float) -> Decimal:
    """Two decimals, half away from zero, as offices round."""
    return Decimal(str(number)).quantize(_CENT, ROUND_HALF_UP)


def rounded(number: float) -> str:
    """An estimate as it is said: whole from 10 on, else one decimal, never `0.0` of something."""
    if number >= 10:
        return str(int(number + 0.5))
    if 0 < number < 0.05:
        return "不到0.1"
    return f"{number:.1f}".removesuffix(".0")


def about(share: float) -> str:
    """A change from 0 on as people say it: `不到一成`, `约三成`, `约一半`, `约1倍`, `约2.5倍`.

    >>> about(0.31)
    '约三成'
    """
    if share < 0:
        raise ValueError("a size has no sign")
    if share < 0.1:
        return "不到一成"
    tenths = int(share * 10 + 0.5)
    if tenths < 10:
        return f"约{_TENTHS[tenths]}"
    return f"约{rounded(int(share * 10 + 0.5) / 10)}倍" if share >= 1.05 else "约1倍"


def about_fall(share: float) -> str:
    """A fall, which never is more than all of it: `九成以上` where it comes near."""
    return "九成以上" if share >= 0.95 else about(share)


def chance(p: float) -> str:
    """How rarely chance alone does it: `不到千分之一`, `约3%`."""
    for most, said in ((0.0001, "不到万分之一"), (0.001, "不到千分之一"), (0.01, "不到百分之一")):
        if p < most:
            return said
    return f"约{max(1, int(p * 100 + 0.5))}%"


def listed(names: Iterable[str]) -> str:
    """Names after one another, as a sentence lists them."""
    return "、".join(names)
