"""What kind of days they are, said to everybody alike: whether a family keeps a feast, only they can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scheduling.adapters.days_off import feasts, public_holidays, school_breaks
from services.scheduling.domain.working_times import SchoolTimes, closed_days
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from shared.web.i18n import N_

CLOSED = N_("dicht")


@dataclass(frozen=True)
class DayNote:
    """A public holiday, a feast or a break, as a msgid; or of one `school` a day on which it is closed, as it was named there."""

    name: str
    school: str = ""


DayNotes = Mapping[date, list[DayNote]]


def day_notes(service: SchedulingService, work: Work, schools: Mapping[UUID, str], first: date, last: date) -> DayNotes:
    """By day, both included; in two queries. `schools`: whose breaks and closures count, by name."""
    found: dict[date, list[DayNote]] = {}
    for day, note in _all(service, work, schools, first, last):
        if first <= day <= last and note not in found.setdefault(day, []):
            found[day].append(note)
    return {day: notes for day, notes in found.items() if notes}


def _all(
    service: SchedulingService, work: Work, schools: Mapping[UUID, str], first: date, last: date
) -> Iterator[tuple[date, DayNote]]:
    times = work.times.of_schools(list(schools))
    regions = {times.get(school_id, SchoolTimes()).region or service.config.school_region for school_id in schools}
    breaks = [school_breaks(region, first, last) for region in sorted(filter(None, regions))]
    for named in (public_holidays(first, last), feasts(first, last), *breaks):
        for day, name in named.items():
            yield day, DayNote(name)
    for school_id, closures in work.times.closures(list(schools), first, last).items():
        for closure in closures:
            for day in closed_days([closure]):
                yield day, DayNote(closure.name or CLOSED, schools[school_id])
