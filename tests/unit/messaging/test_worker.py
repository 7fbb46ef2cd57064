"""A worker's loops: each outlives what it can, and half a worker is worse than none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from shared.errors import Unavailable
from shared.messaging import worker
from shared.messaging.worker import LoopThread, every, join_all
from tests.waiting import eventually, stretched


def start(loop: Callable[[threading.Event], None], stop: threading.Event | None = None) -> tuple[LoopThread, list[str]]:
    crashed: list[str] = []
    thread = LoopThread("loop", loop, stop or threading.Event(), crashed.append)
    thread.start()
    return thread, crashed


def test_a_crash_is_told() -> None:
    def crash(_stop: threading.Event) -> None:
        raise ArithmeticError

    thread, crashed = start(crash)
    thread.join(60)
    assert crashed == ["loop"]


def test_a_loop_that_ends_by_itself_is_told_as_well() -> None:
    thread, crashed = start(lambda _stop: None)
    thread.join(60)
    assert crashed == ["loop"]


def test_a_loop_that_was_stopped_has_not_crashed() -> None:
    stop = threading.Event()
    thread, crashed = start(lambda stop: every(stop, 0.01, lambda: False), stop)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert crashed == []


def test_a_loop_that_no_longer_turns_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_STUCK_AFTER_SECONDS", 0.1)
    gate, stop = threading.Event(), threading.Event()
    thread, _ = start(lambda stop: every(stop, 0.01, lambda: bool(gate.wait(60))), stop)
    eventually(lambda: thread.stuck)
    gate.set()
    eventually(lambda: not thread.stuck)
    stop.set()
    thread.join(60)


def test_a_long_pause_is_not_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_STUCK_AFTER_SECONDS", 0.0)
    stop = threading.Event()
    thread, _ = start(lambda stop: every(stop, 600.0, lambda: False), stop)
    eventually(lambda: not thread.stuck)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


def test_work_goes_on_at_once_while_there_is_some() -> None:
    stop, left = threading.Event(), [5]

    def work() -> bool:
        left[0] -= 1
        if not left[0]:
            stop.set()
        return bool(left[0])

    begin = time.monotonic()
    every(stop, 300.0, work)
    assert time.monotonic() - begin < stretched(5)
    assert left == [0]


def test_an_absent_database_is_waited_for() -> None:
    stop, calls = threading.Event(), [0]

    def work() -> bool:
        calls[0] += 1
        if calls[0] == 3:
            stop.set()
        raise Unavailable

    every(stop, 0.01, work)
    assert calls == [3]


def test_joining_takes_no_longer_than_it_may() -> None:
    gate = threading.Event()
    threads = [threading.Thread(target=gate.wait, args=(300,), daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    begin = time.monotonic()
    join_all(threads, 0.2)
    assert time.monotonic() - begin < stretched(5)
    gate.set()
