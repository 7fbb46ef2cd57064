"""When a school can receive people: its hours, its region's breaks, and the days on which it is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.scheduling.adapters import closure_files
from services.scheduling.adapters.closure_files import Wrong
from services.scheduling.adapters.days_off import days_off, school_breaks
from services.scheduling.domain.working_times import EARLIEST, LATEST, MOST_CLOSURES, Closure, SchoolTimes, check_room
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.availability import check_postcode
from shared.clock import today
from shared.errors import Invalid, NotFound, Stale
from shared.tenancy import Principal

_LONGEST = timedelta(days=366)
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class School:
    """`region`: its own, else the alliance's. `breaks`: first and last day and name, of the coming year."""

    school_id: UUID
    name: str
    times: SchoolTimes
    closures: Sequence[Closure]
    region: str | None
    breaks: Sequence[Closure]
    holidays: Sequence[date]


@dataclass(frozen=True)
class Imported:
    """`known`: were there already; `wrong`: were left out, and why."""

    added: int
    known: int
    wrong: Sequence[Wrong]


def schools(service: SchedulingService, who: Principal) -> Mapping[UUID, str]:
    """The caller's, by name."""
    with service.work(who.scope) as work:
        return work.directory.school_names()


def read(service: SchedulingService, who: Principal, school_id: UUID) -> School:
    """From today on. Raises NotFound."""
    with service.work(who.scope) as work:
        return _read(service, work, school_id)


def save(
    service: SchedulingService, who: Principal, school_id: UUID, times: SchoolTimes, expected_version: int | None = None
) -> School:
    """Its hours, region and postcode. Raises NotFound, Stale, and Invalid for a postcode that the table does not know."""
    with service.work(who.scope) as work:
        before = _read(service, work, school_id).times
        if expected_version is not None and expected_version != before.version:
            raise Stale
        check_postcode(work, "postcode", times.postcode)
        work.times.keep_of_school(school_id, replace(times, version=before.version))
        return _read(service, work, school_id)


def close(service: SchedulingService, who: Principal, school_id: UUID, closure: Closure) -> School:
    """Add some days. Raises NotFound, Invalid."""
    if not EARLIEST <= closure.first <= LATEST:
        raise Invalid({"first": ["Dit jaar kan niet."]})
    if closure.last < closure.first:
        raise Invalid({"last": ["Kies een dag na de eerste."]})
    if closure.last - closure.first > _LONGEST:
        raise Invalid({"last": ["Kies een periode van hoogstens een jaar."]})
    with service.work(who.scope) as work:
        _name(work, school_id)
        _add(service, work, school_id, [closure], "first")
        return _read(service, work, school_id)


def reopen(service: SchedulingService, who: Principal, school_id: UUID, closure_id: UUID) -> None:
    """Take days away again. Raises NotFound."""
    with service.work(who.scope) as work:
        _name(work, school_id)
        work.times.drop_closure(school_id, closure_id)


def import_closures(service: SchedulingService, who: Principal, school_id: UUID, content: bytes) -> Imported:
    """Add what a CSV or iCalendar file names; what is there already stays. Raises NotFound, Invalid on `file`."""
    with service.work(who.scope) as work:
        _name(work, school_id)
    found = closure_files.read(content)
    with service.work(who.scope) as work:
        unlike = list({(each.first, each.last, each.name): each for each in found.closures}.values())
        added = _add(service, work, school_id, unlike, "file")
        return Imported(added, len(found.closures) - added, found.wrong)


def _add(service: SchedulingService, work: Work, school_id: UUID, new: Sequence[Closure], name: str) -> int:
    """How many were not there yet. Raises Invalid on `name` when they are too many, though what is past makes room."""
    work.times.lock_closures(school_id)
    added = work.times.add_closures(school_id, new)
    if work.times.count_closures(school_id) > MOST_CLOSURES:
        work.times.drop_past_closures(school_id, today(service.clock))
        check_room(work.times.count_closures(school_id), added, name)
    return added


def _read(service: SchedulingService, work: Work, school_id: UUID) -> School:
    name, first = _name(work, school_id), today(service.clock)
    times = work.times.of_schools([school_id]).get(school_id, SchoolTimes())
    region = times.region or service.config.school_region
    breaks = _runs(school_breaks(region, first, first + _A_YEAR))
    closures = work.times.closures([school_id], first)[school_id]
    return School(school_id, name, times, closures, region, breaks, days_off(first, first + _A_YEAR))


def _name(work: Work, school_id: UUID) -> str:
    name = work.directory.school_names().get(school_id)
    if name is None:
        raise NotFound
    return name


def _runs(days: Mapping[date, str]) -> list[Closure]:
    """Days one after the other with one name, as one."""
    found: list[Closure] = []
    for day, name in sorted(days.items()):
        if found and found[-1].name == name and found[-1].last + timedelta(days=1) == day:
            found[-1] = replace(found[-1], last=day)
        else:
            found.append(Closure(day, day, name, "break"))
    return found
