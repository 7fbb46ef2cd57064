"""Who works where: alliances, schools, users and their dated assignments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from shared.errors import Invalid

SESSION_LIFETIME = timedelta(hours=12)
# Roles that work for schools, and so have assignments; the others never open a dossier.
SCHOOL_ROLES = ("school_staff", "liaison", "team_member")
ROLES = (*SCHOOL_ROLES, "coordinator", "administrator")
SHORTEST_PASSWORD = 12

_BRIN = re.compile(r"^\d{2}[A-Z]{2}(\d{2})?$")


@dataclass(frozen=True)
class School:
    """A tenant. A nursery has no `brin`. `stopped_on`: the last day on which it takes part."""

    id: UUID
    name: str
    brin: str | None
    stopped_on: date | None = None
    version: int = 1

    def stopped(self, on: date) -> bool:
        return self.stopped_on is not None and self.stopped_on < on


@dataclass(frozen=True)
class User:
    """A member of staff. `email` and `phone` are for colleagues; what somebody logs in with is kept apart."""

    id: UUID
    alliance_id: UUID
    name: str
    first_name: str
    role: str
    email: str
    phone: str | None = None
    active: bool = True
    version: int = 1


@dataclass(frozen=True)
class Assignment:
    """Somebody works for a school from a day until, and including, another."""

    school_id: UUID
    user_id: UUID
    name: str
    role: str
    valid_from: date
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def over(self, day: date) -> bool:
        """It ended before that day."""
        return self.valid_until is not None and self.valid_until < day


def check_brin(brin: str | None) -> str | None:
    """A school's code of 4 signs, or of 6 with its location. Raises Invalid."""
    if brin is None:
        return None
    tidy = brin.strip().upper()
    if not _BRIN.match(tidy):
        raise Invalid({"brin": ["Een BRIN bestaat uit 4 of 6 tekens, bijvoorbeeld 12AB of 12AB00."]})
    return tidy


def check_password(password: str) -> None:
    """Long, and nothing else: rules about signs make worse passwords (NIST SP 800-63B). Raises Invalid."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": ["Kies een wachtwoord van minstens 12 tekens."]})


def check_assignable(role: str, *, staff_schools: int) -> None:
    """Raises Invalid for a role that works for no school, or for school staff who would work at a second one."""
    if role not in SCHOOL_ROLES:
        raise Invalid({"role": ["Deze rol werkt niet voor een school."]})
    if role == "school_staff" and staff_schools:
        raise Invalid({"school_id": ["Iemand van een school werkt op één school."]})
