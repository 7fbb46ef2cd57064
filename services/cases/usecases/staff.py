"""Who works for a school."""

from __future__ import annotations

from uuid import UUID

from services.cases.domain.accounts import Assignment
from services.cases.service import CasesService
from shared.clock import today
from shared.errors import NotFound
from shared.tenancy import Principal


def working_at(service: CasesService, who: Principal, school_id: UUID) -> list[Assignment]:
    """Today, by name, each once. Raises NotFound for a school that is not the caller's."""
    if school_id not in who.school_ids:
        raise NotFound
    with service.work(who.scope) as work:
        found = work.staff.working_at([school_id], today(service.clock))
        return list({each.user_id: each for each in found}.values())
