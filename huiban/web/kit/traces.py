"""What a log line may say of a request: its id, and words with whatever opens a case cut out.

A receipt opens a case, a tag's token a place's page, a photo's name a photo; whoever reads the
logs needs none of them. Telephone and identity numbers are cut too, and the rows that a database
quotes in its complaints.
"""

from __future__ import annotations

import re
from contextvars import ContextVar

from huiban.kernel.base.codes import RECEIPT_LENGTH, TAG_TOKEN_LENGTH, read_receipt

CUT = "…"
LONGEST_PATH = 200

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What follows one of these in a path is a receipt, a tag's token, a photo's name.
_SECRET_AFTER = frozenset({"t", "r", "photo"})
# Longer words of a path are kept only when they are plain words: no receipt lacks a digit for long.
_PLAIN_SEGMENT = re.compile(r"[a-z][a-z_.-]{0,39}|[0-9A-Za-z_.-]{1,9}|[0-9]{1,10}")
_STATIC = re.compile(r"/static/[\w./-]{1,150}")

_PATH_IN_TEXT = re.compile(r"/(t|r|photo)/[^/\s'\"?#<>()]+")
_RECEIPT = re.compile(r"(?<![\w-])\w{4}[- ]?\w{4}[- ]?\w{5}(?![\w-])")
_TAG = re.compile(rf"(?<!\w)(?=[A-Z]*\d)(?=\d*[A-Z])[2-9A-Z]{{{TAG_TOKEN_LENGTH}}}(?!\w)")
_PHOTO = re.compile(r"(?<!\w)[0-9A-Za-z_-]{16,}\.(?:jpg|jpeg|png|webp)\b")
_NUMBER = re.compile(r"(?<!\w)(?:1\d{10}|\d{17}[\dXx])(?!\w)")
_QUOTED_ROW = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


def cut_path(path: str) -> str:
    """The path of a request, fit for a log line."""
    if _STATIC.fullmatch(path) and ".." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for before, segment in zip(["", *segments], segments, strict=False):
        secret = before.lower() in _SECRET_AFTER or not _is_plain(segment)
        kept.append(CUT if segment and secret else segment)
    return "/".join(kept)[:LONGEST_PATH]


def _is_plain(segment: str) -> bool:
    return bool(_PLAIN_SEGMENT.fullmatch(segment)) and read_receipt(segment) is None


def cut_text(text: str) -> str:
    """Any other words of a log line, traces too."""
    text = _QUOTED_ROW.sub(rf"\1: {CUT}", text)
    text = _PATH_IN_TEXT.sub(rf"/\1/{CUT}", text)
    text = _RECEIPT.sub(_cut_receipt, text)
    for pattern in (_PHOTO, _TAG, _NUMBER):
        text = pattern.sub(CUT, text)
    return text


def _cut_receipt(found: re.Match[str]) -> str:
    return found[0] if read_receipt(found[0]) is None else CUT


assert RECEIPT_LENGTH == 4 + 4 + 5, "the pattern of a receipt must follow its length"
