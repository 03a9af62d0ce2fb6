"""Which theme stands first, by a sum that a person can follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RECENT_DAYS = 7
MOST_FOR_VOTES = 20


@dataclass(frozen=True)
class Wording:
    """How figures are said: of a table's votes and places, or of the platform's own."""

    votes: str = "点赞和反对{}票"
    places: str = "{}个地点"
    votes_rule: str = "点赞和反对每10票算1"
    told_rule: str = "反映的人数（不知道是谁的，按不同内容算）"
    votes_for_one: int = 10


OF_A_TABLE = Wording()
OF_CASES = Wording(
    votes="另有{}人也遇到",
    places="{}个小区",
    votes_rule="也遇到的人数",
    told_rule="件数",
    votes_for_one=1,
)


def rule(wording: Wording = OF_A_TABLE) -> str:
    """How the heat comes about, in one sentence."""
    return (
        f"热度＝{wording.told_rule}＋有人反映的天数＋最近{RECENT_DAYS}天的件数×2"
        f"＋{wording.votes_rule}（最多算{MOST_FOR_VOTES}）"
    )


@dataclass(frozen=True)
class Standing:
    """The figures that a theme is ranked by; days are China's."""

    size: int
    told: int
    days: int
    recent: int
    before: int
    votes: int = 0
    places: int = 0
    first: date | None = None
    last: date | None = None
    wording: Wording = OF_A_TABLE
    senders_known: bool = False

    @property
    def heat(self) -> int:
        """The sum that `rule` describes."""
        votes = min(self.votes // self.wording.votes_for_one, MOST_FOR_VOTES)
        return self.told + self.days + 2 * self.recent + votes

    @property
    def growth(self) -> int:
        """How many more came in the last week than in the one before."""
        return self.recent - self.before

    def reasons(self) -> str:
        """Why it stands where it stands, in a line."""
        said = [f"{self.size}件"]
        if self.told < self.size:
            said.append(f"{self.told}人反映" if self.senders_known else f"不同内容{self.told}件")
        said += [f"{self.days}天有人反映"] if self.days > 1 else []
        said += [f"最近{RECENT_DAYS}天{self.recent}件"] if self.recent else []
        said += [self.wording.votes.format(self.votes)] if self.votes else []
        said += [self.wording.places.format(self.places)] if self.places > 1 else []
        return " · ".join(said)


def standing(
    days: Sequence[date | None],
    until: date | None,
    *,
    told: int,
    votes: int = 0,
    places: int = 0,
    wording: Wording = OF_A_TABLE,
    senders_known: bool = False,
) -> Standing:
    """The figures of reports of these days (None where the day isn't known), seen from `until`."""
    known = [day for day in days if day is not None]
    week, fortnight = timedelta(days=RECENT_DAYS), timedelta(days=2 * RECENT_DAYS)
    recent = sum(until - week < day <= until for day in known) if until else 0
    before = sum(until - fortnight < day <= until - week for day in known) if until else 0
    return Standing(
        size=len(days),
        told=told,
        days=len(set(known)),
        recent=recent,
        before=before,
        votes=votes,
        places=places,
        first=min(known, default=None),
        last=max(known, default=None),
        wording=wording,
        senders_known=senders_known,
    )


def order(one: Standing, title: str) -> tuple[int, int, int, str]:
    """What themes are sorted by: the hottest first, then the larger, the later, the title."""
    return (-one.heat, -one.size, -(one.last.toordinal() if one.last else 0), title)
