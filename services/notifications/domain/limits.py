"""How much mail may leave in a time: per school, and per receiving domain, so that none takes us for spam.

A token bucket: as many tokens as the rate counts, refilled evenly over its period; a mail takes one from each of its buckets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

_PERIODS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
_RATE = re.compile(r"([1-9][0-9]{0,6})/([smh])")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many in each period after that."""

    count: int
    period: timedelta

    @classmethod
    def read(cls, text: str) -> Self:
        """`300/m`: a number for each second, minute or hour. Raises ValueError."""
        found = _RATE.fullmatch(text.strip())
        if found is None:
            raise ValueError("must be a number for each second, minute or hour, such as 300/m")
        return cls(int(found[1]), _PERIODS[found[2]])

    @property
    def interval(self) -> timedelta:
        """Between two tokens."""
        return self.period / self.count


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left, as of a moment. What waits is spread evenly up to `spread_until`: else it would all come back at once."""

    tokens: float
    as_of: datetime
    spread_until: datetime

    @classmethod
    def full(cls, rate: Rate, now: datetime) -> Self:
        return cls(float(rate.count), now, now)

    def refilled(self, rate: Rate, now: datetime) -> Bucket:
        # Two workers' clocks may differ: never backwards.
        passed = max(now - self.as_of, timedelta())
        tokens = min(float(rate.count), self.tokens + passed / rate.interval)
        return Bucket(tokens, max(now, self.as_of), max(now, self.spread_until))


@dataclass
class Allowances:
    """What may leave now, counted down as it is given out. `buckets` and `rates` by key; what has no rate has no limit."""

    rates: Mapping[str, Rate]
    buckets: dict[str, Bucket]
    now: datetime
    changed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for key, rate in self.rates.items():
            bucket = self.buckets.get(key)
            self.buckets[key] = bucket.refilled(rate, self.now) if bucket else Bucket.full(rate, self.now)

    def admit(self, keys: Sequence[str], *, urgent: bool) -> datetime | None:
        """None when it may go; else the moment to try again. What is urgent does not wait behind what waits already."""
        limited = [key for key in keys if key in self.rates]
        lacking = [key for key in limited if self.buckets[key].tokens < 1]
        if lacking:
            return max(self._later(key, urgent=urgent) for key in lacking)
        for key in limited:
            self._change(key, tokens=self.buckets[key].tokens - 1)
        return None

    def _later(self, key: str, *, urgent: bool) -> datetime:
        interval = self.rates[key].interval
        if urgent:
            return self.now + interval
        due = self.buckets[key].spread_until + interval
        self._change(key, spread_until=due)
        return due

    def _change(self, key: str, *, tokens: float | None = None, spread_until: datetime | None = None) -> None:
        bucket = self.buckets[key]
        self.changed.add(key)
        self.buckets[key] = replace(
            bucket,
            tokens=bucket.tokens if tokens is None else tokens,
            spread_until=spread_until or bucket.spread_until,
        )


@dataclass(frozen=True)
class Limits:
    """As configured. `domains` by name; `*` stands for all that are not named."""

    school: Rate | None = None
    domains: Mapping[str, Rate] = field(default_factory=dict)

    def rates(self, school_id: UUID, domain: str) -> dict[str, Rate]:
        """Of one mail, by the key of the bucket."""
        of_domain = self.domains.get(domain, self.domains.get("*"))
        found = {f"school/{school_id}": self.school, f"domain/{domain}": of_domain}
        return {key: rate for key, rate in found.items() if rate is not None}


NO_LIMITS = Limits()
