"""The life-cycle of a record as a table: which verb leads from which stage to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from huiban.kernel.base.errors import ImproperMove


@dataclass(frozen=True)
class Move:
    """`verb` leads from any of `sources` to `target`; where they are equal the stage stays."""

    verb: str
    sources: frozenset[str]
    target: str


@dataclass(frozen=True, eq=False)
class StageTable:
    """A life-cycle that proved itself sound when it was made, else ValueError in plain words.

    `labels` names every stage in the interface's language. Records are born in one of `births`,
    by default the first stage named. A stage in `finished` may be left (a case is reopened), but
    only by a move that starts at finished stages alone: nobody reopens by a slip in a long list.
    """

    name: str
    labels: Mapping[str, str]
    finished: frozenset[str]
    moves: Sequence[Move]
    births: frozenset[str] = frozenset()
    _targets: dict[tuple[str, str], str] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for move in self.moves:
            for source in move.sources:
                if (source, move.verb) in self._targets:
                    raise ValueError(f"{self.name}: {move.verb} from {source} is declared twice")
                self._targets[source, move.verb] = move.target
        if not self.births:
            object.__setattr__(self, "births", frozenset(list(self.labels)[:1]))
        faults = list(self._faults())
        if faults:
            raise ValueError(f"{self.name}: " + "; ".join(faults))

    def _faults(self) -> Iterator[str]:
        if not self.labels:
            yield "no stages"
        unknown = self._stages_used() - self.labels.keys()
        if unknown:
            yield f"unknown stage {', '.join(sorted(unknown))}"
        for move in self.moves:
            if not move.sources:
                yield f"{move.verb} starts nowhere"
            if move.sources & self.finished and move.sources - self.finished:
                yield f"{move.verb} leaves a finished stage together with an unfinished one"
        yield from self._stranded()

    def _stages_used(self) -> set[str]:
        ends = {move.target for move in self.moves}
        return ends.union(self.finished, self.births, *(move.sources for move in self.moves))

    def _stranded(self) -> Iterator[str]:
        reached = self._reached()
        for stage in self.labels:
            if stage not in reached:
                yield f"unreachable stage {stage}"
            elif stage not in self.finished and not self._exits(stage):
                yield f"no way out of {stage}, which isn't finished"

    def _exits(self, stage: str) -> set[str]:
        return {end for (source, _), end in self._targets.items() if source == stage} - {stage}

    def _reached(self) -> set[str]:
        reached: set[str] = set()
        waiting = set(self.births)
        while waiting:
            stage = waiting.pop()
            reached.add(stage)
            waiting |= self._exits(stage) - reached
        return reached

    def target(self, stage: str, verb: str) -> str:
        """Where `verb` leads from `stage`; ImproperMove, naming the stage, where it may not.

        A stage or verb that the table doesn't know at all is a slip in our code: ValueError.
        """
        if not self.may(stage, verb):
            raise ImproperMove(
                f"这件事现在是“{self.labels[stage]}”，不能这样办理，可能已有人先办了。"
                "请刷新页面，看清现在的情况再办。"
            )
        return self._targets[stage, verb]

    def verbs(self, stage: str) -> list[str]:
        """What may be done at `stage`, in the order the moves are declared."""
        self._know(stage)
        return list(dict.fromkeys(move.verb for move in self.moves if stage in move.sources))

    def may(self, stage: str, verb: str) -> bool:
        """Whether `verb` is proper at `stage`; ValueError where either is unknown to the table."""
        self._know(stage)
        if all(move.verb != verb for move in self.moves):
            raise ValueError(f"{self.name}: unknown verb {verb}")
        return (stage, verb) in self._targets

    def _know(self, stage: str) -> None:
        if stage not in self.labels:
            raise ValueError(f"{self.name}: unknown stage {stage}")
