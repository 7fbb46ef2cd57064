"""Finding closed cases that were kept long enough, and having them erased: by an administrator, or each day by the worker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

from services.cases.domain.retention import kept_since
from services.cases.persistence.erasures import Expired
from services.cases.persistence.purges import Run, Wanted
from services.cases.persistence.unit_of_work import Work, work
from services.cases.service import CasesService
from services.cases.usecases import erasure, settings
from services.cases.usecases.audit import note
from shared.clock import AMSTERDAM, Clock, today
from shared.database import Database
from shared.tenancy import Scope

_MOST = 500
_REASON = "De bewaartermijn is voorbij."


def expired(service: CasesService, by: Scope, years: int | None = None, kept: Collection[UUID] = ()) -> list[Expired]:
    """The closed cases of the administrator's alliance whose time is over, but for `kept` and what is held; longest closed first.

    `years`: the alliance's unless told.
    """
    term = years or settings.read(service, by).retention_years
    scope = erasure.of_alliance(service, by)
    with service.work(scope) as opened:
        return opened.erasures.expired(sorted(scope.schools), _before(today(service.clock), term), sorted(kept), _MOST)


def purge(
    service: CasesService, by: Scope, years: int | None = None, kept: Collection[UUID] = (), only: Collection[UUID] | None = None
) -> list[Expired]:
    """Have those erased, each in a transaction of its own: one that somebody opened again meanwhile is left alone.

    `only`: of them, those that somebody saw and meant.
    """
    found = [case for case in expired(service, by, years, kept) if only is None or case.case_id in only]
    asked = [case for case in found if _purge(service, by, case)]
    if asked:
        with service.work(by) as opened:
            note(service, opened, "purge_asked", count=len(asked))
    return asked


def runs(service: CasesService, by: Scope) -> list[Run]:
    """The last days' runs by the worker, newest first."""
    with service.work(by) as opened:
        return opened.purges.newest(7)


def purge_daily(database: Database, clock: Clock) -> int:
    """In the worker: once a day for each alliance that wants it; says how many cases are to be erased.

    That the run was made and what it asks for are one transaction, so a crash or a second worker makes no second run.
    """
    with work(database, Scope(audience="system")) as opened:
        wanted = opened.purges.wanted()
    return sum(_daily(database, clock, each) for each in wanted)


def _daily(database: Database, clock: Clock, wanted: Wanted) -> int:
    with work(database, Scope(wanted.school_ids, "system", wanted.set_by)) as opened:
        before = _before(today(clock), wanted.years)
        found = opened.erasures.expired(sorted(wanted.school_ids), before, (), _MOST)
        if not opened.purges.begin(wanted.alliance_id, Run(today(clock), clock.now(), len(found))):
            return 0
        return sum(_ask_if_still(opened, each, clock.now()) for each in found)


def _purge(service: CasesService, by: Scope, found: Expired) -> bool:
    with service.work(erasure.of_alliance(service, by)) as opened:
        return _ask_if_still(opened, found, service.clock.now())


def _ask_if_still(opened: Work, found: Expired, now: datetime) -> bool:
    case = opened.cases.get(found.case_id, to_change=True)
    held = opened.holds.of(case.school_id, case.id) is not None
    still = case.phase == "closed" and case.phase_since == found.closed_at and not held
    if still:
        erasure.ask_for(opened, case, _REASON, now)
    return still


def _before(day: date, years: int) -> datetime:
    return datetime.combine(kept_since(day, years), time(), AMSTERDAM)
