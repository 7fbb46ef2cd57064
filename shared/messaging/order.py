"""The rules of order and of retries, pure.

An event carries the sequence of its subject, given out in the publishing transaction, so that the order of sequences is the
order of commits. A consumer hears only some types of a subject: a gap says nothing, a step back says "late".

Known weak spot: a publisher whose database is put back from a backup gives out sequences again that its consumers have
seen, and they would take news for old. Whoever restores raises `outbox_subjects.last` first (docs/operations).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

MAX_ATTEMPTS = 8
_FIRST_DELAY = timedelta(seconds=2)
_LONGEST_DELAY = timedelta(hours=1)

Verdict = Literal["apply", "stale", "wait"]


class Subjects:
    """How far each subject of the events in hand has come.

    `last`: the highest sequence applied; `waiting`: the lowest that is parked, behind which everything later has to wait.
    """

    def __init__(self, last: Mapping[str, int], waiting: Mapping[str, int]) -> None:
        self._last = dict(last)
        self._waiting = waiting

    def verdict(self, subject: str, sequence: int) -> Verdict:
        """What to do with the next event; one that is to be applied counts as applied from here on."""
        if self._waiting.get(subject, sequence) < sequence:
            return "wait"
        if sequence <= self._last.get(subject, 0):
            return "stale"
        self._last[subject] = sequence
        return "apply"


def delay_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait before a retry: 2 s, then four times as long each time, an hour at most, spread by `jitter` (0 to 1).

    The spread keeps events that failed together from failing together again.
    """
    longest: timedelta = min(_FIRST_DELAY * 4 ** min(attempt - 1, 10), _LONGEST_DELAY)
    return longest * (0.75 + 0.25 * jitter)
