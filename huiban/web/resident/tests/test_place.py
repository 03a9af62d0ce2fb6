"""The place's page."""

from __future__ import annotations

from django.test import Client

from tests.cast import Cast


def test_greets_with_the_place(client: Client, cast: Cast) -> None:
    page = client.get(f"/r/{cast.tags['building_3']}/")
    assert "幸福里小区3号楼" in page.content.decode()
