"""Small pieces that the sections of the paper share. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from huiban.kernel.base import papers as p

from .canonical import Section

NONE = "—"
HIDDEN = "＊"
HIDDEN_NOTE = "＊：数目或户数太少，为保护个人信息不单独列出；为防推算，有时相邻的一个也不列。"


def prose(*sentences: str) -> Iterator[p.Block]:
    """The sentences as one paragraph; nothing for none."""
    told = "".join(sentence for sentence in sentences if sentence)
    if told:
        yield p.Paragraph(told)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str,
    *,
    note: str = "",
    labels: int = 1,
    total: bool = False,
    shares: Sequence[float] | None = None,
) -> p.Table:
    """A table whose first `labels` columns are words and the others figures."""
    columns = tuple(
        p.Column(name, figures=at >= labels, share=shares[at] if shares else None)
        for at, name in enumerate(head)
    )
    return p.Table(columns, tuple(map(tuple, rows)), caption=caption, note=note, total=total)


def left_out(told: Section, name: str) -> int:
    """How many more there are than the list of that name holds; snapshots once held no count."""
    count: int = told.get(f"{name}_count", len(told[name]))
    return count - len(told[name])


def number(value: int | None) -> str:
    """A count as a table shows it; — where it isn't known."""
    return NONE if value is None else str(value)


def rate_words(one: Section) -> str:
    """`96.16%（23974/24932）`; — of nothing, ＊ where it is hidden."""
    if one["whole"] is None:
        return HIDDEN
    return f"{one['percent']}%（{one['part']}/{one['whole']}）" if one["whole"] else NONE


def change(value: int, base: int | None) -> str:
    """How much more or less, with its sign; — where the base isn't known."""
    if base is None:
        return NONE
    return "0" if value == base else f"{value - base:+d}".replace("-", "−")
