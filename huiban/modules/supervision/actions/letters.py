"""Letters: drafted from confirmed findings, issued by a person, given up or taken back.

Nothing is ever sent by itself. Each verb locks the letter (drafting, the one that it goes beyond),
then the findings, and issuing then the counter of its level and year, in that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance, deadline
from huiban.kernel.base.errors import ImproperMove, Refusal, Unseen
from huiban.kernel.moves.actions import bear, lock_record, move, note
from huiban.kernel.territory.models import Level as UnitLevel
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import current_unit
from huiban.kernel.vocab.queries import calendar

from .. import kinds, rules_letters, stages
from ..models import Finding, Letter, LetterCounter, LetterFinding, Requirement
from ..queries.desks import ADDRESSEES, supervising_scope, supervising_seat
from ..queries.grounds import grounds_of, required_of
from ..queries.levels import level_named, number_of
from .words import account_of, line_of, owed_by, owed_by_setting, own_key, words_of

MOST_GROUNDS = 100
MOST_REQUIREMENTS = 9
LONGEST_TITLE, LONGEST_FACTS, LONGEST_REQUIREMENT, LONGEST_REASON = 80, 4000, 500, 500
MOST_REPLY_DAYS = 60
CHANGED = "别人刚改过这份稿。请刷新页面，看清现在的内容再改。"


def draft_letter(
    actor: Actor, level: str, finding_ids: Sequence[UUID], key: str, follows: UUID | None = None
) -> Letter:
    """Draft a letter of a level to the unit that these confirmed findings are about.

    The same key again gives the first draft. `follows` names the letter that it goes beyond.
    Raises Refusal for findings of several units, unconfirmed ones, those that another letter rests
    on already, or a unit that is never written to; ImproperMove where a letter follows already.
    """
    own = own_key(actor, key)
    if (before := _of_key(own)) is not None:
        return before
    try:
        with transaction.atomic():
            return _draft(actor, level, finding_ids, own, follows)
    except IntegrityError:
        if (before := _of_key(own)) is not None:
            return before
        raise


def _of_key(key: str) -> Letter | None:
    return Letter.objects.everywhere("found by its own key").filter(key=key).first()


def _draft(
    actor: Actor, level: str, finding_ids: Sequence[UUID], key: str, follows: UUID | None
) -> Letter:
    chosen = level_named(level)
    line = _line_of(actor, follows)
    findings = _confirmed(actor, finding_ids)
    # The same form sent twice at once waited for these locks: the first draft is what it asks for.
    if (before := _of_key(key)) is not None:
        return before
    _refuse_second(findings, line)
    addressee = current_unit(findings[0].unit_id)
    seat = supervising_seat(actor, addressee.path.district_id)
    check_addressee(addressee, seat)
    grounds = grounds_of(findings)
    now = clock.now()
    letter = Letter(
        stage=stages.DRAFT,
        key=key,
        district_id=addressee.path.district_id,
        street_id=addressee.path.street_id,
        community_id=addressee.path.community_id,
        issuer_id=seat.unit_id,
        addressee_id=addressee.id,
        level=chosen.code,
        title=rules_letters.drafted_title(chosen.name, [ground.rule_name for ground in grounds]),
        facts=rules_letters.drafted_facts(grounds)[:LONGEST_FACTS],
        reply_days=chosen.reply_days,
        drafted_at=now,
        drafted_by_id=account_of(actor),
        follows_id=follows,
    )
    issuer = Unit.objects.get(pk=seat.unit_id)
    bear(
        letter,
        actor,
        kind=kinds.LETTER_DRAFTED,
        payload={
            "level": chosen.code,
            "addressee": str(addressee.id),
            "findings": len(findings),
        },
        opens=owed_by_setting(issuer, "letter_draft", kinds.DRAFT_DAYS),
    )
    LetterFinding.objects.bulk_create(
        LetterFinding(letter=letter, finding=finding) for finding in findings
    )
    _write_requirements(letter, required_of([ground.rule for ground in grounds]))
    return letter


def _confirmed(actor: Actor, finding_ids: Sequence[UUID]) -> list[Finding]:
    wanted = list(dict.fromkeys(finding_ids))
    if not wanted:
        raise Refusal("请至少选一条已认定的发现作为依据。", "findings")
    if len(wanted) > MOST_GROUNDS:
        raise Refusal(f"一封文书最多依据{MOST_GROUNDS}条发现，请少选一些。", "findings")
    # Whoever else drafts from one of them waits here, and then finds them used.
    seen = Finding.objects.within(supervising_scope(actor)).select_for_update(of=("self",))
    found = sorted(seen.filter(pk__in=wanted).order_by("id"), key=lambda one: (one.at, one.id))
    if len(found) != len(wanted):
        raise Unseen("有选中的发现没有找到。请刷新页面再选。")
    _refuse_unconfirmed(found)
    if len({current_unit(finding.unit_id).id for finding in found}) > 1:
        raise Refusal("选中的发现涉及几个单位。一封文书只发一个单位，请分开拟稿。", "findings")
    return found


def _refuse_unconfirmed(findings: Sequence[Finding]) -> None:
    others = [f for f in findings if f.state != Finding.State.CONFIRMED]
    if others:
        named = "、".join(f.case_reference or "一条发现" for f in others[:3])
        raise Refusal(
            f"作为依据的发现里有{len(others)}条不是“已认定”（{named}）。请先研判，或不用这几条。",
            "findings",
        )


def _refuse_second(findings: Sequence[Finding], line: Sequence[UUID]) -> None:
    """Raise Refusal for findings that a letter outside the line rests on.

    Raises ImproperMove where the line goes on already. What was given up or recalled doesn't count.
    """
    after = Letter.objects.everywhere("asked for the one it follows").filter(follows__in=line[:1])
    if after.exclude(stage__in=stages.WITHDRAWN).exists():
        raise ImproperMove("这封文书已经有人拟了下一级的稿。请刷新页面再看。")
    used = LetterFinding.objects.filter(finding__in=findings).exclude(letter_id__in=line)
    standing = used.exclude(letter__stage__in=stages.WITHDRAWN).order_by("finding_id")
    named = dict(standing.values_list("finding_id", "finding__case_reference"))
    if named:
        some = "、".join(reference or "一条发现" for reference in list(named.values())[:3])
        raise Refusal(
            f"选中的发现里有{len(named)}条已经是另一封文书的依据（{some}）。请刷新页面再选。",
            "findings",
        )


def check_addressee(unit: Unit, seat: Seat) -> None:
    """Raise Refusal for a unit that is never written to: an estate, its branch, oneself."""
    if unit.level in (UnitLevel.BRANCH, UnitLevel.ESTATE) or unit.level not in ADDRESSEES:
        raise Refusal(f"{unit.name}是引导单位，不作为发文对象。", "addressee")
    if unit.id == seat.unit_id:
        raise Refusal("不能给本单位发文。", "addressee")
    if unit.valid_to is not None and unit.valid_to <= clock.local(clock.now()).date():
        raise Refusal(f"{unit.name}已经撤销，没有承接单位。请核对。", "addressee")


def _line_of(actor: Actor, follows: UUID | None) -> list[UUID]:
    """The letter that is followed, locked, then those that it goes beyond itself."""
    if follows is None:
        return []
    if not Letter.objects.within(supervising_scope(actor)).filter(pk=follows).exists():
        raise Unseen
    before = lock_record(Letter, follows)
    if before.stage in (stages.DRAFT, stages.DISCARDED):
        raise ImproperMove("上一封文书没有发出，不能在它之后升级。")
    line = [before]
    while (earlier := line[-1].follows) is not None:
        line.append(earlier)
    return [letter.pk for letter in line]


def _write_requirements(letter: Letter, texts: Sequence[str]) -> None:
    Requirement.objects.bulk_create(
        Requirement(letter=letter, position=position, text=text)
        for position, text in enumerate(texts, 1)
    )


def take_letter(actor: Actor, letter_id: UUID) -> tuple[Letter, Seat]:
    """The letter, locked, and the post that supervises its district. Raises Unseen."""
    seen = Letter.objects.within(supervising_scope(actor)).filter(pk=letter_id).first()
    if seen is None:
        raise Unseen
    seat = supervising_seat(actor, seen.district_id)
    return lock_record(Letter, letter_id), seat


def edit_letter(
    actor: Actor,
    letter_id: UUID,
    *,
    title: str,
    facts: str,
    requirements: Sequence[str],
    reply_days: int,
    revision: int,
) -> Letter:
    """Change what a draft says. Saying the same again changes nothing.

    Raises Refusal for words that are missing or too long, ImproperMove where somebody else changed
    the draft since `revision`, or it isn't a draft any more.
    """
    texts = [text for text in requirements if text.strip()]
    posted = (title, facts.replace("\r\n", "\n"), texts, reply_days)
    with transaction.atomic():
        letter, _ = take_letter(actor, letter_id)
        if letter.stage != stages.DRAFT:
            raise ImproperMove("这封文书已经发出或作废，不能再改。")
        now = list(letter.requirements.order_by("position").values_list("text", flat=True))
        kept = (letter.title, letter.facts, now, letter.reply_days)
        # What the rules drafted needn't stand the checks of what a person wrote.
        told = kept if posted == kept else _told(*posted)
        if told == kept:
            return letter
        if letter.revision != revision:
            raise ImproperMove(CHANGED, "revision")
        letter.title, letter.facts, texts, letter.reply_days = told
        letter.revision += 1
        letter.save(update_fields=["title", "facts", "reply_days", "revision"])
        letter.requirements.all().delete()
        _write_requirements(letter, texts)
        note(letter, actor, kinds.LETTER_EDITED, {"revision": letter.revision})
    return letter


def _told(
    title: str, facts: str, requirements: Sequence[str], reply_days: int
) -> tuple[str, str, list[str], int]:
    texts = [
        words_of(text, "requirements", "整改要求", LONGEST_REQUIREMENT) for text in requirements
    ]
    if not texts:
        raise Refusal("请至少写一条整改要求。", "requirements")
    if len(texts) > MOST_REQUIREMENTS:
        raise Refusal(f"整改要求最多{MOST_REQUIREMENTS}条，请合并几条。", "requirements")
    if not 1 <= reply_days <= MOST_REPLY_DAYS:
        raise Refusal(f"回复期限请写1到{MOST_REPLY_DAYS}个工作日。", "reply_days")
    return (
        line_of(title, "title", "标题", LONGEST_TITLE),
        words_of(facts, "facts", "事实", LONGEST_FACTS),
        texts,
        reply_days,
    )


def issue_letter(actor: Actor, letter_id: UUID, revision: int) -> Letter:
    """Issue a draft as the person read it (`revision`): it gets its number and its due day.

    Its text is frozen. Raises ImproperMove where the draft was changed since, or issued already;
    Refusal where a finding it rests on isn't confirmed any more.
    """
    with transaction.atomic():
        letter, seat = take_letter(actor, letter_id)
        letter.STAGES.target(letter.stage, "issue")
        if letter.revision != revision:
            raise ImproperMove(CHANGED, "revision")
        _refuse_unconfirmed(_grounds(letter))
        addressee = current_unit(letter.addressee_id)
        check_addressee(addressee, seat)
        now = clock.now()
        year = clock.local(now).year
        number = _next_number(letter, year)
        allowance = Allowance("working_days", letter.reply_days)
        due = deadline(now, allowance, calendar()).due
        changes = {
            "year": year,
            "number": number,
            "addressee_id": addressee.id,
            "issuer_id": seat.unit_id,
            "issued_at": now,
            "issued_by_id": account_of(actor),
            "due_at": due,
            "printed": {
                **_printed(letter, seat, addressee, year, number),
                "day": clock.local(now).date().isoformat(),
                "due": clock.local(due).date().isoformat(),
            },
        }
        move(
            letter,
            "issue",
            actor,
            kind=kinds.LETTER_ISSUED,
            payload={
                "level": letter.level,
                "year": year,
                "number": number,
                "addressee": str(addressee.id),
            },
            closes="issued",
            opens=owed_by(
                addressee, "letter_reply", letter.reply_days, "supervision.levels", start=now
            ),
            changes=changes,
        )
    return letter


def _grounds(letter: Letter) -> list[Finding]:
    """The findings that a letter rests on, locked: nobody makes one void while it is issued."""
    findings = Finding.objects.everywhere("the letter rests on them").select_for_update()
    return list(findings.filter(letters__letter=letter).order_by("id"))


def _next_number(letter: Letter, year: int) -> int:
    """The next number of the level and year. Holds the counter's lock until the transaction ends,

    so that a number is given once, and one that was given and rolled back is given again.
    """
    counter, is_new = LetterCounter.objects.select_for_update().get_or_create(
        district_id=letter.district_id, level=letter.level, year=year, defaults={"last": 1}
    )
    if not is_new:
        counter.last += 1
        counter.save(update_fields=["last"])
    return counter.last


def _printed(letter: Letter, seat: Seat, addressee: Unit, year: int, number: int) -> dict[str, Any]:
    """What the letter says, word for word, kept so that its paper never says anything else."""
    return {
        "level": level_named(letter.level).name,
        "number": number_of(letter.level, year, number),
        "title": letter.title,
        "addressee": addressee.name,
        "facts": letter.facts,
        "requirements": list(
            letter.requirements.order_by("position").values_list("text", flat=True)
        ),
        "reply_days": letter.reply_days,
        "issuer": seat.unit_name,
        "post": seat.post_name,
    }


def discard_letter(actor: Actor, letter_id: UUID, reason: str) -> None:
    """Give a draft up; nobody was told of it."""
    tidy = words_of(reason, "reason", "作废的理由", LONGEST_REASON)
    with transaction.atomic():
        letter, _ = take_letter(actor, letter_id)
        _end(letter, actor, "discard", kinds.LETTER_DISCARDED, "discarded", tidy)


def recall_letter(actor: Actor, letter_id: UUID, reason: str) -> None:
    """Take an issued letter back, as when what it rests on was found wrong. Its number stays used."""
    tidy = words_of(reason, "reason", "撤回的理由", LONGEST_REASON)
    with transaction.atomic():
        letter, _ = take_letter(actor, letter_id)
        _end(letter, actor, "recall", kinds.LETTER_RECALLED, "recalled", tidy)


def _end(letter: Letter, actor: Actor, verb: str, kind: str, outcome: str, reason: str) -> None:
    move(
        letter,
        verb,
        actor,
        kind=kind,
        payload={"level": letter.level},
        closes=outcome,
        changes={"ended_at": clock.now(), "reason": reason},
    )
