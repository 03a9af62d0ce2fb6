"""What supervision does when something has happened: it reads the case again."""

from __future__ import annotations

from huiban.kernel.events.models import Event
from huiban.kernel.events.registry import reaction
from huiban.modules.voice.models import Case

from .actions import watching
from .rules import WATCHED


@reaction("supervision.watch", *sorted(WATCHED))
def watch(event: Event) -> None:
    """Keep what this link completed, under the rules that are switched on."""
    if event.subject_type == Case.SUBJECT:
        watching.watch(event)
