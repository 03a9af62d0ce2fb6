"""Learning anew from what workers decided: the new model is used only where it is better."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db.models import F

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal

from ..learning.categories.examples import Example, new_version
from ..learning.categories.features import read_text
from ..learning.categories.start import examples_to_start_with, model_in_use_or_first
from ..learning.categories.store import forget_models, save_model, use_model
from ..learning.categories.tries import Try, keep_try
from ..models import Report
from ..suggesting import models_folder

# Enough for a year of a district; more would only take longer.
MOST_EXAMPLES = 20_000
# A fifth of the cases is never learnt from, so that every model is tried on cases new to it.
PARTS = 5
LEAST_HELD_BACK = 20


@dataclass(frozen=True)
class Lessons:
    """What workers decided: examples to learn from, and those held back to try models on."""

    learnt: list[Example]
    held_back: list[Example]


def lessons() -> Lessons:
    """The newest decided cases whose words are still there, parted by their keys."""
    decided = (
        Report.objects.filter(
            opened_case=None, erased_at=None, case__reading__decided_at__isnull=False
        )
        .annotate(chosen=F("case__reading__chosen"))
        .order_by("-case__reading__decided_at")
        .values_list("case_id", "title", "text", "chosen")
    )
    found = Lessons([], [])
    for case_id, title, text, chosen in decided[:MOST_EXAMPLES]:
        if title or text:
            # The end of a key is drawn by chance, so this says nothing about the case.
            side = found.held_back if case_id.int % PARTS == 0 else found.learnt
            side.append(Example(read_text(title, text), chosen))
    return found


def learn(folder: Path | None = None) -> Try:
    """Learn a model from our own sentences and the district's decisions, and try it.

    It is used from now on if its macro-F1 on the held back cases is higher than that of the model
    in use; either way the try is kept. Raises Refusal when too few cases were decided so far.
    """
    # What learning needs is large, and only whoever learns needs it.
    from ..learning.categories.evaluation import judged
    from ..learning.categories.training import train

    folder = folder or models_folder()
    taught = lessons()
    if len(taught.held_back) < LEAST_HELD_BACK:
        raise Refusal(
            f"已确认分类的反映还不够：留作考题的只有{len(taught.held_back)}件，至少要"
            f"{LEAST_HELD_BACK}件（约{LEAST_HELD_BACK * PARTS}件反映）。现用的模型照常用。"
        )
    examples = [*taught.learnt, *examples_to_start_with()]
    now = clock.now()
    facts = {"trained_at": now.isoformat(), "source": "lessons", "lessons": len(taught.learnt)}
    made = train(examples, new_version(now, examples), facts)
    before = model_in_use_or_first(folder)
    old, new = judged(before, taught.held_back), judged(made, taught.held_back)
    better = new.macro_f1 > old.macro_f1
    if better:
        save_model(made, folder)
        use_model(folder, made.version)
        forget_models(folder)
    tried = Try(
        at=now.isoformat(),
        version=made.version,
        before=before.version,
        lessons=len(taught.learnt),
        held_back=len(taught.held_back),
        macro_f1=new.macro_f1,
        macro_f1_before=old.macro_f1,
        used=better,
    )
    keep_try(folder, tried)
    return tried
