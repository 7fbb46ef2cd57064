"""Looking once a year at who may what: what stands out, and when it is time again (BIO 9.2.5, NEN 7510-2: reviewed regularly)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.cases.domain.accounts import Assignment, User

UNUSED_AFTER = timedelta(days=90)
ENDING_WITHIN = timedelta(days=60)
REVIEW_AFTER = timedelta(days=365)
REMARKS = ("never_used", "unused", "without_code", "ending", "without_school")


@dataclass(frozen=True)
class Used:
    """What is known of an account's use."""

    made_at: datetime
    last_login_at: datetime | None
    totp_since: datetime | None


@dataclass(frozen=True)
class Right:
    """One person at one school; or a person whose role works for none, or who has none. `remarks`: of REMARKS."""

    user: User
    used: Used | None
    assignment: Assignment | None
    remarks: tuple[str, ...]


def rights_of(user: User, used: Used | None, assignments: list[Assignment], now: datetime, today: date) -> list[Right]:
    """One for each assignment that is not over, else one without; none for an account that is shut."""
    if not user.active:
        return []
    general = _of_account(used, now)
    running = [each for each in assignments if not each.over(today)]
    if not running:
        lacks = ("without_school",) if user.role not in ("coordinator", "administrator") else ()
        return [Right(user, used, None, general + lacks)]
    return [Right(user, used, each, general + _of_assignment(each, today)) for each in running]


def review_is_due(reviewed_at: datetime | None, now: datetime) -> bool:
    return reviewed_at is None or now - reviewed_at > REVIEW_AFTER


def _of_account(used: Used | None, now: datetime) -> tuple[str, ...]:
    if used is None:
        return ("never_used", "without_code")
    found = []
    if now - (used.last_login_at or used.made_at) > UNUSED_AFTER:
        found.append("unused" if used.last_login_at else "never_used")
    if used.totp_since is None:
        found.append("without_code")
    return tuple(found)


def _of_assignment(assignment: Assignment, today: date) -> tuple[str, ...]:
    until = assignment.valid_until
    return ("ending",) if until is not None and until - today <= ENDING_WITHIN else ()
