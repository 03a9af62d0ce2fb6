"""Cases with a fault, each planted by the script that commits it and said with its rule and unit."""

from __future__ import annotations

from datetime import timedelta

from huiban.kernel.base.calendar import Allowance, deadline
from huiban.modules.supervision.tests.simulated_story import (
    BRANCHES,
    CALENDAR,
    COMMUNITIES,
    DEPARTMENTS,
    GROUP,
    STREETS,
    Script,
    Story,
    at_department,
    begin,
)
from huiban.modules.voice import kinds


def bounced_back(story: Story) -> None:
    """A → B → A, by a return that the sender consented to or by sending it straight back."""
    desk, department = at_department(story)
    story.work(30, 600)
    if story.rng.random() < 0.5:
        story.give_back(desk)
    else:
        story.send(desk)
        story.work(30, 600)
        story.accept()
    story.plant("bounced", department)
    story.work(30, 600)
    story.end_well()


def bounced_round(story: Story) -> None:
    """A → B → C → A; sometimes B's finger slipped on a branch first."""
    desk, department = at_department(story)
    if story.rng.random() < 0.5:
        story.send(story.rng.choice(BRANCHES))
        story.take_back(department)
    third = story.rng.choice([one for one in DEPARTMENTS if one != story.owner])
    story.work(30, 600)
    story.send(third)
    story.work(30, 600)
    story.send(desk)
    story.plant("bounced", third)
    story.work(30, 600)
    story.end_well()


def bounced_after_a_slip(story: Story) -> None:
    """A → B → A after B's finger slipped: on A itself, or on a branch, and was taken back."""
    desk, department = at_department(story)
    story.work(30, 600)
    story.accept()
    story.send(story.rng.choice([desk, story.rng.choice(BRANCHES)]))
    story.take_back(department)
    story.work(30, 600)
    story.send(desk)
    story.plant("bounced", department)
    story.work(30, 600)
    story.end_well()


def sent_down_again(story: Story) -> None:
    """A community asks for help, and the street sends it straight down again."""
    desk = begin(story)
    street = story.rng.choice(STREETS)
    story.send(street, kinds.ESCALATED)
    story.work(30, 600)
    story.accept()
    story.send(desk)
    story.plant("bounced", street)
    story.work(30, 600)
    story.end_well()


def stalled_then_taken(story: Story) -> None:
    """Taken on after more than two working days."""
    _, department = at_department(story)
    story.work(14 * 60 + 1, 30 * 60)
    story.accept()
    story.plant("stalled", department)
    story.work(5, 100)
    story.end_well()


def stalled_for_good(story: Story) -> None:
    """Never taken on; it rises by itself."""
    _, department = at_department(story)
    story.run_late()
    story.plant("stalled", department)
    story.send(GROUP, kinds.LIFTED)
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


def silent_until_late(story: Story) -> None:
    """Taken on, and nothing more."""
    _, department = at_department(story)
    story.work(30, 700)
    story.accept()
    story.run_late()
    story.plant("silent", department)
    story.work(30, 300)
    story.end_well()


def extended_again(story: Story) -> None:
    """Extended twice or more, sometimes with a slip of the finger in between."""
    _, department = at_department(story)
    story.work(30, 700)
    story.accept()
    story.add(kinds.DEFERRED, unit=department, days=3, before="", after="")
    if story.rng.random() < 0.5:
        story.send(story.rng.choice([one for one in DEPARTMENTS if one != department]))
        story.take_back(department)
    for _ in range(story.rng.randint(1, 3)):
        story.work(30, 400)
        story.add(kinds.DEFERRED, unit=department, days=3, before="", after="")
    story.plant("extended", department)
    story.work(30, 300)
    story.end_well()


