"""What a resident may do with a report, by the last word of the address that the form goes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from huiban.kernel.base.errors import Refusal
from huiban.modules.voice import actions
from huiban.modules.voice.models import Report

from .drafts import Photos, collect


@dataclass(frozen=True)
class Sent:
    """What came with a form of the report's page, kept so that a refused form loses nothing."""

    key: str
    text: str
    verdict: str
    satisfaction: str
    case: str
    place: str
    photos: Photos

    @classmethod
    def from_request(cls, request: HttpRequest) -> Sent:
        """Read the form; its photos are taken in as drafts."""
        names = ("key", "text", "verdict", "satisfaction", "case", "place")
        return cls(**{name: request.POST.get(name, "") for name in names}, photos=collect(request))


def _add(report: Report, sent: Sent) -> None:
    if sent.photos.refusals:
        raise sent.photos.refusals[0]
    actions.add_words(report, sent.key, sent.text, sent.photos.ids)


def _answer(report: Report, sent: Sent) -> None:
    actions.answer_question(report, sent.text)


def _rate(report: Report, sent: Sent) -> None:
    actions.rate(report, sent.verdict, sent.satisfaction, sent.text, "receipt")


def _reopen(report: Report, sent: Sent) -> None:
    actions.ask_reopening(report, sent.text)


def _withdraw(report: Report, sent: Sent) -> None:
    actions.withdraw(report)


def _erase(report: Report, sent: Sent) -> None:
    actions.ask_erasure(report)


def _join(report: Report, sent: Sent) -> None:
    try:
        other = UUID(sent.case)
    except ValueError:
        raise Refusal("没有找到那件事。您的反映不受影响，照常办理。", "case") from None
    actions.join_case(report, other)


def _confirm_place(report: Report, sent: Sent) -> None:
    try:
        place = UUID(sent.place)
    except ValueError:
        raise Refusal("请从列出的地点里选。都不是的话，请在下面补充写明在哪里。", "place") from None
    actions.confirm_place(report, place)


VERBS: dict[str, Callable[[Report, Sent], None]] = {
    "add": _add,
    "answer": _answer,
    "rate": _rate,
    "reopen": _reopen,
    "withdraw": _withdraw,
    "erase": _erase,
    "join": _join,
    "place": _confirm_place,
}

# These can't be taken back, so a page asks first.
CONFIRMED = frozenset({"withdraw", "erase"})

# What the page says after each, on top.
SAID = {
    "add": "您补充的内容已经收到，和原来的反映放在一起。",
    "answer": "您的回复已经收到，办理继续。",
    "rate": "您的评价已经收到，谢谢您。",
    "reopen": "您的要求已经收到，会由另一位工作人员复核。",
    "withdraw": "这件事已经按您的意思撤回。",
    "erase": "您的申请已经收到。清除完成后，这一页会写明。",
    "place": "地点已经记下，谢谢您。",
    "join": "已经和那件事放在一起办。有了结果，您在这一页也能看到。",
}
