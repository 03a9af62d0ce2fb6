"""The scenes themselves, one function a desk, in the order in which they matter."""

from __future__ import annotations

from collections.abc import Callable

from huiban.kernel.territory.models import Unit
from huiban.modules.voice import actions

from .passed_around import passed_between_two
from .scenes import Script, Stage, word_for


def on_the_communitys_desk(s: Stage) -> None:
    """Fresh reports, one due today, one to dispatch, one that waits for the resident's reply."""
    mine = s.desk.unit
    old_house = s.desk.estates[2].buildings[3]
    s.tells(s.yesterday("18:20"), "lighting", 0, photos=1)
    s.tells(s.yesterday("20:05"), "e_bike", 0)
    s.tells(s.yesterday("21:15"), "noise", 1, spot=old_house)
    due = s.tells(s.workday(5, "09:50"), "cleanliness", 0, spot=old_house)
    due.then(s.workday(5, "10:20"), s.accept(mine))
    ready = s.tells(s.workday(2, "09:10"), "parking", 1, photos=1)
    ready.then(s.workday(2, "10:00"), s.accept(mine))
    asked = s.tells(s.workday(1, "08:50"), "cleanliness", 3)
    asked.then(s.workday(1, "09:30"), s.accept(mine))
    asked.then(s.workday(1, "15:20"), s.ask(mine))


def to_be_decided_by_the_community(s: Stage) -> None:
    """A return, a danger to verify, bad verdicts (one left lying), a call to make."""
    mine, green = s.desk.unit, s.department("green")
    returned = s.tells(s.workday(3, "16:30"), "greening", 3)
    returned.then(s.workday(2, "09:05"), s.accept(mine))
    returned.then(s.workday(2, "14:10"), s.dispatch(mine, green))
    returned.then(s.workday(1, "16:40"), s.say(green, actions.ask_return, "ask_return"))
    _verified_soon(s, "gas", s.department("gas"))
    _rated_badly(s, "elevator", 0, "market", answered=3, rated=1)
    _rated_badly(s, "garbage", 1, "city", answered=8, rated=5)
    called = s.tells(s.workday(8, "09:20"), "road", 1, reachable=True)
    _handled_by(s, called, s.department("city"), answered=8)


def _verified_soon(s: Stage, category: str, handler: Unit) -> None:
    mine = s.desk.unit
    danger = s.tells(s.workday(1, "15:02"), category, 0, danger=True)
    danger.then(s.workday(1, "15:06"), s.accept(mine))
    danger.then(s.workday(1, "15:07"), s.dispatch(mine, handler))
    danger.then(s.workday(1, "15:11"), s.accept(handler))
    danger.then(s.workday(1, "16:25"), s.answer(handler, danger))


def _handled_by(s: Stage, script: Script, handler: Unit, *, answered: int) -> None:
    """Dispatched and answered within one workday, since some clocks don't stop at weekends."""
    mine = script.plan.community.unit
    script.then(s.workday(answered, "09:40"), s.accept(mine))
    script.then(s.workday(answered, "09:50"), s.dispatch(mine, handler))
    script.then(s.workday(answered, "10:30"), s.accept(handler))
    script.then(s.workday(answered, "15:50"), s.answer(handler, script))


def _rated_badly(
    s: Stage, category: str, place: int, short: str, *, answered: int, rated: int
) -> Script:
    script = s.tells(s.workday(answered, "08:40"), category, place)
    _handled_by(s, script, s.department(short), answered=answered)
    return script.then_resident(s.workday(rated, "19:30"), script.rate_badly)