def co_handler_lost(story: Story) -> None:
    """Asked in, and never heard of again."""
    desk = begin(story)
    other, good = story.rng.sample(DEPARTMENTS, 2)
    story.add(kinds.INVITED, unit=good, by_unit=desk)
    story.add(kinds.INVITED, unit=other, by_unit=desk)
    due = deadline(story.at, Allowance("working_days", 3), CALENDAR).due
    story.work(30, 600)
    story.add(kinds.PART_FINISHED, unit=good)
    story.run_late("assist", other, due)
    story.plant("co_handler_silent", other)
    story.work(5, 100)
    story.end_well()


def copied_answer(story: Story) -> None:
    """Another case's text, and nobody rates it, or it is explained away."""
    desk = begin(story)
    story.work(60, 900)
    by = story.answer(doubt=75, reasons=("same_as_earlier", "no_action"))
    if story.rng.random() < 0.5:
        story.close_unrated()
    else:
        story.rate("partly", "reviewing")
        story.step(kinds.EXPLAINED, "closed", unit=desk)
    story.plant("copied", by)


def reopened_later(story: Story) -> None:
    """Closed unrated, asked for again, reopened."""
    begin(story)
    story.work(60, 900)
    by = story.answer()
    story.close_unrated()
    story.at += timedelta(days=story.rng.randint(1, 20))
    story.step(kinds.REOPENING_ASKED, "reviewing", report="")
    story.soon()
    story.step(kinds.REOPENED, "handling", owes="handle", owner=by, unit=by)
    story.plant("reopened", by)
    story.work(30, 600)
    story.end_well()


def unsolved_answer(story: Story) -> None:
    """Answered as done; not solved, says the resident, and it is done again."""
    at_department(story)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    by = story.answer()
    story.rate("not_solved", "reviewing")
    story.plant("unsolved", by)
    story.soon()
    story.step(kinds.REOPENED, "handling", owes="handle", owner=by, unit=by)
    story.work(30, 600)
    story.end_well()


def against_list(story: Story) -> None:
    """A community is given what isn't on its list, or what it only assists with."""
    story.category = story.rng.choice(["illegal_building", "noise"])
    street = story.rng.choice(STREETS)
    story.report(street)
    story.soon()
    story.accept()
    story.send(story.rng.choice(COMMUNITIES))
    story.plant("outside_list", street)
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


def urgent_late(story: Story) -> None:
    """Life was at stake, and the department's two hours went by with the case taken on."""
    story.is_danger = True
    _, department = at_department(story)
    story.at += timedelta(minutes=5)
    story.accept()
    story.run_late()
    story.plant("urgent_missed", department)
    story.at += timedelta(minutes=5)
    story.end_well()


FAULTS: tuple[Script, ...] = (
    bounced_back,
    bounced_round,
    bounced_after_a_slip,
    sent_down_again,
    stalled_then_taken,
    stalled_for_good,
    silent_until_late,
    extended_again,
    co_handler_lost,
    copied_answer,
    reopened_later,
    unsolved_answer,
    against_list,
    urgent_late,
)


def asked_for_show(story: Story) -> None:
    """Taken on, a question for show, and silence until late."""
    _, department = at_department(story)
    story.work(30, 600)
    story.accept()
    story.soon()
    story.add(kinds.ASKED, unit=department)
    story.run_late()
    story.plant("silent", department)
    story.work(30, 300)
    story.end_well()


def taken_just_in_time(story: Story) -> None:
    """Let lie on purpose, and taken on an hour before it would show."""
    _, department = at_department(story)
    story.work(12 * 60, 13 * 60)
    story.accept()
    story.plant("stalled", department)
    story.work(5, 100)
    story.end_well()


def copied_with_other_words(story: Story) -> None:
    """Another case's text with some words changed, which the answer's event doesn't tell."""
    begin(story)
    story.work(60, 900)
    by = story.answer(doubt=55, reasons=("no_action",))
    story.close_unrated()
    story.plant("copied", by)


DISGUISES: tuple[Script, ...] = (asked_for_show, taken_just_in_time, copied_with_other_words)
