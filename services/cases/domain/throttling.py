"""How fast somebody may guess passwords: free at first, then ever slower, for the account and for the network address alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_FAILURES = 10
FORGOTTEN_AFTER = timedelta(hours=1)
_FIRST_BLOCK = timedelta(seconds=30)
# A whole school sits behind one network address, so that is never shut for long.
_LONGEST_BLOCK = {"account": timedelta(minutes=15), "network": timedelta(minutes=2)}


@dataclass(frozen=True)
class Failures:
    """Wrong passwords in a row of one account or one network address."""

    kind: str
    count: int
    last_at: datetime


def seconds_blocked(found: Iterable[Failures], now: datetime) -> int:
    """Whole seconds until the next attempt is heard; 0 when it may be made now."""
    return max((_wait(failures, now) for failures in found), default=0)


def _wait(failures: Failures, now: datetime) -> int:
    if failures.count < FREE_FAILURES or now - failures.last_at > FORGOTTEN_AFTER:
        return 0
    doubled: timedelta = _FIRST_BLOCK * 2 ** min(failures.count - FREE_FAILURES, 10)
    until = failures.last_at + min(doubled, _LONGEST_BLOCK[failures.kind])
    return max(0, math.ceil((until - now).total_seconds()))
