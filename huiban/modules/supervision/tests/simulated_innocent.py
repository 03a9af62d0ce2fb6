"""Cases in which nothing is wrong, however much it may look so; and some that look worse still."""

from __future__ import annotations

from datetime import timedelta

from huiban.modules.supervision.tests.simulated_story import (
    BRANCHES,
    COMMUNITIES,
    DEPARTMENTS,
    STREETS,
    Script,
    Story,
    at_department,
    begin,
)
from huiban.modules.voice import kinds


def plain(story: Story) -> None:
    """Handled where it was told."""
    begin(story)
    story.work(60, 1200)
    story.end_well()


def dispatched(story: Story) -> None:
    """Handled where it was sent to, taken on in time."""
    at_department(story)
    story.work(30, 780)
    story.accept()
    story.work(60, 900)
    story.end_well()


def guided(story: Story) -> None:
    """The branch passes it on after days without taking it on; the community has it again."""
    begin(story)
    story.send(story.rng.choice(BRANCHES))
    story.work(60, 800)
    story.send(story.links[0].payload["unit"], kinds.PASSED_ON)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.end_well()


def escalated(story: Story) -> None:
    """What a community can't do goes up, and from there to a department."""
    begin(story)
    story.send(story.rng.choice(STREETS), kinds.ESCALATED)
    story.work(30, 700)
    story.accept()
    story.send(story.rng.choice(DEPARTMENTS))
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.end_well()


def up_where_it_came_from(story: Story) -> None:
    """The street sends it down, the community can't do it and asks the street again: a right."""
    street = story.rng.choice(STREETS)
    story.report(street)
    story.soon()
    story.accept()
    story.send(story.rng.choice(COMMUNITIES))
    story.work(30, 700)
    story.accept()
    story.send(street, kinds.ESCALATED)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.end_well()


def taken_back_at_once(story: Story) -> None:
    """A slip of the finger: sent, taken back, sent to the right one."""
    desk, department = at_department(story)
    story.take_back(desk)
    story.soon()
    story.send(story.rng.choice([one for one in DEPARTMENTS if one != department]))
    story.work(30, 700)
    story.accept()
    story.work(30, 900)
    story.end_well()


def slipped_back(story: Story) -> None:
    """The department's finger slips on the unit that had sent it, and takes that back."""
    desk, department = at_department(story)
    story.work(30, 600)
    story.accept()
    story.send(desk)
    story.take_back(department)
    story.work(30, 600)
    story.end_well()


def told_before_a_slip(story: Story) -> None:
    """The resident was asked; a slip that was taken back doesn't make that unsaid."""
    _, department = at_department(story)
    story.work(30, 600)
    story.accept()
    story.soon()
    story.add(kinds.ASKED, unit=department)
    story.send(story.rng.choice([one for one in DEPARTMENTS if one != department]))
    story.take_back(department)
    story.run_late()
    story.work(30, 300)
    story.end_well()


def slipped_to_a_community(story: Story) -> None:
    """What a community may not be given reaches it by a slip of the street's finger."""
    story.category = "illegal_building"
    street = story.rng.choice(STREETS)
    story.report(street)
    story.soon()
    story.accept()
    story.send(story.rng.choice(COMMUNITIES))
    story.take_back(street)
    story.work(30, 600)
    story.end_well()


def extended_once(story: Story) -> None:
    """Once, for a week, and done."""
    _, department = at_department(story)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.add(kinds.DEFERRED, unit=department, days=5, before="", after="")
    story.work(30, 900)
    story.end_well()


def co_handled(story: Story) -> None:
    """The co-handler says in time what it did."""
    desk = begin(story)
    other = story.rng.choice(DEPARTMENTS)
    story.add(kinds.INVITED, unit=other, by_unit=desk)
    story.work(60, 1000)
    story.add(kinds.PART_FINISHED, unit=other)
    story.work(30, 600)
    story.end_well()


def late_though_it_told(story: Story) -> None:
    """Not done in time, but the resident was asked and knows."""
    _, department = at_department(story)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.add(kinds.ASKED, unit=department)
    story.run_late()
    story.work(30, 300)
    story.end_well()


def copied_and_content(story: Story) -> None:
    """One cause, many cases, one answer, and the resident says that it is solved."""
    begin(story)
    story.work(60, 900)
    story.answer(doubt=70, reasons=("same_as_earlier",))
    story.rate("solved")


def copied_and_solved_if_not_content(story: Story) -> None:
    """One answer for one cause: solved, says the resident, not content; a person explains."""
    desk = begin(story)
    story.work(60, 900)
    story.answer(doubt=90, reasons=("same_as_earlier",))
    story.rate("solved", "reviewing")
    story.soon()
    story.step(kinds.EXPLAINED, "closed", unit=desk)


def partly_solved(story: Story) -> None:
    """Rated as partly solved, and explained."""
    desk = begin(story)
    story.work(60, 900)
    story.answer()
    story.rate("partly", "reviewing")
    story.soon()
    story.step(kinds.EXPLAINED, "closed", unit=desk)


def urgent_in_time(story: Story) -> None:
    """Life was at stake, and everybody was quick."""
    story.is_danger = True
    at_department(story)
    story.soon()
    story.accept()
    story.soon()
    story.end_well()


def branch_late(story: Story) -> None:
    """A branch lets it lie until it rises by itself: it guides and is never the subject."""
    begin(story)
    story.send(story.rng.choice(BRANCHES))
    story.run_late()
    desk = story.links[0].payload["unit"]
    story.send(desk, kinds.LIFTED)
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


CLEAN: tuple[Script, ...] = (
    plain,
    dispatched,
    guided,
    escalated,
    up_where_it_came_from,
    taken_back_at_once,
    slipped_back,
    told_before_a_slip,
    slipped_to_a_community,
    extended_once,
    co_handled,
    late_though_it_told,
    copied_and_content,
    copied_and_solved_if_not_content,
    partly_solved,
    urgent_in_time,
    branch_late,
)


def returned_rightly(story: Story) -> None:
    """Sent to the wrong department, rightly returned once, and done by the right one."""
    desk, department = at_department(story)
    story.work(30, 400)
    story.give_back(desk)
    story.send(story.rng.choice([one for one in DEPARTMENTS if one != department]))
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


def broke_again(story: Story) -> None:
    """Mended and closed; weeks later it broke again, and the resident asked by the old receipt."""
    begin(story)
    story.work(60, 900)
    by = story.answer()
    story.close_unrated()
    story.at += timedelta(days=story.rng.randint(12, 19))
    story.step(kinds.REOPENING_ASKED, "reviewing", report="")
    story.soon()
    story.step(kinds.REOPENED, "handling", owes="handle", owner=by, unit=by)
    story.work(30, 600)
    story.end_well()


LOOKALIKES: tuple[Script, ...] = (returned_rightly, broke_again)
