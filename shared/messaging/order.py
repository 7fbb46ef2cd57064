"""The rule of order and of retries, pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

MAX_ATTEMPTS = 8
_FIRST_DELAY = timedelta(seconds=2)
_LONGEST_DELAY = timedelta(hours=1)

Verdict = Literal["apply", "stale", "wait"]


def verdict(sequence: int, last_applied: int, earliest_waiting: int | None) -> Verdict:
    """What to do with an event of a subject: `earliest_waiting` is the lowest sequence of it that is parked for retry."""
    if earliest_waiting is not None and earliest_waiting < sequence:
        return "wait"
    return "stale" if sequence <= last_applied else "apply"


def delay_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait before a retry: 2 s, then four times as long each time, an hour at most, spread by `jitter` (0 to 1).

    The spread keeps events that failed together from failing together again.
    """
    longest = min(_FIRST_DELAY * 4 ** (attempt - 1), _LONGEST_DELAY)
    return longest * (0.75 + 0.25 * jitter)
