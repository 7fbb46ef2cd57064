"""Who asks, and which schools' rows a transaction may see.

The school is the tenant. A `Scope` is written into PostgreSQL's transaction-local settings at the begin of every
transaction (`shared.database`); the policies of `shared.migrations.protect` read them. Nothing set means nothing seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

Role = Literal["school_staff", "liaison", "team_member", "coordinator", "administrator"]
ROLES: frozenset[str] = frozenset(get_args(Role))
Audience = Literal["school", "liaison", "team", "parents", "figures", "administration", "emergency", "system", "nobody"]

_AUDIENCE_OF: dict[str, Audience] = {
    "school_staff": "school",
    "liaison": "liaison",
    "team_member": "team",
    "coordinator": "figures",
    "administrator": "administration",
}


def audience_of(role: str) -> Audience:
    """What somebody with this role reads as."""
    return _AUDIENCE_OF.get(role, "nobody")


@dataclass(frozen=True, slots=True)
class Scope:
    """What one transaction may see: rows of `schools`, and of those only texts that `audience` may read.

    `case_id`: of these only this one case, and nothing is changed in it (emergency access).
    """

    schools: frozenset[UUID] = frozenset()
    audience: Audience = "nobody"
    actor_id: UUID | None = None
    session_id: UUID | None = None
    issued_at: datetime | None = None
    case_id: UUID | None = None

    @classmethod
    def of_schools(cls, schools: Iterable[UUID], audience: Audience = "system") -> Scope:
        """For workers and signed links, where the school comes from a verified envelope and not from a login."""
        return cls(frozenset(schools), audience)


NOBODY = Scope()


@dataclass(frozen=True, slots=True)
class Principal:
    """A logged-in member of staff, as their signed token says."""

    user_id: UUID
    name: str
    role: Role
    school_ids: frozenset[UUID]
    session_id: UUID
    issued_at: datetime
    expires_at: datetime

    @property
    def scope(self) -> Scope:
        """The role's view on the caller's schools."""
        return Scope(self.school_ids, _AUDIENCE_OF[self.role], self.user_id, self.session_id, self.issued_at)
