"""What holds in an alliance's own affairs: invitations, the last administrator, roles, and what is noted of all that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.domain.accounts import Assignment, User
from shared.errors import Conflict, Gone

INVITATION = "invitation"
NEW_PASSWORD = "new_password"  # noqa: S105 - what a link is for
# A week for who starts somewhere; an hour for who stands before the door.
_LIFETIMES = {INVITATION: timedelta(days=7), NEW_PASSWORD: timedelta(hours=1)}
STATES = ("active", "invited", "invitation_over", "not_invited", "inactive")
# Everything that is noted: what the log of an alliance may say, and nothing else.
ACTIONS = (
    "alliance_founded", "alliance_changed", "school_registered", "school_changed", "school_stopped", "team_made", "team_changed",
    "team_ended", "user_added", "user_changed", "user_invited", "invitation_withdrawn", "password_chosen", "password_changed",
    "password_forgotten", "user_assigned", "assignment_ended", "user_deactivated", "user_reactivated", "totp_enrolled",
    "totp_ended", "totp_reset", "recovery_codes_renewed", "recovery_code_used", "sessions_ended", "hold_set", "hold_lifted",
    "purge_asked", "case_erased", "rights_reviewed",
)  # fmt: skip


@dataclass(frozen=True)
class Invitation:
    """A link with which somebody chooses a password, once."""

    id: UUID
    alliance_id: UUID
    user_id: UUID
    purpose: str
    invited_at: datetime
    invited_by: UUID
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and now < self.expires_at

    def check_open(self, now: datetime) -> None:
        """Raises Gone, saying which of the ways of being over it is."""
        if self.used_at is not None:
            raise Gone("Deze link is al gebruikt. Log in met uw wachtwoord.")
        if not self.opens(now):
            raise Gone("Deze link werkt niet meer. Vraag de beheerder om een nieuwe uitnodiging.")


def expiry(purpose: str, now: datetime) -> datetime:
    """Until when a link of this purpose opens."""
    return now + _LIFETIMES[purpose]


def account_state(user: User, password_set_at: datetime | None, invitation: Invitation | None, now: datetime) -> str:
    """One of STATES. `invitation`: the newest, if there is any."""
    if not user.active:
        return "inactive"
    if password_set_at is not None:
        return "active"
    if invitation is None or invitation.withdrawn_at is not None:
        return "not_invited"
    return "invited" if invitation.opens(now) else "invitation_over"


def check_leaves_an_administrator(administrators: Collection[UUID], leaving: UUID) -> None:
    """Raises Conflict when nobody would be left to let others in."""
    if set(administrators) <= {leaving}:
        raise Conflict("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")


def check_role_can_change(assignments: Iterable[Assignment], today: date) -> None:
    """A role is read together with the schools of today: another role at the same school is another wall. Raises Conflict."""
    if any(not each.over(today) for each in assignments):
        raise Conflict("Deze persoon werkt nog voor een school. Beëindig dat eerst, tot en met gisteren, en wijzig dan de rol.")


def ended(assignment: Assignment, last_day: date) -> Assignment | None:
    """The assignment as it is when it ends on a day; None when it has ended by then already."""
    if assignment.over(last_day):
        return None
    return replace(assignment, valid_until=max(last_day, assignment.valid_from))
