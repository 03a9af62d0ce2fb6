"""What answers come to: pure, over a case's turns, its ground and a rule's thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huiban.modules.voice import kinds

from .chain import Found, Ground, Link, Turn
from .passing import Thresholds

SAME_AS_EARLIER = "same_as_earlier"
SOLVED = "solved"
NOT_SOLVED = "not_solved"
CLOSED = "closed"
# After these the answer doesn't stand any more.
SENT_BACK = frozenset({kinds.REJECTED, kinds.REOPENED})
CLOSES = frozenset({kinds.RATED, kinds.CLOSED_UNRATED, kinds.EXPLAINED})


def copied(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Closed with the text of another case, and no resident saying that it is solved all the same.

    That the text is another case's is what the answer's event says, not guessed here.
    """
    for answer, link in _closed_answers(turns, bool(thresholds["even_if_solved"])):
        if SAME_AS_EARLIER in answer.payload.get("reasons", ()):
            numbers = {"doubt": int(answer.payload.get("doubt", 0))}
            yield Found(link, answer.of("unit"), "", (answer.sequence, link.sequence), numbers)


def empty_answer(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Closed with an answer that most likely is none, and no resident saying that it is solved.

    A copied text has a rule of its own.
    """
    for answer, link in _closed_answers(turns, even_if_solved=False):
        doubt = int(answer.payload.get("doubt", 0))
        if doubt < thresholds["doubt"] or SAME_AS_EARLIER in answer.payload.get("reasons", ()):
            continue
        steps = (answer.sequence, link.sequence)
        yield Found(link, answer.of("unit"), "", steps, {"doubt": doubt})


def _closed_answers(turns: Sequence[Turn], even_if_solved: bool) -> Iterator[tuple[Link, Link]]:
    """Each answer with the link that closed the case on it, once an answer.

    Unless `even_if_solved`, an answer by which a resident found the matter solved is none of them,
    also where they weren't content and a person explained before the case closed.
    """
    answer: Link | None = None
    for turn in turns:
        link = turn.link
        if link.kind == kinds.ANSWERED:
            answer = link
        elif link.kind in SENT_BACK or (_says_solved(link) and not even_if_solved):
            answer = None
        elif answer is not None and link.kind in CLOSES and link.of("stage") == CLOSED:
            yield answer, link
            answer = None


def _says_solved(link: Link) -> bool:
    return link.kind == kinds.RATED and link.of("verdict") == SOLVED


def reopened(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Closed, and then taken up again since a person found that it wasn't done."""
    answer: Link | None = None
    closed: Link | None = None
    for turn in turns:
        link = turn.link
        if link.kind == kinds.ANSWERED:
            answer = link
        elif link.of("stage") == CLOSED:
            closed = link
        elif link.kind == kinds.REOPENED:
            if closed is not None and answer is not None:
                days = (link.at - closed.at).days
                if days <= thresholds["days"]:
                    steps = (answer.sequence, closed.sequence, link.sequence)
                    yield Found(link, answer.of("unit"), "", steps, {"days": days})
            answer = closed = None


def unsolved(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """The handler answered that it is done, the resident says that it isn't solved; once an answer."""
    answer: Link | None = None
    verified: tuple[int, ...] = ()
    for turn in turns:
        link = turn.link
        if link.kind == kinds.ANSWERED:
            answer, verified = link, ()
        elif link.kind == kinds.VERIFIED:
            verified = (link.sequence,)
        elif link.kind in SENT_BACK:
            answer = None
        elif link.kind == kinds.RATED and link.of("verdict") == NOT_SOLVED and answer is not None:
            steps = (answer.sequence, *verified, link.sequence)
            yield Found(link, answer.of("unit"), "", steps, {"doubt": _doubt(answer)})
            answer = None


def _doubt(answer: Link) -> int:
    return int(answer.payload.get("doubt", 0))
