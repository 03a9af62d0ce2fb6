"""The screen's tests sign in at the desk's door, as members of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiban.kernel.events.pump import drain, give_positions
from huiban.modules.analysis.actions.folding import fold_all
from tests.cast import PASSWORD, Cast

SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in(cast: Cast) -> SignedIn:
    """A browser in which that member of the cast has signed in."""

    def enter(name: str) -> Client:
        client = Client()
        answer = client.post("/desk/sign-in/", {"login_name": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return enter


def count_all() -> None:
    """Let the worker do what it does on every turn: deliver, place, count."""
    drain()
    give_positions()
    fold_all()
