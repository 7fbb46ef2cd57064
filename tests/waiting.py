"""Waiting on conditions instead of sleeping."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def stretched(seconds: float) -> float:
    """What the product promises to do in so many seconds, on a machine that has more to do than it has processors for."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def eventually(condition: Callable[[], T], seconds: float = 60.0) -> T:
    """The condition's first true answer; AssertionError after `seconds`, which are generous: a busy machine is no failure."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
