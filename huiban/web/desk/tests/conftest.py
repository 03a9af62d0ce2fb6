"""The desk's tests sign in as members of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast

SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in(cast: Cast) -> SignedIn:
    """A browser in which that member of the cast has signed in at the door."""

    def enter(name: str) -> Client:
        client = Client()
        answer = client.post("/desk/sign-in/", {"login_name": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return enter
