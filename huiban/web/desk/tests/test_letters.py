"""提示单, 观察员 and 会商 at the desk: the whole way of a letter, and who finds nothing at all."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from huiban.kernel.access.models import Look
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.pump import drain
from huiban.kernel.files.models import StoredFile
from huiban.modules.supervision import stages
from huiban.modules.supervision.actions import observing
from huiban.modules.supervision.actions.consulting import Item, Meeting, call_consultation
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter
from huiban.modules.supervision.models import (
    Consultation,
    Decision,
    Letter,
    Observation,
    Paper,
    Reply,
)
from huiban.modules.supervision.tests.desk_of_supervision import (
    finding,
    requirement_ids,
    supervise,
)
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ORIGINAL = "社区要求网格员每天填三张一样的表"


@pytest.fixture(autouse=True)
def supervised(cast: Cast) -> None:
    supervise(cast)


def the_letter() -> Letter:
    return Letter.objects.everywhere("a test looks at it").latest("id")


def act(client: Client, letter: Letter, verb: str, key: str = "", **form: Any) -> Any:
    """Send one of the letter's forms."""
    where = reverse("desk:act-on-letter", args=[letter.pk, verb])
    return client.post(where, {"key": key or f"key-{verb}", **form})


def text(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def test_a_letter_from_its_draft_to_its_effect(
    cast: Cast, signed_in: SignedIn, clock: Traveller
) -> None:
    found = finding(cast)
    supervisor = signed_in("supervisor")
    assert "拟稿" in text(supervisor.get("/desk/supervision/letters/"))
    form = {"key": "one-form", "level": "notice", "finding": str(found.pk)}
    for _ in range(2):
        answer = supervisor.post("/desk/supervision/letters/draft/", form)
        assert answer.status_code == 302
    letter = the_letter()
    assert Letter.objects.everywhere("a test counts them").count() == 1
    where = reverse("desk:letter", args=[letter.pk])
    assert "在单位之间转了3次" in text(supervisor.get(where))
    edited = {
        "title": "关于电梯停运的提示单",
        "facts": "电梯停运一件，来回三次。",
        "requirements": "明确由谁办。\n三日内通电。\n",
        "reply_days": "5",
        "revision": "1",
    }
    assert act(supervisor, letter, "edit", **edited).status_code == 302
    stale = act(supervisor, letter, "issue", **edited | {"title": "又一个标题"})
    assert stale.status_code == 400
    assert "别人刚改过" in text(stale)
    for _ in range(2):
        assert act(supervisor, letter, "issue", "one-tap", **edited).status_code == 302
    assert the_letter().number == 1
    reply_and_verify(cast, signed_in, letter)
    for _ in range(33):
        clock.ahead(days=1)
        drain()
    closed = text(signed_in("supervisor").get(where))
    assert "整改效果" in closed
    assert "从1次到0次，少了1次。" in closed


def reply_and_verify(cast: Cast, signed_in: SignedIn, letter: Letter) -> None:
    """The addressee finds it under 今天 and replies; somebody else verifies."""
    addressee = signed_in("housing_officer")
    assert "文书待回复：关于电梯停运的提示单" in text(addressee.get("/desk/"))
    page = text(addressee.get(reverse("desk:letter", args=[letter.pk])))
    assert "监提〔2026〕1号" in page
    assert "核实整改" not in page
    requirements = [str(one) for one in requirement_ids(letter)]
    form: dict[str, Any] = {"text": "已查清", "requirement": requirements}
    refused = act(addressee, letter, "reply", **form)
    assert refused.status_code == 400
    assert "请写第1条要求的落实情况" in text(refused)
    assert "已查清" in text(refused)
    form |= {f"answer-{one}": "已由住建局主办" for one in requirements}
    for _ in range(2):
        assert act(addressee, letter, "reply", "one-tap", **form).status_code == 302
    assert Reply.objects.count() == 1
    verdicts: dict[str, Any] = {"requirement": requirements}
    verdicts |= {f"met-{one}": "yes" for one in requirements}
    assert act(signed_in("supervisor"), letter, "verify", **verdicts).status_code == 403
    other = signed_in("second_supervisor")
    assert act(other, letter, "verify", **verdicts).status_code == 302
    assert the_letter().stage == stages.CLOSED


def issued(cast: Cast, unit: str = "housing") -> Letter:
    """An issued letter."""
    letter = draft_letter(cast["supervisor"], "notice", [finding(cast, unit).pk], f"for-{unit}")
    return issue_letter(cast["supervisor"], letter.pk, 1)


@pytest.mark.parametrize("file_format", ["pdf", "docx"])
def test_the_same_bytes_come_again(
    cast: Cast, signed_in: SignedIn, clock: Traveller, file_format: str
) -> None:
    letter = issued(cast)
    where = reverse("desk:letter-paper", args=[letter.pk, file_format])
    first = signed_in("housing_officer").get(where)
    assert first.status_code == 200
    assert first.content[:4] == {"pdf": b"%PDF", "docx": b"PK\x03\x04"}[file_format]
    assert "attachment" in first["Content-Disposition"]
    clock.ahead(days=40)
    assert signed_in("supervisor").get(where).content == first.content
    assert Paper.objects.count() == 1


def test_a_draft_has_no_paper_and_an_odd_format_none(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in("supervisor")
    draft = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "k")
    assert client.get(reverse("desk:letter-paper", args=[draft.pk, "pdf"])).status_code == 400
    letter = issued(cast, "community")
    assert client.get(reverse("desk:letter-paper", args=[letter.pk, "exe"])).status_code == 404


def told(cast: Cast) -> Observation:
    """What the observer of Lucky Community told."""
    form = observing.Told("a-form", "burden", ORIGINAL)
    return observing.tell_district(cast["observer"], form)


def called(cast: Cast, clock: Traveller) -> Consultation:
    """A consultation with the housing office."""
    meeting = Meeting("电梯会商", "三楼", clock.moment)
    units = [cast.units["housing"].id]
    return call_consultation(cast["supervisor"], meeting, units, [Item("words", words="电梯")], "k")


def addresses(cast: Cast, clock: Traveller) -> list[tuple[str, str]]:
    """Every route about one letter, observation or consultation, with its method."""
    letter, observation, meeting = issued(cast), told(cast), called(cast, clock)
    get = [
        reverse("desk:letter", args=[letter.pk]),
        reverse("desk:letter-paper", args=[letter.pk, "pdf"]),
        reverse("desk:letter-photo", args=[letter.pk, "nothing.jpg"]),
        reverse("desk:observation", args=[observation.pk]),
        reverse("desk:observation-photo", args=[observation.pk, "nothing.jpg"]),
        reverse("desk:consultation", args=[meeting.pk]),
        reverse("desk:minutes", args=[meeting.pk, "pdf"]),
    ]
    post = [
        *(
            reverse("desk:act-on-letter", args=[letter.pk, verb])
            for verb in ("edit", "issue", "discard", "recall", "reply", "verify")
        ),
        *(
            reverse("desk:act-on-observation", args=[observation.pk, verb])
            for verb in ("pass-on", "answer", "send-back", "tell-outcome")
        ),
        reverse("desk:observer", args=[observation.pk]),
        *(
            reverse("desk:act-on-consultation", args=[meeting.pk, verb])
            for verb in ("reschedule", "cancel", "hold")
        ),
    ]
    return [("get", one) for one in get] + [("post", one) for one in post]


@pytest.mark.parametrize("name", ["neighbour_worker", "worker", "street_officer", "secretary"])
def test_the_neighbours_find_nothing_neither_here_nor_missing(
    cast: Cast, signed_in: SignedIn, clock: Traveller, name: str
) -> None:
    client = signed_in(name)
    for method, where in addresses(cast, clock):
        missing = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(new_id()), where)
        there, nowhere = (getattr(client, method)(one, {"key": "k"}) for one in (where, missing))
        assert there.status_code == nowhere.status_code, where
        assert there.status_code in (403, 404), where
        assert ORIGINAL not in text(there)


