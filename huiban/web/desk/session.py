"""Who is signed in at the desk: what all workers' faces share, under the desk's own names."""

from __future__ import annotations

from huiban.web.kit.session import (
    WorkerRequest,
    account_of,
    close_session,
    kept_private,
    local_target,
    open_session,
    worker,
)

__all__ = [
    "DeskRequest",
    "account_of",
    "close_session",
    "desk",
    "kept_private",
    "local_target",
    "open_session",
]

DeskRequest = WorkerRequest
desk = worker
