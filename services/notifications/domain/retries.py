"""When to try again, by what the mail server said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
MOST_ATTEMPTS = 12
# A projection that lags behind is there within seconds, or the sender's service is down: look often, it costs nothing.
WAIT_FOR_PERSON = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mail did not leave: the server's code (None when it never answered) and its words."""

    code: int | None
    answer: str
    about_this_mail: bool = False

    @property
    def server_is_away(self) -> bool:
        """Nobody there, or closing (RFC 5321, 4.2.2): the next mail would fare no better."""
        return self.code in (None, 421) and not self.about_this_mail

    @property
    def permanent(self) -> bool:
        """5yz is the server's final word (RFC 5321, 4.2.1), when it is said of this mail: at RCPT, at DATA or at the dot.

        Said to our greeting, login or sender it is our own misconfiguration, which somebody repairs: worth another try.
        """
        return self.code is not None and self.code >= 500 and self.about_this_mail


def delay_after(attempt: int, chance: float) -> timedelta:
    """How long to wait after this many attempts; `chance` in [0, 1) spreads what failed together by up to a quarter."""
    base = _DELAYS[min(attempt, len(_DELAYS)) - 1]
    return base * (1 + chance / 4)


def next_attempt(now: datetime, attempt: int, expires_at: datetime | None, chance: float) -> datetime | None:
    """The moment to try again, or None when there is no sense in it any more."""
    if attempt >= MOST_ATTEMPTS:
        return None
    due = now + delay_after(attempt, chance)
    return due if expires_at is None or due < expires_at else None
