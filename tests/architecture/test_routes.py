"""Every address belongs to one face, has a name, and is written like the others."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

# Asked by machines, so they are short and belong to no face.
OF_THE_HOUSE = {"healthz", "readyz"}
PLAIN = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*|<[a-z]+:[a-z_]+>)")


@dataclass(frozen=True)
class Route:
    """An address as it is declared, the face it stands in (or none), and its view's module."""

    path: str
    name: str
    face: str
    module: str


def routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, face: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path, entry.app_name or face)
        elif isinstance(entry, URLPattern):
            yield Route(path, entry.name or "", face, inspect.unwrap(entry.callback).__module__)


def test_every_address_stands_in_a_face_s_own_list() -> None:
    lost = [
        route
        for route in routes()
        if not (route.face or route.path in OF_THE_HOUSE)
        or not route.module.startswith((f"huiban.web.{route.face or 'kit'}.", "huiban.web.kit."))
    ]
    assert lost == []


def test_every_address_has_a_name_of_its_own() -> None:
    names = [(route.face, route.name) for route in routes()]
    assert sorted(name for name in names if not name[1] or names.count(name) > 1) == []


def test_addresses_are_written_alike() -> None:
    odd = [
        route.path
        for route in routes()
        if not all(PLAIN.fullmatch(part) for part in route.path.rstrip("/").split("/") if part)
    ]
    assert odd == []


def test_every_face_has_addresses_to_judge() -> None:
    assert {"desk", "resident"} <= {route.face for route in routes()}


def test_a_real_installation_has_no_lobby() -> None:
    # There one enters as anybody with a tap; the tests run as a real installation does.
    assert [route.path for route in routes() if route.face == "lobby"] == []
