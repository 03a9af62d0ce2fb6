"""Themes 热点: matters that keep coming back, with a title from their own words.

`find_themes` reads a whole file of reports; `assign` puts new reports into themes that are known,
whose centres and titles stay as they are, so that a day more changes nothing that stands already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huiban.kernel.base.text import normalise

from .clustering import group, nearest, scores
from .clustering_space import Corpus, Rows, Vector, dot
from .ranking import Standing, order, standing
from .themes_words import Marks, marks_of
from .titles import people_of, place_of, plainness, sayings, with_place

LEAST = 3
# The title is sought among so many members: those nearest to the centre.
MEMBERS_ASKED = 40
NO_TITLE = "内容相近的反映"


@dataclass(frozen=True)
class Told:
    """A report as themes are found in it: `place` is what is known beside the words, in words."""

    title: str
    body: str
    day: date | None = None
    place: str = ""
    category: str = ""
    votes: int = 0

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
    ]
    return sorted(found, key=lambda theme: order(theme.standing, theme.title))


@dataclass(frozen=True)
class Folded:
    """What a day's reports came to: those that joined a known theme, and the themes that are new.

    `joined` holds the number of the report, that of the theme, and how like they are.
    """

    joined: list[tuple[int, int, float]]
    found: list[Found]


def assign(
    known: Sequence[Vector],
    reports: Sequence[Told],
    among: Sequence[Told] = (),
    least: int = LEAST,
) -> Folded:
    """Put reports into the themes that are known by their centres; the rest may form new ones.

    What words weigh is told by these reports and by those in `among`, which stay where they are.
    """
    corpus = Corpus(report.marks for report in (*reports, *among))
    rows = corpus.rows.span(0, len(reports))
    nearest_theme = nearest(rows, corpus.read(known)) if known else [None] * len(reports)
    joined = [(row, *best) for row, best in enumerate(nearest_theme) if best is not None]
    rest = [row for row, best in enumerate(nearest_theme) if best is None]
    until = max((report.day for report in reports if report.day), default=None)
    found = [
        describe(corpus, rows, [rest[member] for member in members], reports, until)
        for members in group(rows.picked(rest), least)
    ]
    return Folded(joined, sorted(found, key=lambda theme: order(theme.standing, theme.title)))


def describe(
    corpus: Corpus, rows: Rows, members: Sequence[int], reports: Sequence[Told], until: date | None
) -> Found:
    """What a group of reports is: centre, title, place, people, figures."""
    centre_rows = rows.centres([members])
    centre = corpus.kept(centre_rows)[0]
    likened = scores(rows, members, centre_rows)
    nearest_first = sorted(range(len(members)), key=lambda at: (-likened[at], members[at]))
    own = [reports[member] for member in members]
    asked = [own[at] for at in nearest_first[:MEMBERS_ASKED]]
    place = place_of(
        [corpus.names[member] for member in members],
        [report.title for report in own],
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


def title_of(corpus: Corpus, asked: Iterable[Told], centre: Vector, place: str) -> str:
    """The saying of a member that says most of the theme in a line, with the place."""
    best, title = 0.0, ""
    for said in dict.fromkeys(s for told in asked for s in sayings(told.title, told.body)):
        weight = dot(corpus.vector(marks_of(said, "")).words, centre.words) * plainness(said)
        if weight > best + 1e-9:
            best, title = weight, said
    return with_place(title or NO_TITLE, place)


def _standing(own: Sequence[Told], until: date | None) -> Standing:
    return standing(
        [report.day for report in own],
        until,
        told=len({normalise(report.text) for report in own}),
        votes=sum(report.votes for report in own),
        places=len({report.place for report in own if report.place}),
    )
