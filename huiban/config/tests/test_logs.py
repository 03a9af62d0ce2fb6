"""Log lines: JSON, with the request's id, and nothing in them that opens a case or names a person."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from huiban.config.logs import JsonFormatter
from huiban.kernel.base.codes import receipt_from, show_receipt
from huiban.web.kit.traces import request_id

RECEIPT = receipt_from(b"a secret of the test", "a key of the test")


def line(message: str, *arguments: object, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord("huiban.test", logging.INFO, __file__, 1, message, arguments, None)
    vars(record).update(more)
    said = JsonFormatter().format(record)
    assert "\n" not in said
    return dict(json.loads(said))


def test_a_line_says_when_how_grave_who_and_what() -> None:
    said = line("all %s", "well", status=200, path="/desk/", stranger="no field of ours")
    assert said["message"] == "all well"
    assert (said["level"], said["logger"]) == ("info", "huiban.test")
    assert (said["status"], said["path"]) == (200, "/desk/")
    assert said["at"].endswith("+00:00")
    assert "stranger" not in said
    assert "request" not in said


def test_a_line_carries_the_request_it_belongs_to() -> None:
    token = request_id.set("abc12345")
    try:
        assert line("within")["request"] == "abc12345"
    finally:
        request_id.reset(token)


def test_a_library_s_words_are_cut_as_well() -> None:
    said = line("Internal Server Error: %s", f"/t/{RECEIPT}/")
    assert said["message"] == "Internal Server Error: /t/…/"
    assert RECEIPT not in json.dumps(line("shown as %s", show_receipt(RECEIPT)))


def test_a_trace_is_cut_as_well() -> None:
    # Named beforehand, since a trace quotes the line of code that raised.
    words = f"no reverse for {RECEIPT}, told by 13812345678\nDETAIL:  row (王秀兰)"
    try:
        raise ValueError(words)
    except ValueError:
        said = line("it broke", exc_info=sys.exc_info())
    assert "ValueError" in said["trace"]
    for secret in (RECEIPT, "13812345678", "王秀兰"):
        assert secret not in said["trace"]
