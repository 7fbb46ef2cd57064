"""Emergency access: into one case of a school that somebody does not work for, to read, with a reason, for a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Gone, TooManyAttempts

LASTS = timedelta(hours=24)
# Numbers of dossiers follow each other: who counts on does not come far before somebody calls.
MOST_A_DAY = 3


@dataclass(frozen=True)
class EmergencyAccess:
    """Somebody opened one case that is not theirs. Coordinators see who, when, which school and why, and nothing of the case."""

    school_id: UUID
    id: UUID
    case_id: UUID
    user_id: UUID
    user_name: str
    role: str
    reason: str
    at: datetime
    expires_at: datetime

    def works(self, now: datetime) -> bool:
        return now < self.expires_at

    def check_works(self, now: datetime) -> None:
        """Raises Gone when its time is over."""
        if not self.works(now):
            raise Gone("Deze spoedtoegang is voorbij. Is het nog nodig? Vraag haar dan opnieuw aan.")


def check_is_no_own_school(own: Collection[UUID], school_id: UUID) -> None:
    """Raises Conflict: who works for a school opens its cases in the usual way."""
    if school_id in own:
        raise Conflict("U werkt voor deze school. U vindt het dossier in uw eigen lijst.")


def check_may_open(opened: Iterable[datetime], now: datetime) -> None:
    """Raises TooManyAttempts for who has opened as many in a day as an emergency may ask for."""
    recent = sorted(each for each in opened if now - each < LASTS)
    if len(recent) >= MOST_A_DAY:
        wait = int((recent[-MOST_A_DAY] + LASTS - now).total_seconds()) + 1
        raise TooManyAttempts(
            wait,
            "U hebt vandaag al %(count)s dossiers met spoed geopend. Bel de coördinator als er meer nodig is.",
            count=MOST_A_DAY,
        )
