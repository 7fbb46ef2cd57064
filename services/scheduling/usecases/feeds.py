"""One's own calendar to subscribe to: whoever has its address reads it, so the address is a secret that can be renewed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.service import SchedulingService
from shared.clock import today
from shared.errors import NotFound
from shared.tenancy import Principal, Scope, audience_of

_BEFORE, _AHEAD, _MOST = timedelta(days=60), timedelta(days=400), 1000
# Programmes fetch once a day or so: what is called off is said for a while before it is gone.
_CANCELLED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Planned:
    """What a feed shows. `changed_at`: by appointment; `schools`: names."""

    appointments: Sequence[Appointment]
    changed_at: dict[UUID, datetime]
    schools: dict[UUID, str]
    references: dict[UUID, str]


def renew(service: SchedulingService, who: Principal) -> str:
    """A new secret for the caller's feed. It is kept as a hash, so it is told this once."""
    secret = secrets.token_urlsafe(24)
    with service.work(who.scope) as work:
        work.feeds.keep(who.user_id, _hash(secret), service.clock.now())
    return secret


def stop(service: SchedulingService, who: Principal) -> None:
    """The feed ends; whoever had its address finds nothing."""
    with service.work(who.scope) as work:
        work.feeds.drop(who.user_id)


def since(service: SchedulingService, who: Principal) -> datetime | None:
    """When the caller's feed was made, if there is one."""
    with service.work(who.scope) as work:
        return work.feeds.made_at(who.user_id)


def read(service: SchedulingService, secret: str) -> Planned:
    """What whoever's feed this is has planned, at the schools where they work today. Raises NotFound."""
    with service.work(Scope()) as work:
        user_id = work.feeds.owner(_hash(secret))
    if user_id is None:
        raise NotFound
    with service.work(Scope(actor_id=user_id)) as work:
        workplaces = work.feeds.workplaces(user_id, today(service.clock))
    roles = sorted(set(workplaces.values()))
    scope = Scope(frozenset(workplaces), audience_of(roles[0]) if roles else "nobody", user_id)
    now = service.clock.now()
    with service.work(scope) as work:
        found = work.appointments.with_person(user_id, now - _BEFORE, now + _AHEAD, _MOST)
        references = {case.case_id: case.reference for case in work.directory.cases(sorted({each.case_id for each in found}))}
        changed = work.appointments.changed_at(found)
        shown = [each for each in found if each.status != "cancelled" or changed[each.id] > now - _CANCELLED_FOR]
        return Planned(shown, changed, work.directory.school_names(), references)


def _hash(secret: str) -> bytes:
    """Of 192 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()