def from_others_to_the_community(s: Stage) -> None:
    """Passed on by the branch, sent down by the street, asked in beside another, to be erased."""
    mine, street = s.desk.unit, s.desk.street
    passed = s.tells(s.workday(2, "19:10"), "neighbour", 3, spot=s.desk.estates[0].buildings[5])
    passed.then(s.workday(1, "08:40"), s.accept(mine))
    passed.then(s.workday(1, "09:00"), s.dispatch(mine, s.branch))
    passed.then(s.workday(1, "09:30"), s.accept(s.branch))
    passed.then(s.workday(1, "15:30"), s.say(s.branch, actions.pass_on, "pass_on"))
    down = s.tells(s.workday(2, "09:30"), "courier", 2, channel="hotline")
    down.then(s.workday(2, "10:00"), s.accept(s.world.district))
    down.then(s.workday(2, "10:10"), s.dispatch(s.world.district, street))
    down.then(s.workday(2, "15:00"), s.accept(street))
    down.then(s.workday(1, "14:20"), s.dispatch(street, mine))
    traffic = s.department("traffic")
    helped = s.tells(s.workday(3, "11:15"), "parking", 0)
    helped.then(s.workday(3, "14:20"), s.accept(mine))
    helped.then(s.workday(3, "14:25"), s.dispatch(mine, traffic))
    helped.then(s.workday(2, "09:10"), s.accept(traffic))
    helped.then(s.workday(1, "10:30"), s.by(traffic, actions.invite, [mine.id], "请帮忙联系车主。"))
    gone = s.tells(s.workday(6, "12:20"), "elder_care", 1, reachable=True)
    gone.then(s.workday(6, "14:30"), s.accept(mine))
    gone.then(s.workday(5, "10:00"), s.answer(mine, gone))
    gone.then_resident(s.workday(5, "18:00"), gone.rate_well)
    gone.then_resident(s.yesterday("12:10"), gone.ask_erasure)


def on_the_secretarys_desk(s: Stage) -> None:
    """One to accept, one in hand, one that waits for the resident's reply."""
    mine = s.desk.unit
    for place, category in enumerate(("neighbour", "noise", "e_bike")):
        spot = s.desk.estates[0].buildings[place]
        told = s.tells(s.workday(2, f"18:{place}5"), category, place, spot=spot)
        told.then(s.workday(1, f"09:0{place}"), s.accept(mine))
        told.then(s.workday(1, f"10:0{place}"), s.dispatch(mine, s.branch))
        if place:
            told.then(s.workday(1, f"14:3{place}"), s.accept(s.branch))
        if place == 2:
            told.then(s.workday(1, "17:00"), s.ask(s.branch))


def on_the_streets_desk(s: Stage) -> None:
    """Escalated, risen by itself, a danger to verify, a bad verdict, a call, one in hand."""
    mine, street = s.desk.unit, s.desk.street
    up = s.tells(s.workday(2, "08:45"), "illegal_building", 2)
    up.then(s.workday(2, "09:30"), s.accept(mine))
    up.then(s.workday(1, "11:30"), s.say(mine, actions.escalate, "escalate"))
    s.tells(s.workday(4, "09:00"), "cleanliness", 5, community=s.world.communities[1])
    danger = s.tells(s.workday(1, "13:40"), "maintenance_fund", 0, danger=True)
    danger.then(s.workday(1, "13:45"), s.accept(mine))
    danger.then(s.workday(1, "15:00"), s.answer(mine, danger))
    bad = s.tells(s.workday(5, "10:10"), "cleanliness", 1)
    bad.then(s.workday(5, "10:40"), s.accept(mine))
    bad.then(s.workday(4, "09:40"), s.answer(mine, bad))
    bad.then_resident(s.workday(1, "18:40"), bad.rate_badly)
    called = s.tells(s.workday(10, "10:10"), "elder_care", 5, reachable=True)
    called.then(s.workday(10, "14:40"), s.accept(mine))
    called.then(s.workday(8, "16:40"), s.answer(mine, called))
    taken = s.tells(s.workday(3, "16:10"), "traffic", 3, community=s.world.communities[2])
    other = s.world.communities[2].unit
    taken.then(s.workday(2, "08:50"), s.accept(other))
    taken.then(s.workday(2, "11:10"), s.say(other, actions.escalate, "escalate"))
    taken.then(s.workday(1, "09:20"), s.accept(street))


