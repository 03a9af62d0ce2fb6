"""A letter's draft at the desk: two people at it, issued as it stands in the form, refused and kept."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiban.kernel.base import papers
from huiban.modules.supervision import stages
from huiban.modules.supervision.actions.letters import draft_letter
from huiban.modules.supervision.models import Finding, Letter
from huiban.modules.supervision.papers_letters import letter_paper
from huiban.modules.supervision.tests.desk_of_supervision import finding, letter_now, supervise
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Letter:
    """A letter that nobody has issued."""
    supervise(cast)
    return draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "draft")


def address(letter: Letter, verb: str = "") -> str:
    return reverse("desk:letter", args=[letter.pk]) + (f"{verb}/" if verb else "")


def form_of(page: str) -> dict[str, str]:
    """What the form of the draft holds as the page shows it."""
    found = re.search(r'id="do-edit"(.*?)</form>', page, re.DOTALL)
    assert found is not None
    fields = re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', found[1])
    fields += re.findall(
        r'<textarea[^>]*name="([a-z_]+)"[^>]*>(.*?)</textarea>', found[1], re.DOTALL
    )
    # A browser sends two signs for the end of a line.
    return {name: unescape(value).replace("\n", "\r\n") for name, value in fields}


def opened(client: Client, letter: Letter) -> dict[str, str]:
    return form_of(client.get(address(letter)).content.decode())


def sent(client: Client, letter: Letter, verb: str, form: dict[str, Any]) -> tuple[int, str]:
    answer = client.post(address(letter, verb), form)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("verb", ["edit", "issue"])
def test_what_another_wrote_is_seen_before_it_is_overwritten(
    draft: Letter, signed_in: SignedIn, verb: str
) -> None:
    first, second = signed_in("supervisor"), signed_in("second_supervisor")
    one, other = opened(first, draft), opened(second, draft)
    assert sent(first, draft, "edit", one | {"facts": "甲写的事实。"})[0] == 302
    typed = other | {"title": "乙写的标题"}
    for _ in range(2):
        status, page = sent(second, draft, verb, typed)
        assert status == 400
        assert "现在保存的内容" in page
        assert "甲写的事实。" in page
        assert "用我写的覆盖" in page
        assert 'formaction="' not in page
        typed = form_of(page)
        assert (typed["title"], typed["revision"]) == ("乙写的标题", "1")
    assert letter_now(draft.pk).facts == "甲写的事实。"
    over = re.search(r'name="revision" value="(\d+)">用我写的覆盖', page)
    assert over is not None
    # As a browser sends it: the hidden field, then the button that was pressed.
    assert sent(second, draft, "edit", typed | {"revision": ["1", over[1]]})[0] == 302
    assert letter_now(draft.pk).title == "乙写的标题"


def test_what_stands_in_the_form_is_what_is_issued(draft: Letter, signed_in: SignedIn) -> None:
    client = signed_in("supervisor")
    page = client.get(address(draft)).content.decode()
    assert f'form="do-edit" formaction="{address(draft, "issue")}"' in page
    form = form_of(page)
    # Saved, gone back to, and issued: one form, each of its verbs once.
    assert sent(client, draft, "edit", form | {"reply_days": "4"})[0] == 302
    form |= {"reply_days": "4", "facts": "改过的事实。", "revision": "2"}
    for _ in range(2):
        assert sent(client, draft, "issue", form)[0] == 302
    letter = letter_now(draft.pk)
    assert (letter.stage, letter.number) == (stages.ISSUED, 1)
    assert letter.printed is not None
    assert letter.printed["facts"] == "改过的事实。"


def test_a_letter_that_is_not_issued_is_not_saved_either(
    draft: Letter, signed_in: SignedIn
) -> None:
    client = signed_in("supervisor")
    form = opened(client, draft) | {"facts": "改过的事实。"}
    Finding.objects.everywhere("an objection was upheld").update(state=Finding.State.VOID)
    status, page = sent(client, draft, "issue", form)
    assert status == 400
    assert "不是“已认定”" in page
    assert form_of(page)["facts"] == "改过的事实。"
    assert letter_now(draft.pk).revision == 1


def test_what_the_rules_drafted_is_issued_as_it_is(draft: Letter, signed_in: SignedIn) -> None:
    Letter.objects.everywhere("a test drafts it").filter(pk=draft.pk).update(title="提示单" * 40)
    client = signed_in("supervisor")
    assert sent(client, draft, "issue", opened(client, draft))[0] == 302
    assert letter_now(draft.pk).revision == 1


def test_words_for_a_letter_that_was_issued_meanwhile_stay_to_be_copied(
    draft: Letter, signed_in: SignedIn
) -> None:
    first, second = signed_in("supervisor"), signed_in("second_supervisor")
    form = opened(second, draft)
    assert sent(first, draft, "issue", opened(first, draft))[0] == 302
    status, page = sent(second, draft, "edit", form | {"facts": "来晚了的事实。"})
    assert status == 400
    assert "来晚了的事实。</textarea>" in page


def test_an_issued_letter_says_on_the_screen_what_its_paper_says(
    draft: Letter, signed_in: SignedIn
) -> None:
    client = signed_in("supervisor")
    sent(client, draft, "issue", opened(client, draft))
    letter = letter_now(draft.pk)
    assert letter.printed is not None
    assert letter.issued_at is not None
    paper = letter_paper(letter.printed, letter.issued_at, demonstration=False)
    closing = paper.body[-1]
    assert isinstance(closing, papers.Paragraph)
    page = client.get(address(letter)).content.decode()
    assert "三、回复期限" in page
    assert closing.text in page


def test_a_refused_draft_keeps_what_was_ticked(cast: Cast, signed_in: SignedIn) -> None:
    supervise(cast)
    ticked, left, other = finding(cast), finding(cast), finding(cast, "street")
    client = signed_in("supervisor")
    where = "/desk/supervision/letters/"
    units = re.findall(r'name="unit" value="([^"]+)"', client.get(where).content.decode())
    assert str(ticked.unit_id) in units
    # One letter goes to one unit.
    form = {
        "key": "k",
        "unit": str(ticked.unit_id),
        "level": "warning",
        "finding": [str(ticked.pk), str(other.pk)],
    }
    answer = client.post(f"{where}draft/", form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'value="{ticked.pk}" checked' in page
    assert f'value="{left.pk}">' in page
    assert '<option value="warning" selected>' in page
