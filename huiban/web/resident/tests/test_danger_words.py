"""A page's script sees the danger that the server sees, sentence by sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from huiban.kernel.base.tables import read_table
from huiban.modules import voice
from huiban.modules.voice.actions.steps import DANGERS, terms
from huiban.modules.voice.rules import dangers_in
from tests.cast import Cast
from tests.pages import PHONE, OpenPage

if TYPE_CHECKING:
    from huiban.kernel.base.clock import Traveller

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LABELLED = Path(voice.__file__).parent / "tests" / "labelled" / "dangers.csv"
ODD = [
    "",
    "着　火　了",
    "樓道裡有煤氣味",
    "GAS LEAK!",
    "没有人管\n着火了",
    "ﬁre",
    "着\u200b火",
    "😀着火了",
]
SEEN = """async texts => {
    const told = await (await fetch("/danger-words/")).json();
    return texts.map(text => window.huibanDanger.dangersIn(told, text).map(one => one.kind));
}"""


def test_script_and_server_agree(open_page: OpenPage, clock: Traveller, cast: Cast) -> None:
    page = open_page(f"/r/{cast.tags['building_3']}/tell/", size=PHONE)
    texts = [row.values["text"] for row in read_table(LABELLED)] + ODD
    expected = [[danger.kind for danger in dangers_in(text, terms(DANGERS))] for text in texts]
    found = page.evaluate(SEEN, texts)
    differing = [line for line in zip(texts, expected, found, strict=True) if line[1] != line[2]]
    assert differing == []
