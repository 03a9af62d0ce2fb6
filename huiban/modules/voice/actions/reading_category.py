"""Reading what a report is about, and keeping what people made of the suggestion."""

from __future__ import annotations

from huiban.kernel.access.actor import SYSTEM
from huiban.kernel.base import clock
from huiban.kernel.duties import actions as duties
from huiban.kernel.moves.actions import note
from huiban.kernel.vocab.queries import setting

from .. import kinds
from ..models import Case, Reading, Report
from ..suggesting import suggest_categories
from .steps import allowed

TAKEN, CHANGED = "taken", "changed"
# Few reports need more to say what they are about; the rest of a long letter costs time.
LONGEST_READ = 4000


def read_category(case: Case, report: Report, reading: Reading) -> None:
    """Suggest categories; where none is known and the first is likely, it holds until changed."""
    reading.model, choices = suggest_categories(report.title, report.text[:LONGEST_READ])
    reading.choices = [
        [choice.code, round(choice.confidence, 4), list(choice.words)] for choice in choices
    ]
    least = int(setting(kinds.SURE_PERCENT)) / 100
    reading.sure = bool(choices) and choices[0].confidence >= least
    if reading.outcome:
        reading.outcome = _outcome(reading, reading.chosen)
    if reading.sure and not case.category and case.stage not in Case.STAGES.finished:
        due = set_category(case, choices[0].code, "model")
        payload = {"category": case.category, "before": "", "source": "model", "due": due}
        note(case, SYSTEM, kinds.CATEGORISED, payload)


def set_category(case: Case, category: str, source: str) -> str:
    """Set a locked case's category; the open clock runs by its time, from its old start.

    Gives when the lead duty is due from now on, in ISO's form; "" where there is none.
    """
    case.category, case.category_source = category, source
    case.save(update_fields=["category", "category_source"])
    duty = duties.lead_of(case.pk)
    if duty is None:
        return ""
    time = allowed(duty.kind, duty.tier, case)
    duties.change_allowance(duty, time.allowance, time.rule)
    return duty.due_at.isoformat()


def keep_decision(case: Case) -> None:
    """Keep which category a person gave a locked case, beside what had been suggested.

    Each is an example that the next model learns from; the last word counts.
    """
    if not case.category:
        return
    reading = Reading.objects.filter(case_id=case.pk).first()
    if reading is None:
        reading = Reading(case=case, read_at=clock.now())
    elif reading.chosen == case.category:
        return
    reading.chosen, reading.decided_at = case.category, clock.now()
    reading.outcome = _outcome(reading, case.category)
    reading.save(force_insert=reading._state.adding)


def _outcome(reading: Reading, chosen: str) -> str:
    return TAKEN if reading.choices and reading.choices[0][0] == chosen else CHANGED
