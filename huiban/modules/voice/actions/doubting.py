"""敷衍: how doubtful an answer is, told to its writer before it goes out and kept with its event."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Subquery

from huiban.kernel.base.errors import Refusal
from huiban.kernel.vocab.queries import setting

from .. import kinds
from ..learning.replies import Doubt, Said, doubt_of, sentences
from ..models import Case, Entry, Report

# Of a case that many joined, the first reports say what it is about.
MOST_REPORTS = 20
MOST_SENTENCES = 4


class Doubtful(Refusal):
    """An answer that may be none. Its writer looks at it again, and may send it all the same."""


def doubt_about(case: Case, unit_id: UUID, text: str, mark: str) -> Doubt:
    """How doubtful a unit's answer to a case is; `mark` is the answer's fingerprint."""
    again = Entry.objects.filter(unit_id=unit_id, fingerprint=mark).exclude(fingerprint="")
    times = again.order_by().values("fingerprint").annotate(times=Count("pk")).values("times")
    told = list(
        Report.objects.filter(case=case)
        .order_by("received_at")
        .annotate(said_before=Subquery(times))
        .values_list("title", "text", "said_before")[:MOST_REPORTS]
    )
    body = "\n".join(part for title, words, _ in told for part in (title, words))
    said_before = told[0][2] if told else 0
    return doubt_of(body, text, Said.before(said_before or 0))


def refuse_doubtful(doubt: Doubt) -> None:
    """Raises Doubtful, with the reasons in sentences, from the district's threshold on."""
    if doubt.percent < int(setting(kinds.DOUBT_PERCENT)):
        return
    why = "；".join(sentences(doubt.reasons)[:MOST_SENTENCES]) or "看不出做了什么、结果怎样"
    raise Doubtful(
        f"这份答复居民可能看不明白：{why}。请补充几句；确实不用补充，就点“仍然发送”。", "text"
    )