def on_the_departments_desk(s: Stage) -> None:
    """To accept, in hand, due today, waiting, reopened, asked back, asked in beside another."""
    city = s.department("city")
    far = s.world.communities[9]
    fresh = s.tells(s.workday(1, "10:20"), "lighting", 1, community=far, photos=1)
    _sent(s, fresh, city, 1, "14:10", "15:10")
    held = s.tells(s.workday(3, "07:50"), "garbage", 2)
    _sent(s, held, city, 2, "09:10", "09:20").then(s.workday(1, "08:50"), s.accept(city))
    due = s.tells(s.workday(5, "08:10"), "stall", 1, community=far)
    _sent(s, due, city, 5, "10:30", "11:00").then(s.workday(5, "15:30"), s.accept(city))
    asked = s.tells(s.workday(3, "18:30"), "road", 2, community=s.world.communities[20])
    _sent(s, asked, city, 2, "09:00", "09:15").then(s.workday(2, "14:10"), s.accept(city))
    asked.then(s.workday(1, "16:10"), s.ask(city))
    again = s.tells(s.workday(7, "09:10"), "illegal_building", 1, community=far)
    _handled_by(s, again, city, answered=7)
    again.then_resident(s.workday(5, "20:10"), again.rate_badly)
    reopen = s.by(far.unit, actions.review, True, word_for("review_reopen"))
    again.then(s.workday(4, "10:10"), reopen)
    back = s.tells(s.workday(2, "19:40"), "road", 4, community=s.world.communities[30])
    _sent(s, back, city, 1, "09:20", "09:30")
    back.then(s.workday(1, "16:00"), s.say(city, actions.ask_return, "ask_return"))
    beside = s.tells(s.workday(3, "10:00"), "parking", 5, community=far)
    traffic = s.department("traffic")
    _sent(s, beside, traffic, 3, "11:00", "11:10").then(s.workday(2, "08:40"), s.accept(traffic))
    invite = s.by(traffic, actions.invite, [city.id], word_for("invite_department"))
    beside.then(s.workday(1, "11:20"), invite)


def _sent(s: Stage, script: Script, unit: Unit, before: int, accepted: str, sent: str) -> Script:
    """Accepted and dispatched by its community on one day."""
    mine = script.plan.community.unit
    script.then(s.workday(before, accepted), s.accept(mine))
    return script.then(s.workday(before, sent), s.dispatch(mine, unit))


def on_the_groups_desk(s: Stage) -> None:
    """Escalated by a street, risen from a department, one in hand."""
    for place, (number, category) in enumerate(((3, "traffic"), (11, "property"))):
        community = s.world.communities[number]
        told = s.tells(s.workday(4, f"09:3{place}"), category, place, community=community)
        told.then(s.workday(4, f"10:3{place}"), s.accept(community.unit))
        told.then(s.workday(3, "09:40"), s.say(community.unit, actions.escalate, "escalate"))
        told.then(s.workday(3, "14:20"), s.accept(community.street))
        told.then(s.workday(1, "10:50"), s.say(community.street, actions.escalate, "escalate"))
        if place:
            told.then(s.workday(1, "15:10"), s.accept(s.world.group))
    late = s.tells(s.workday(9, "15:00"), "drainage", 3, community=s.world.communities[14])
    _sent(s, late, s.department("water"), 8, "08:50", "09:00")


def on_the_districts_desk(s: Stage) -> None:
    """Reports without a tag: fresh, in hand, and one whose answer didn't please."""
    mine = s.world.district
    s.tells(s.yesterday("17:40"), "consumer", 1, channel="web")
    s.tells(s.yesterday("20:30"), "social_security", 0, channel="hotline")
    held = s.tells(s.workday(2, "10:20"), "traffic", 2, channel="hotline")
    held.then(s.workday(2, "14:20"), s.accept(mine))
    bad = s.tells(s.workday(5, "11:00"), "consumer", 4, channel="web", reachable=True)
    market = s.department("market")
    bad.then(s.workday(5, "14:30"), s.dispatch(mine, market))
    bad.then(s.workday(4, "09:10"), s.accept(market))
    bad.then(s.workday(3, "10:20"), s.answer(market, bad))
    bad.then_resident(s.workday(1, "13:00"), bad.rate_badly)


SCENES: tuple[Callable[[Stage], None], ...] = (
    on_the_communitys_desk,
    to_be_decided_by_the_community,
    on_the_secretarys_desk,
    on_the_streets_desk,
    on_the_departments_desk,
    on_the_groups_desk,
    on_the_districts_desk,
    from_others_to_the_community,
    passed_between_two,
)
