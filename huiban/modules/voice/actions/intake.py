"""Taking reports in, and what a resident may do with a receipt before the answer."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from huiban.kernel.access.actor import RESIDENT, SYSTEM
from huiban.kernel.base import clock
from huiban.kernel.base.codes import keyed_hash, new_reference, receipt_from
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.base.ids import new_id
from huiban.kernel.base.text import normalise
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.events import actions as events
from huiban.kernel.events.rows import insert_rows, together
from huiban.kernel.files.actions import link_photos
from huiban.kernel.moves.actions import bear, lock_record, move, note
from huiban.kernel.people.sealed import lookup_hash

from .. import kinds, rules, stages
from ..contracts import Danger, Reported, Told, Where
from ..models import Case, Entry, Report, ReporterContact
from .erasure import settle_erasure
from .flood import count_sender, refuse_flood, sender_keys
from .steps import (
    CATEGORIES,
    DANGERS,
    allowed,
    keep_words,
    path_said,
    settle_returns,
    terms,
    words_of,
)

REPORT_SUBJECT = "voice.report"
ENTRY_SUBJECT = "voice.entry"
QUESTION_LAPSES = "voice.question_lapses"
SHORTEST_KEY, LONGEST_KEY = 16, 64
TRIES = 3


def report(told: Told, where: Where, *, device: str = "", address: str = "") -> Reported:
    """Take a report in: one case, one front-desk duty with its clock, one event, one receipt.

    The same key again gives the first receipt and makes nothing. Raises Refusal when there are
    neither words nor photos, TooMany while the sender has to wait. Takes no lock of an existing
    row but the sender's counters, last.
    """
    told = _tidied(told)
    key_hash = lookup_hash(f"report:{told.key}")
    receipt = receipt_from(settings.SECRETS.receipt, told.key)
    if repeated := _already(key_hash, receipt):
        return repeated
    keys = sender_keys(device, address)
    refuse_flood(keys)
    for _ in range(TRIES):
        case, kept = _drafted(told, where, key_hash, receipt, device)
        try:
            with transaction.atomic():
                if told.photo_ids:
                    link_photos(told.photo_ids, REPORT_SUBJECT, kept.id)
                with together():
                    _write(case, kept, told)
                    count_sender(keys)
            break
        except IntegrityError:
            # The second of two taps lost the race for the key: the first one's receipt is its own.
            if repeated := _already(key_hash, receipt):
                return repeated
            # Else the reference was taken (once in a district's life): draw another.
    else:
        raise Refusal("暂时没能登记。请再点一次“发送”，您写的内容还在。")
    # Most reports speak of none, and looking takes a moment.
    dangers = _dangers_of(kept) if case.danger else ()
    return Reported(case.id, kept.id, case.reference, receipt, False, dangers)


def _dangers_of(kept: Report) -> tuple[Danger, ...]:
    return rules.dangers_in(f"{kept.title} {kept.text}", terms(DANGERS))


def _tidied(told: Told) -> Told:
    text = normalise(told.text)
    if not text and not told.title and not told.photo_ids:
        raise Refusal("请写几句话，或者拍一张照片，二选一就可以。", "text")
    longest = rules.LONGEST_IMPORTED_TEXT if told.imported else rules.LONGEST_TEXT
    if len(text) > longest:
        raise Refusal(f"最多写{longest}字，现在有{len(text)}字。请删减一些，或分两次反映。", "text")
    if not SHORTEST_KEY <= len(told.key) <= LONGEST_KEY:
        raise Refusal("这个页面已经失效。请返回上一页刷新后再发送，您写的内容请先复制。", "key")
    for field, value, longest in (
        ("place_words", told.place_words, 200),
        ("nickname", told.nickname, 40),
        ("contact", told.contact, 80),
    ):
        if len(value) > longest:
            raise Refusal(f"这一项最多{longest}字，请写短一些。", field)
    return Told(
        **{
            **{name: getattr(told, name) for name in Told.__dataclass_fields__},
            "text": text,
            "title": normalise(told.title)[:200],
            "place_words": normalise(told.place_words),
        }
    )


def _already(key_hash: str, receipt: str) -> Reported | None:
    # Nearly every report is new, and asking for no more than that costs next to nothing.
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM voice_report WHERE key_hash = %s", [key_hash])
        if cursor.fetchone() is None:
            return None
    kept = (
        Report.objects.filter(key_hash=key_hash)
        .select_related("opened_case", "case")
        .only("id", "text", "title", "case__reference", "opened_case__reference")
        .first()
    )
    if kept is None:
        return None
    case = kept.opened_case or kept.case
    return Reported(case.id, kept.id, case.reference, receipt, True, _dangers_of(kept))


def _drafted(
    told: Told, where: Where, key_hash: str, receipt: str, device: str
) -> tuple[Case, Report]:
    now = clock.now()
    words = f"{told.title} {told.text}"
    categories = terms(CATEGORIES)
    known = told.category in {term.code for term in categories}
    category = told.category if known else rules.category_of(words, categories)
    case = Case(
        id=new_id(),
        reference=new_reference(),
        stage=stages.RECEIVED,
        tier=where.front_desk_tier,
        district_id=where.district_id,
        street_id=where.street_id,
        community_id=where.community_id,
        estate_id=where.estate_id,
        front_desk_id=where.front_desk_id,
        place_id=where.place_id,
        building_id=where.building_id,
        channel=told.channel,
        category=category,
        category_source=("sender" if known else "keywords") if category else "",
        danger=bool(rules.dangers_in(words, terms(DANGERS))),
        received_at=now,
    )
    kept = Report(
        id=new_id(),
        case=case,
        key_hash=key_hash,
        receipt_hash=keyed_hash(settings.SECRETS.receipt, receipt),
        device_hash=lookup_hash(f"device:{device}") if device else "",
        channel=told.channel,
        sender_number=told.sender_number[:60],
        title=told.title,
        text=told.text,
        place_words=told.place_words,
        photos=len(told.photo_ids),
        received_at=now,
        told_at=told.told_at,
    )
    return case, kept


def _write(case: Case, kept: Report, told: Told) -> None:
    time = allowed("triage", case.tier, case)
    payload = {
        "report": str(kept.id),
        "channel": case.channel,
        "unit": str(case.front_desk_id),
        "tier": case.tier,
        "category": case.category,
        "danger": case.danger,
        "photos": len(told.photo_ids),
        **path_said(case),
    }
    opens = NewDuty("triage", case.front_desk_id, case.tier, time.allowance, time.rule)
    actor = SYSTEM if told.imported else RESIDENT
    event = bear(case, actor, kind=kinds.REPORTED, payload=payload, opens=opens)
    insert_rows([kept])
    if told.sender_words:
        keep_words(case, "sender", told.sender_words, event=event, report=kept)
    if told.nickname or told.contact:
        contact = ReporterContact(
            report=kept, nickname=normalise(told.nickname), contact=normalise(told.contact)
        )
        insert_rows([contact])


def join_case(report_: Report, other_id: UUID) -> None:
    """我也遇到: tie a report to another open case; the case that it opened ends.

    Joining the same case again changes nothing. Raises ImproperMove when either case has moved
    on too far. Locks both cases, in the order of their keys.
    """
    with transaction.atomic():
        own_id = Report.objects.values_list("case_id", flat=True).get(pk=report_.pk)
        if own_id == other_id:
            return
        # A report is only ever moved under the lock of its case, so that comes first.
        cases = {pk: lock_record(Case, pk) for pk in sorted((own_id, other_id))}
        own, other = cases[own_id], cases[other_id]
        kept = Report.objects.select_for_update().get(pk=report_.pk)
        if kept.case_id == other_id:
            return
        if other.stage in Case.STAGES.finished or other.district_id != own.district_id:
            raise ImproperMove("那件事刚刚办结。您的反映不受影响，照常办理。")
        if own.joiner_count or kept.opened_case_id or kept.case_id != own_id:
            raise ImproperMove("您的反映已经有邻居一起跟进，不能再并入别的事，照常办理。")
        move(
            own,
            "join",
            RESIDENT,
            kind=kinds.JOINED,
            payload={"to_case": str(other.id)},
            closes="joined",
            changes={"joined_to": other, "closed_at": clock.now(), "result": "joined"},
        )
        kept.case, kept.opened_case = other, own
        kept.save(update_fields=["case", "opened_case"])
        other.joiner_count += 1
        other.save(update_fields=["joiner_count"])
        settle_erasure(own)
        settle_erasure(other)
        note(
            other,
            RESIDENT,
            kinds.REPORT_JOINED,
            {"report": str(kept.id), "from_case": str(own.id)},
        )


def add_words(report_: Report, key: str, text: str, photo_ids: tuple[UUID, ...] = ()) -> Entry:
    """Add words or photos to a report; the same key again adds nothing."""
    tidy = normalise(text) if photo_ids and not text.strip() else words_of(text, "text", "补充的话")
    entry_id = _entry_id(report_, key)
    with transaction.atomic():
        case = lock_record(Case, report_.case_id)
        if kept := Entry.objects.filter(pk=entry_id).first():
            return kept
        if case.stage in Case.STAGES.finished:
            raise ImproperMove("这件事已经办结。如果问题还在，请点“没解决，再办”。")
        event = note(
            case,
            RESIDENT,
            kinds.WORDS_ADDED,
            {"report": str(report_.pk), "photos": len(photo_ids)},
        )
        entry = keep_words(
            case, "added", tidy, event=event, report=report_, for_resident=True, entry_id=entry_id
        )
        if photo_ids:
            link_photos(photo_ids, ENTRY_SUBJECT, entry.id)
    return entry


def _entry_id(report_: Report, key: str) -> UUID:
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise Refusal("这个页面已经失效。请刷新后再发送。", "key")
    return UUID(hex=lookup_hash(f"entry:{report_.pk}:{key}")[:32])


def answer_question(report_: Report, text: str) -> None:
    """Reply to the open question; the clock that stood still runs on. Raises ImproperMove."""
    tidy = words_of(text, "text", "回复")
    with transaction.atomic():
        case = lock_record(Case, report_.case_id)
        duty = duties.lead_of(case.pk)
        if duty is None or duty.paused_at is None:
            raise ImproperMove("现在没有等您回复的问题，可能已经回复过了。")
        duties.resume_duty(duty)
        events.cancel_timers(case.pk, QUESTION_LAPSES)
        payload = {"report": str(report_.pk), "due": duty.due_at.isoformat()}
        event = note(case, RESIDENT, kinds.REPLIED, payload)
        keep_words(case, "replied", tidy, event=event, report=report_, for_resident=True)


def withdraw(report_: Report) -> None:
    """Take a case back that nobody else waits for. Raises ImproperMove."""
    with transaction.atomic():
        case = lock_record(Case, report_.case_id)
        if case.stage == stages.WITHDRAWN:
            return
        if case.joiner_count or report_.opened_case_id:
            raise ImproperMove(
                "还有邻居也在等这件事的结果，不能撤回。您可以申请删除自己的文字和照片。"
            )
        events.cancel_timers(case.pk, QUESTION_LAPSES)
        settle_returns(case)
        move(
            case,
            "withdraw",
            RESIDENT,
            kind=kinds.WITHDRAWN,
            payload={"report": str(report_.pk)},
            closes="withdrawn",
            changes={"closed_at": clock.now(), "result": "withdrawn"},
        )