def test_strangers_are_sent_to_the_door(cast: Cast, client: Client, clock: Traveller) -> None:
    for method, where in addresses(cast, clock):
        answer = getattr(client, method)(where)
        assert answer.status_code == 302, where
        assert answer["Location"].startswith("/desk/sign-in/")


def test_an_unknown_verb_is_nowhere(cast: Cast, signed_in: SignedIn, clock: Traveller) -> None:
    client = signed_in("supervisor")
    letter, observation, meeting = issued(cast), told(cast), called(cast, clock)
    for name, key in (
        ("letter", letter.pk),
        ("observation", observation.pk),
        ("consultation", meeting.pk),
    ):
        where = reverse(f"desk:act-on-{name}", args=[key, "burn"])
        assert client.post(where).status_code == 404


def photo() -> BytesIO:
    """A photo as a phone sends it."""
    picture = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "JPEG")
    picture.name = "photo.jpg"
    picture.seek(0)
    return picture


@pytest.mark.django_db(transaction=True)
def test_an_observer_tells_the_district_with_a_photo(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in("observer")
    landing = client.get("/desk/")
    assert landing["Location"] == "/desk/supervision/observations/"
    assert "不经过街道和社区" in text(client.get(landing["Location"]))
    form: dict[str, Any] = {"key": "one-form", "about": "burden", "text": " "}
    refused = client.post("/desk/supervision/observations/tell/", {**form, "camera": photo()})
    assert refused.status_code == 400
    assert "已收到1张照片" in text(refused)
    waiting = re.search(r'name="kept" value="([^"]+)"', text(refused))
    assert waiting is not None
    form |= {"text": ORIGINAL, "kept": waiting[1]}
    for _ in range(2):
        answer = client.post("/desk/supervision/observations/tell/", form)
        assert answer.status_code == 302
    observation = Observation.objects.everywhere("a test looks at it").get()
    (kept,) = StoredFile.objects.filter(subject_id=observation.pk)
    seen = reverse("desk:observation-photo", args=[observation.pk, kept.name])
    assert client.get(seen).status_code == 200
    supervisor = signed_in("supervisor")
    assert supervisor.get(seen).status_code == 200
    pass_on = reverse("desk:act-on-observation", args=[observation.pk, "pass-on"])
    refused = supervisor.post(pass_on, {"key": "p", "text": "重复填表", "with_photos": "yes"})
    assert refused.status_code == 400
    assert 'name="with_photos" value="yes" checked' in text(refused)
    for name in ("worker", "street_officer", "group_officer", "district_officer"):
        assert signed_in(name).get(seen).status_code == 404, name


def test_an_observation_s_way_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    observation = told(cast)
    # A unit gets this address: a key made of the time would say when the observer wrote.
    assert observation.pk.version == 4
    where = reverse("desk:observation", args=[observation.pk])
    supervisor = signed_in("supervisor")
    page = text(supervisor.get(where))
    assert ORIGINAL in page
    assert "幸福里社区 · 减负观察员" not in page
    who = supervisor.post(reverse("desk:observer", args=[observation.pk]))
    assert "幸福里社区 · 减负观察员" in text(who)
    assert Look.objects.count() == 1
    pass_on = reverse("desk:act-on-observation", args=[observation.pk, "pass-on"])
    refused = supervisor.post(pass_on, {"key": "p", "unit": "", "text": "重复填表"})
    assert refused.status_code == 400
    assert "重复填表" in text(refused)
    street = str(cast.units["street"].id)
    supervisor.post(pass_on, {"key": "p", "unit": street, "text": "请核查重复填报的情况"})
    drain()
    officer = signed_in("street_officer")
    assert "请核查重复填报的情况" in text(officer.get("/desk/"))
    assert ORIGINAL not in text(officer.get(where))
    answer = reverse("desk:act-on-observation", args=[observation.pk, "answer"])
    assert officer.post(answer, {"key": "a", "text": "已停用两张"}).status_code == 302
    tell = reverse("desk:act-on-observation", args=[observation.pk, "tell-outcome"])
    assert supervisor.post(tell, {"key": "t", "text": "两张表已停用"}).status_code == 302
    observer = signed_in("observer")
    assert "有新结果" in text(observer.get("/desk/supervision/observations/"))
    assert "两张表已停用" in text(observer.get(where))
    assert observer.post("/desk/supervision/observations/read/").status_code == 302
    assert "有新结果" not in text(observer.get("/desk/supervision/observations/"))


def test_a_consultation_at_the_desk(cast: Cast, signed_in: SignedIn, clock: Traveller) -> None:
    found = finding(cast)
    supervisor = signed_in("supervisor")
    housing = str(cast.units["housing"].id)
    form: dict[str, Any] = {
        "key": "c",
        "title": "电梯会商",
        "day": "2026-05-08",
        "hour": "14:00",
        "place": "三楼会议室",
        "unit": [housing],
        "item": [f"finding:{found.pk}"],
        "agenda": "维修资金\n",
    }
    refused = supervisor.post("/desk/supervision/consultations/call/", {**form, "hour": "下午"})
    assert refused.status_code == 400
    assert "请写会商的时刻" in text(refused)
    answer = supervisor.post("/desk/supervision/consultations/call/", form)
    meeting = Consultation.objects.everywhere("a test looks at it").get()
    assert answer["Location"] == reverse("desk:consultation", args=[meeting.pk])
    drain()
    notices = text(signed_in("housing_officer").get("/desk/notices/"))
    assert "请您单位参加一次专题会商" in notices
    clock.ahead(hours=6)
    hold_it(signed_in, meeting, housing)


def hold_it(signed_in: SignedIn, meeting: Consultation, housing: str) -> None:
    """Its minutes are put down, and what was decided is followed up."""
    supervisor = signed_in("supervisor")
    where = reverse("desk:consultation", args=[meeting.pk])
    hold = reverse("desk:act-on-consultation", args=[meeting.pk, "hold"])
    form = {
        "key": "h",
        "chair": "专班负责人",
        "summary": "先修后议。",
        "attended": housing,
        "text-1": "更换钢丝绳",
        "owner-1": housing,
        "day-1": "2026-05-16",
    }
    refused = supervisor.post(hold, form)
    assert refused.status_code == 400
    assert "不是工作日" in text(refused)
    assert "更换钢丝绳" in text(refused)
    assert supervisor.post(hold, {**form, "day-1": "2026-05-20"}).status_code == 302
    assert "1项还没落实" in text(supervisor.get("/desk/supervision/consultations/"))
    decision = Decision.objects.everywhere("a test looks at it").get()
    officer = signed_in("housing_officer")
    assert "会商议定事项待落实" in text(officer.get("/desk/"))
    led = officer.get(reverse("desk:decision", args=[decision.pk]))
    assert led["Location"].startswith(where)
    report = reverse("desk:follow-up", args=[decision.pk, "report"])
    assert officer.post(report, {"key": "r", "text": "已更换"}).status_code == 302
    verify = reverse("desk:follow-up", args=[decision.pk, "verify"])
    assert officer.post(verify, {"key": "v", "done": "yes"}).status_code == 403
    assert supervisor.post(verify, {"key": "v", "done": "yes"}).status_code == 302
    paper = officer.get(reverse("desk:minutes", args=[meeting.pk, "docx"]))
    assert paper.content[:2] == b"PK"


def test_a_notice_leads_to_its_letter(cast: Cast, signed_in: SignedIn) -> None:
    letter = issued(cast)
    drain()
    client = signed_in("housing_officer")
    found = re.search(r'action="(/desk/notices/[0-9a-f-]+/)"', text(client.get("/desk/notices/")))
    assert found is not None
    assert client.post(found[1])["Location"] == reverse("desk:letter", args=[letter.pk])
    assert signed_in("city_officer").post(found[1]).status_code == 404


def test_a_supervisor_s_today_is_what_is_owed(cast: Cast, signed_in: SignedIn) -> None:
    told(cast)
    client = signed_in("supervisor")
    assert "观察员反映待阅办" in text(client.get("/desk/"))
    for where in ("letters", "observations", "consultations", "consultations/call"):
        assert client.get(f"/desk/supervision/{where}/").status_code == 200
