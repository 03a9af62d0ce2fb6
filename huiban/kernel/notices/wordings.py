"""What notices say: each module declares a code with its Chinese sentence."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

WORDINGS: dict[str, str] = {}


def declare(code: str, sentence: str) -> str:
    """Declare what a notice says and return its code; `{name}` stands for a value of the payload.

    Raises ValueError for a code declared twice.
    """
    if code in WORDINGS:
        raise ValueError(f"the wording {code} is declared twice")
    WORDINGS[code] = sentence
    return code


def check(code: str, payload: Mapping[str, Any]) -> None:
    """Raise KeyError for a code nobody declared, ValueError where a value it needs is missing."""
    if code not in WORDINGS:
        raise KeyError(f"the wording {code} is not declared (notices.wordings.declare)")
    needed = {name for _, name, _, _ in Formatter().parse(WORDINGS[code]) if name}
    if missing := needed - payload.keys():
        raise ValueError(f"the wording {code} needs {', '.join(sorted(missing))}")


def sentence(code: str, payload: Mapping[str, Any]) -> str:
    """What a notice says. One whose module is gone still says that there is something to read."""
    if code not in WORDINGS:
        return "有一条新消息，请打开查看。"
    return WORDINGS[code].format_map(payload)
