"""Themes 热点: matters that keep coming back, with a title from their own words.

`find_themes` reads a whole file of reports; `assign` puts new reports into themes that are known,
whose centres and titles stay as they are, so that a day more changes nothing that stands already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huiban.kernel.base.text import normalise

from .clustering import ONE_MATTER, group, nearest, scores
from .clustering_space import Corpus, Rows, Vector, blended, dot
from .ranking import Standing, order, standing
from .themes_words import Marks, marks_of
from .titles import place_of, plainness, sayings, with_place
from .titles_people import people_of

LEAST = 3
# The title is sought among so many members: those nearest to the centre.
MEMBERS_ASKED = 20
NO_TITLE = "内容相近的反映"


@dataclass(frozen=True)
class Told:
    """A report as themes are found in it.

    `place` is what is known beside the words, in words; `sender` tells whether two are by the same
    person, where that is known.
    """

    title: str
    body: str
    day: date | None = None
    place: str = ""
    category: str = ""
    votes: int = 0
    sender: str = ""

    @property
    def marks(self) -> Marks:
        """What it comes to when it is compared."""
        return marks_of(self.title, self.body, self.place, self.category)

    @property
    def text(self) -> str:
        """Title and words."""
        return f"{self.title} {self.body}"


@dataclass(frozen=True)
class Found:
    """A theme: its members by their numbers with how like its centre they are, and what it says."""

    title: str
    place: str
    people: tuple[str, ...]
    members: tuple[int, ...]
    scores: tuple[float, ...]
    centre: Vector
    standing: Standing


def find_themes(
    reports: Sequence[Told], least: int = LEAST, progress: Callable[[str], None] = lambda _: None
) -> list[Found]:
    """The themes of at least so many reports, the hottest first. Empty reports are in none."""
    progress(f"读{len(reports)}件")
    corpus = Corpus(report.marks for report in reports)
    progress("比较")
    until = max((report.day for report in reports if report.day), default=None)
    found = [
        describe(corpus, corpus.rows, members, reports, until)
        for members in group(corpus.rows, least)
        if _told_by_several([reports[member] for member in members])
    ]
    return sorted(found, key=lambda theme: order(theme.standing, theme.title))


@dataclass(frozen=True)
class Joined:
    """A report that came to a known theme: their numbers, and how like they are."""

    report: int
    theme: int
    score: float


@dataclass(frozen=True)
class Folded:
    """What new reports came to. `centres` holds what known centres are now, where any joined."""

    joined: list[Joined]
    centres: dict[int, Vector]
    found: list[Found]


def assign(
    known: Sequence[tuple[Vector, int]],
    reports: Sequence[Told],
    among: Sequence[Told] = (),
    least: int = LEAST,
) -> Folded:
    """Put reports into the themes known by their centres and sizes; the rest may form new ones.

    What words weigh is told by these reports and by those in `among`, which stay where they are.
    """
    corpus = Corpus(report.marks for report in (*reports, *among))
    rows = corpus.rows.span(0, len(reports))
    joined = _joined(corpus, rows, [centre for centre, _ in known])
    within = {join.report for join in joined}
    rest = [row for row in range(len(reports)) if row not in within]
    until = max((report.day for report in reports if report.day), default=None)
    groups = [[rest[member] for member in members] for members in group(rows.picked(rest), least)]
    found = [
        describe(corpus, rows, members, reports, until)
        for members in groups
        if _told_by_several([reports[member] for member in members])
    ]
    found, more = _known_after_all(corpus, [centre for centre, _ in known], found)
    joined += more
    return Folded(
        joined,
        _moved(corpus, rows, known, joined),
        sorted(found, key=lambda theme: order(theme.standing, theme.title)),
    )


def _joined(corpus: Corpus, rows: Rows, centres: Sequence[Vector]) -> list[Joined]:
    if not centres:
        return []
    best = enumerate(nearest(rows, corpus.read(centres)))
    return [Joined(row, *found) for row, found in best if found is not None]


def _known_after_all(
    corpus: Corpus, centres: Sequence[Vector], found: list[Found]
) -> tuple[list[Found], list[Joined]]:
    """The groups that are new, and the members of those that are a known matter in other words."""
    if not centres or not found:
        return found, []
    rows = corpus.read([theme.centre for theme in found])
    like = nearest(rows, corpus.read(centres), ONE_MATTER)
    joined = [
        Joined(member, best[0], score * best[1])
        for theme, best in zip(found, like, strict=True)
        if best is not None
        for member, score in zip(theme.members, theme.scores, strict=True)
    ]
    new = [theme for theme, best in zip(found, like, strict=True) if best is None]
    return new, joined


def _moved(
    corpus: Corpus, rows: Rows, known: Sequence[tuple[Vector, int]], joined: list[Joined]
) -> dict[int, Vector]:
    """The centres of the themes that reports joined, drawn a little to what came."""
    news: defaultdict[int, list[int]] = defaultdict(list)
    for join in joined:
        news[join.theme].append(join.report)
    return {
        theme: blended(*known[theme], corpus.kept(rows.picked(reports)))
        for theme, reports in sorted(news.items())
    }


def describe(
    corpus: Corpus, rows: Rows, members: Sequence[int], reports: Sequence[Told], until: date | None
) -> Found:
    """What a group of reports is: centre, title, place, people, figures."""
    own_rows = rows.picked(list(members))
    centre_rows = own_rows.centres([range(len(members))])
    centre = corpus.kept(centre_rows)[0]
    likened = scores(own_rows, centre_rows)
    nearest_first = sorted(range(len(members)), key=lambda at: (-likened[at], members[at]))
    own = [reports[member] for member in members]
    asked = [own[at] for at in nearest_first[:MEMBERS_ASKED]]
    place = place_of(
        [corpus.names[member] for member in members],
        [f"{report.place} {report.title}".strip() for report in own],
        [report.text for report in own],
    )
    return Found(
        title=title_of(corpus, asked, centre, place),
        place=place,
        people=tuple(people_of([report.text for report in own])),
        members=tuple(members),
        scores=tuple(likened),
        centre=centre,
        standing=_standing(own, until),
    )


def describe_alone(reports: Sequence[Told]) -> Found:
    """What these reports are, that are known to be of one theme, with nothing to compare them to."""
    corpus = Corpus(report.marks for report in reports)
    until = max((report.day for report in reports if report.day), default=None)
    return describe(corpus, corpus.rows, range(len(reports)), reports, until)


def title_of(corpus: Corpus, asked: Iterable[Told], centre: Vector, place: str) -> str:
    """The saying of a member that says most of the theme in a line, with the place."""
    best, title = 0.0, ""
    for said in dict.fromkeys(s for told in asked for s in sayings(told.title, told.body)):
        weight = dot(corpus.vector(marks_of(said, "")).words, centre.words) * plainness(said)
        if weight > best + 1e-9:
            best, title = weight, said
    return with_place(title or NO_TITLE, place)


def _told_by_several(own: Sequence[Told]) -> bool:
    """Whether more than one person tells of it, as far as that is known."""
    return not all(report.sender for report in own) or len({told.sender for told in own}) > 1


def _standing(own: Sequence[Told], until: date | None) -> Standing:
    return standing(
        [report.day for report in own],
        until,
        told=len({report.sender or normalise(report.text) for report in own}),
        senders_known=all(report.sender for report in own),
        votes=sum(report.votes for report in own),
        places=len({report.place for report in own if report.place}),
    )
