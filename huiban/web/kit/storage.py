"""When nothing can be stored: how that is told from other faults, and how what was sent is kept.

The page that answers carries what was sent, so that nobody has to write it twice.
"""

from __future__ import annotations

import errno
import logging

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest

log = logging.getLogger("huiban.storage")

_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
LONGEST_FIELD = 20_000
MOST_FIELDS = 60


def is_storage_failure(problem: BaseException | None) -> bool:
    """Whether the database or the disk can't be written or reached just now.

    A full disk, a read-only one, a database that is away or locked for too long; a write to a
    read-only standby is what PostgreSQL calls an InternalError. Causes are looked through.
    """
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        if isinstance(problem, OperationalError | InterfaceError):
            return True
        if isinstance(problem, InternalError) and "read-only" in str(problem):
            return True
        if isinstance(problem, OSError) and problem.errno in _DISK_ERRORS:
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def what_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form, photos apart, as they came; nothing of one that is unfit to repeat.

    Its token comes along as it was, so that sending it again proves no more than before.
    """
    sent = all_that_was_sent(request)
    fits = len(sent) <= MOST_FIELDS and all(_length(value) <= LONGEST_FIELD for _, value in sent)
    return sent if fits else []


def _length(value: str) -> int:
    # Browsers count the end of a line as one sign, and send two.
    return len(value.replace("\r\n", "\n"))


def all_that_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form, photos apart, in their order; none where they can't be read."""
    if request.method != "POST":
        return []
    try:
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # the body may never have arrived whole
        log.exception("what was sent could not be read again")
        return []
