"""Every request: its id, its one log line, where it came from."""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .traces import cut_path, request_id

log = logging.getLogger("huiban.requests")

ID_HEADER = "X-Request-ID"
# A proxy may name the request, as long as the name can't be mistaken for anything else.
_NAMED = re.compile(r"[0-9A-Za-z-]{8,64}")


class RequestMiddleware:
    """Outermost of all: gives each request an id, and writes one log line when it is answered.

    The line holds method, path (receipts, tags and photo names cut out), status, milliseconds and
    the number of database statements; never an address, a browser's name or what was sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identifier = _identifier(request)
        token = request_id.set(identifier)
        began, statements = time.monotonic(), _Counter()
        try:
            with connection.execute_wrapper(statements):
                response = self.get_response(request)
            response[ID_HEADER] = identifier
            _note(request, response.status_code, began, statements.count)
        finally:
            request_id.reset(token)
        return response


class _Counter:
    """Counts the statements that a request puts to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _identifier(request: HttpRequest) -> str:
    named = request.headers.get(ID_HEADER, "")
    return named if _NAMED.fullmatch(named) else secrets.token_hex(8)


def _note(request: HttpRequest, status: int, began: float, statements: int) -> None:
    log.info(
        "answered",
        extra={
            "method": request.method if request.method in _METHODS else "other",
            "path": cut_path(request.path),
            "status": status,
            "milliseconds": round((time.monotonic() - began) * 1000),
            "statements": statements,
        },
    )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def client_address(request: HttpRequest) -> str:
    """Where the request came from, for flood limits; never stored or logged as it is.

    Behind a proxy it is the last entry of the header that `HUIBAN_CLIENT_ADDRESS_HEADER` names:
    the one that our own proxy wrote, whatever the client put before it. An IPv6 address is cut to
    its /64, which is what one subscriber gets.
    """
    header = settings.CLIENT_ADDRESS_HEADER
    told = request.headers.get(header, "").rpartition(",")[2].strip() if header else ""
    return _network(told) or _network(request.META.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """The address as one subscriber's; empty for anything that isn't an address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, 64), strict=False).network_address)
