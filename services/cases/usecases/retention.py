"""Finding closed cases that were kept long enough, and having them erased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from uuid import UUID

from services.cases.domain.retention import kept_since
from services.cases.persistence.erasures import Expired
from services.cases.service import CasesService
from services.cases.usecases import erasure
from shared.clock import AMSTERDAM, today
from shared.tenancy import Scope

_MOST = 500
_REASON = "De bewaartermijn is voorbij."


def expired(service: CasesService, by: Scope, years: int, kept: Collection[UUID] = ()) -> list[Expired]:
    """The closed cases of the administrator's alliance whose time is over, but for `kept`; longest closed first."""
    scope = erasure.of_alliance(service, by)
    before = datetime.combine(kept_since(today(service.clock), years), time(), AMSTERDAM)
    with service.work(scope) as work:
        return work.erasures.expired(sorted(scope.schools), before, sorted(kept), _MOST)


def purge(service: CasesService, by: Scope, years: int, kept: Collection[UUID] = ()) -> list[Expired]:
    """Have those erased, each in a transaction of its own: one that somebody opened again meanwhile is left alone."""
    return [case for case in expired(service, by, years, kept) if _purge(service, by, case)]


def _purge(service: CasesService, by: Scope, expired: Expired) -> bool:
    with service.work(erasure.of_alliance(service, by)) as work:
        case = work.cases.get(expired.case_id, to_change=True)
        still = case.phase == "closed" and case.phase_since == expired.closed_at
        if still:
            erasure.ask_for(work, case, _REASON, service.clock.now())
        return still
