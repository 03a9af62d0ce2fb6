"""Every route of the desk, found from the resolver: as a stranger, a neighbour, the rightful."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from huiban.kernel.base.ids import new_id
from huiban.web.desk.tests.conftest import SignedIn
from huiban.web.desk.urls import urlpatterns
from tests.cast import Cast, Tell

# The door itself is open to strangers.
OPEN = {"sign-in", "sign-out"}
MISSING: dict[str, Any] = {
    "reference": "ZZZZ2222",
    "verb": "accept",
    "name": "nothing.jpg",
    "finding_id": new_id(),
    "rule": "bounced",
    "letter_id": new_id(),
    "observation_id": new_id(),
    "consultation_id": new_id(),
    "decision_id": new_id(),
    "file_format": "pdf",
    "policy_id": new_id(),
    "unit": "T000",
    "month": "2026-04",
}
# Those of one finding and of the rules' switches are swept in test_supervision.py.
OF_SUPERVISION = {
    "finding",
    "judge-finding",
    "object-to-finding",
    "decide-objection",
    "try-rules",
    "change-rule",
}
# Those of one handbook are swept in test_handbook.py.
OF_HANDBOOKS = {"handbook", "handbook-paper", "act-on-handbook"}
# Those of one policy are swept in test_policies.py.
OF_POLICIES = {"open-policy", "policy", "act-on-policy"}
# Those of letters, observations and consultations are swept in test_letters.py.
OF_LETTERS = {
    "draft-letter",
    "letter",
    "letter-paper",
    "letter-photo",
    "act-on-letter",
    "observations",
    "tell-district",
    "read-outcomes",
    "observation",
    "observer",
    "observation-photo",
    "act-on-observation",
    "call-consultation",
    "consultation",
    "minutes",
    "act-on-consultation",
    "decision",
    "follow-up",
    "follow-notice",
}


def routes() -> Iterator[tuple[str, set[str]]]:
    """The names of the desk's routes and what each is given."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name
        yield pattern.name, set(pattern.pattern.converters)


ROUTES = [(name, given) for name, given in routes() if name not in OPEN]
OF_A_CASE = [(name, given) for name, given in ROUTES if "reference" in given]


def address(name: str, given: set[str], reference: str) -> str:
    """The route's address for that case."""
    known = {**MISSING, "reference": reference, "notice_id": new_id(), "delivery_id": new_id()}
    return reverse(f"desk:{name}", kwargs={word: known[word] for word in given})


def test_all_of_the_desk_is_swept() -> None:
    """Whoever adds a route under /desk/ elsewhere would slip through."""
    under = [p for p in get_resolver().url_patterns if str(p.pattern).startswith("desk/")]
    assert len(under) == 1
    assert isinstance(under[0], URLResolver)
    assert under[0].url_patterns is urlpatterns


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "given"), ROUTES)
def test_a_stranger_learns_nothing(
    name: str, given: set[str], method: str, client: Client, cast: Cast, tell: Tell
) -> None:
    there = tell().reference
    answers = []
    for reference in (there, MISSING["reference"]):
        answer = getattr(client, method)(address(name, given, reference))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/desk/sign-in/?next=")
        answers.append(
            (answer["Location"].replace(reference, "…"), answer.content, answer["Cache-Control"])
        )
    if "notice_id" not in given and "delivery_id" not in given:
        assert answers[0] == answers[1]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "given"), OF_A_CASE)
def test_the_neighbours_worker_finds_nothing(
    name: str, given: set[str], method: str, signed_in: SignedIn, tell: Tell
) -> None:
    client = signed_in("neighbour_worker")
    there = getattr(client, method)(address(name, given, tell().reference))
    missing = getattr(client, method)(address(name, given, MISSING["reference"]))
    assert there.status_code in (404, 405)
    assert there.status_code == missing.status_code
    assert "楼道里的灯" not in there.content.decode()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (n, g)
        for n, g in ROUTES
        if n
        not in {
            "photo",
            "shelf",
            "again",
            "quality",
            "settings",
            "change-setting",
            # Swept in test_what_if.py: it is the district's.
            "what-if",
            *OF_SUPERVISION,
            *OF_HANDBOOKS,
            *OF_LETTERS,
            *OF_POLICIES,
        }
    ],
)
def test_the_rightful_worker_gets_the_page(
    name: str, given: set[str], signed_in: SignedIn, tell: Tell
) -> None:
    client = signed_in("worker")
    where = address(name, given, tell(contact="13800001234").reference)
    seen = client.get(where)
    if seen.status_code == 405:
        seen = client.post(where)
    assert seen.status_code in (200, 302)
    assert "sign-in" not in seen.get("Location", "")


def test_the_shelf_and_the_quality_are_the_administrators(signed_in: SignedIn) -> None:
    for path in (
        "/desk/shelf/",
        "/desk/quality/",
        "/desk/settings/",
        f"/desk/shelf/{new_id()}/again/",
    ):
        method = "post" if path.endswith("again/") else "get"
        assert getattr(signed_in("worker"), method)(path).status_code == 403
        assert getattr(signed_in("administrator"), method)(path).status_code in (200, 302)
