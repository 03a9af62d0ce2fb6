from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base import clock, ids

NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamped(identifier: uuid.UUID) -> datetime:
    return EPOCH + timedelta(milliseconds=identifier.int >> 80)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=365_000)))
def test_carries_the_clocks_time_to_the_millisecond(since: timedelta) -> None:
    moment = EPOCH + since
    with clock.travelling(moment):
        made = ids.new_id()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert timedelta(0) <= moment - stamped(made) < timedelta(milliseconds=1)


def test_equal_milliseconds_keep_their_order() -> None:
    with clock.travelling(NOON):
        made = [ids.new_id() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_order_holds_when_two_clocks_are_used_in_turn() -> None:
    made = []
    for _ in range(200):
        with clock.travelling(NOON):
            made.append(ids.new_id())
        ids.new_id()
    assert made == sorted(made)


def test_threads_never_share_an_identifier() -> None:
    with clock.travelling(NOON):
        contexts = [copy_context() for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            batches = pool.map(
                lambda context: context.run(lambda: [ids.new_id() for _ in range(500)]), contexts
            )
            made = [identifier for batch in batches for identifier in batch]
    assert len(set(made)) == 4_000


def test_the_counter_starts_anew_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids._tail, "value", (1 << 74) - 1)
    made = ids.new_id()
    assert made.version == 7
    assert ids._tail.value >> 73 == 0


def test_a_forked_child_makes_others_than_its_parent() -> None:
    start = ids._tail.value
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(ids._tail.value).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert int(pipe.read()) != start


def test_a_clock_before_1970_is_impossible() -> None:
    with clock.travelling(datetime(1969, 12, 31, tzinfo=UTC)), pytest.raises(AssertionError):
        ids.new_id()
