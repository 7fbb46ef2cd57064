"""When mail may leave: not in the evening, at night, on Sundays or holidays, unless its kind has a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Self

from services.notifications.domain.kinds import MailKind
from services.notifications.domain.reminders import is_quiet_day


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` in the evening to `ends` in the morning, and all of a Sunday or a public holiday."""

    begins: time = time(20)
    ends: time = time(8)

    @classmethod
    def read(cls, text: str) -> Self:
        """`20:00-08:00`. Raises ValueError."""
        begins, _, ends = text.partition("-")
        found = cls(time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip()))
        if found.ends >= found.begins:
            raise ValueError("must end in the morning")
        return found

    def over_at(self, now: datetime, zone: tzinfo) -> datetime | None:
        """The moment that mail may leave again; None when it may now."""
        local = now.astimezone(zone)
        if self.ends <= local.time() < self.begins and not is_quiet_day(local.date()):
            return None
        day = local.date() + timedelta(days=local.time() >= self.ends)
        while is_quiet_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.ends, zone)


@dataclass(frozen=True, slots=True)
class Timing:
    """`quiet` is None where mail disturbs nobody at any hour."""

    zone: tzinfo
    quiet: QuietHours | None = None

    def held_until(self, kind: MailKind, now: datetime, expires_at: datetime | None) -> datetime | None:
        """When this mail may leave, if not now.

        What would have lost its sense by the morning goes at once: an invitation for tomorrow at eight is worth a sound at night.
        """
        opens = None if self.quiet is None or kind.at_any_hour else self.quiet.over_at(now, self.zone)
        return opens if opens is not None and (expires_at is None or opens < expires_at) else None


AT_ANY_HOUR = Timing(UTC)
