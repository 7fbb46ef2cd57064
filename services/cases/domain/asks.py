"""What guardians are asked, the link in their mail that leads there, and the one-time code that opens their own page."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.errors import Gone, Invalid, TooManyAttempts

WHAT = ("agreement_to_support", "report_to_check", "evaluation_request", "satisfaction_request", "case_closed")
# What the liaison or the school may ask at any time; the rest follows from what happens in the case.
ASKED_BY_HAND = ("agreement_to_support", "evaluation_request", "satisfaction_request")
ASKED_ON_ENTERING = {"evaluating": "evaluation_request", "closed": "case_closed"}

LINK_WORKS = timedelta(days=30)
CODE_WORKS = timedelta(minutes=15)
OPEN_FOR = timedelta(minutes=60)
# Several agreements of one afternoon are one mail: the page shows them all.
NOT_AGAIN_WITHIN = timedelta(hours=12)
TRIES = 5
CODES_AN_HOUR = 5
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Ask:
    """One guardian is asked one thing. `opened_at`: when they came to their page after it."""

    school_id: UUID
    id: UUID
    case_id: UUID
    guardian_id: UUID
    what: str
    about_id: UUID | None
    asked_by_name: str
    asked_at: datetime
    expires_at: datetime
    answer_before: date | None = None
    opened_at: datetime | None = None

    def check_works(self, now: datetime) -> None:
        """Raises Gone when the link's time is over."""
        if now >= self.expires_at:
            raise Gone("Deze link werkt niet meer. Vraag de ouderfunctionaris om een nieuwe.")


def is_news(what: str, earlier: Iterable[Ask], now: datetime) -> bool:
    """Whether a guardian needs another mail: not while they have a fresh one about the same that they did not follow yet."""
    return not any(each.what == what and each.opened_at is None and now - each.asked_at < NOT_AGAIN_WITHIN for each in earlier)


@dataclass(frozen=True)
class Entry:
    """One attempt to come in: a code was sent; once it is typed in, the page is open for a while."""

    school_id: UUID
    id: UUID
    case_id: UUID
    guardian_id: UUID
    ask_id: UUID
    sent_at: datetime
    expires_at: datetime
    tries: int = 0
    open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.open_until is not None and now < self.open_until

    def takes_codes(self, now: datetime) -> bool:
        """Not used, not too old, and not guessed at too often."""
        return self.open_until is None and now < self.expires_at and self.tries < TRIES


def new_code() -> str:
    """Six digits, from the system's source of chance."""
    return f"{secrets.randbelow(10**6):06}"


def tidy_code(typed: str) -> str:
    """As it was sent: people type spaces, and keyboards other digits."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def check_may_send(sent: Iterable[datetime], now: datetime) -> None:
    """Raises TooManyAttempts when this guardian got as many codes as an hour allows."""
    recent = sorted(each for each in sent if now - each < _HOUR)
    if len(recent) >= CODES_AN_HOUR:
        raise TooManyAttempts(int((recent[-CODES_AN_HOUR] + _HOUR - now).total_seconds()) + 1)


def wrong_code() -> Invalid:
    """The same for a wrong code, an old one, and one guessed at too often."""
    return Invalid({"code": ["Deze code klopt niet, of is te oud. Vraag een nieuwe code."]})
