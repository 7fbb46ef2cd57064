"""When people can be asked to come: members of staff say it of themselves; of a guardian, the staff of their school may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from services.scheduling.domain.people import Person
from services.scheduling.domain.working_times import WorkingTimes, check_apart
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from shared.errors import Forbidden, Invalid, NotFound, Stale
from shared.tenancy import Principal

# Guardians say when they can, as far as they say anything: until then they are asked for every time.
ALWAYS = WorkingTimes(weekly={}, lunch=None, lead_hours=0)


@dataclass(frozen=True)
class Availability:
    """Whose it is. `said`: they said something; else these are usual hours, or of a guardian none."""

    person_id: UUID
    name: str
    guardian: bool
    times: WorkingTimes

    @property
    def said(self) -> bool:
        return self.times.version > 0


def read(service: SchedulingService, who: Principal, person_id: UUID) -> Availability:
    """Of oneself, of a colleague at a shared school, or of a guardian there. Raises NotFound for anybody else."""
    with service.work(who.scope) as work:
        return _known(work, who, person_id)


def save(
    service: SchedulingService, who: Principal, person_id: UUID, times: WorkingTimes, expected_version: int | None = None
) -> Availability:
    """Raises NotFound, Forbidden for a colleague's, Stale, and Invalid for an unknown postcode and days said twice."""
    with service.work(who.scope) as work:
        known = _known(work, who, person_id)
        if expected_version is not None and expected_version != known.times.version:
            raise Stale
        check_apart(times.exceptions, known.times.exceptions)
        times = replace(times, version=known.times.version)
        for name in ("start_postcode", "end_postcode"):
            check_postcode(work, name, getattr(times, name))
        if known.guardian:
            work.times.keep_of_guardian(_person(work, who, person_id).school_id, person_id, times)
        elif person_id == who.user_id:
            work.times.keep_of_staff(person_id, times)
        else:
            raise Forbidden("Alleen iemand zelf kan de eigen werktijden wijzigen.")
        return replace(known, times=replace(times, version=times.version + 1))


def check_postcode(work: Work, name: str, code: str | None) -> None:
    """Raises Invalid on `name` for one that the table does not know; while there is no table, any will do."""
    if code is not None and not work.places.points([code]) and work.places.count():
        raise Invalid({name: ["Deze postcode kennen we niet. Kijk hem na, of vul alleen de vier cijfers in."]})


def _known(work: Work, who: Principal, person_id: UUID) -> Availability:
    if person_id == who.user_id:
        mine = work.times.of_staff([person_id]).get(person_id, WorkingTimes())
        return Availability(person_id, who.name, guardian=False, times=mine)
    person = _person(work, who, person_id)
    if person.guardian:
        times = work.times.of_guardians([person_id]).get(person_id, ALWAYS)
    else:
        times = work.times.of_staff([person_id]).get(person_id, WorkingTimes())
    return Availability(person_id, person.name, person.guardian, times)


def _person(work: Work, who: Principal, person_id: UUID) -> Person:
    found = work.directory.named([person_id]).get(person_id)
    if found is None or found.school_id not in who.school_ids:
        raise NotFound
    return found
