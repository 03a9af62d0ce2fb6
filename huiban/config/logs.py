"""Logs: one JSON object a line, with the request's id and no personal data.

Only the fields named here are written, and whatever opens a case or names a person is cut out of
them (`huiban.web.kit.traces`), also where a library quotes a path or a row in its own words.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from huiban.web.kit.traces import cut_text, request_id

FIELDS = ("method", "path", "status", "milliseconds", "statements", "part", "delivery", "reaction")


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": cut_text(record.getMessage()),
        }
        if identifier := request_id.get():
            line["request"] = identifier
        # Fields are set by ourselves, the path by `cut_path`.
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = cut_text(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
