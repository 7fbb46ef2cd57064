"""The schools of an alliance: another name or code, and stopping. `by`: an administrator's scope, as in `administration`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.cases.domain.accounts import Assignment, School, check_brin
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases import administration
from services.cases.usecases.audit import note
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.tenancy import Scope


@dataclass(frozen=True)
class SchoolWithStaff:
    """A school, and all who work or worked there."""

    school: School
    assignments: list[Assignment]


def read_all(service: CasesService, by: Scope) -> list[School]:
    """By name, those that stopped too."""
    with service.work(by) as work:
        return list(work.staff.schools())


def read(service: CasesService, by: Scope, school_id: UUID) -> SchoolWithStaff:
    """Raises NotFound."""
    with service.work(by) as work:
        school = _school(work, school_id)
        return SchoolWithStaff(school, work.at_schools([school_id]).staff.assignments())


def change(
    service: CasesService, by: Scope, school_id: UUID, values: Mapping[str, Any], expected_version: int | None = None
) -> School:
    """Another name or BRIN. Raises NotFound, Stale, Invalid."""
    with service.work(by) as work:
        school = _school(work, school_id, expected_version)
        changed = replace(school, **values, version=school.version + 1)
        changed = replace(changed, brin=check_brin(changed.brin))
        if changed.brin and any(each.brin == changed.brin and each.id != school_id for each in work.staff.schools()):
            raise Invalid({"brin": ["Een andere school heeft deze BRIN al."]})
        note(service, work, "school_changed", changed, brin=changed.brin, named_before=school.name)
        administration.save_school(service, work, changed)
        return changed


def stop(service: CasesService, by: Scope, school_id: UUID, last_day: date) -> School:
    """From the day after, nobody works there. Raises NotFound, and Conflict while dossiers are open.

    How many are open is counted with the eyes of the system: an administrator sees no dossier.
    """
    with service.work(by) as work:
        stopped = replace(_school(work, school_id), stopped_on=last_day)
        if count := work.at_schools([school_id], audience="system").cases.count_open():
            raise Conflict("Er lopen hier nog %(count)s dossiers. Laat die eerst afronden.", count=count)
        there = work.at_schools([school_id])
        note(service, there, "school_stopped", stopped, last_day=last_day)
        assignments = [each for each in there.staff.assignments() if not each.over(last_day)]
        administration.end_assignments(service, there, assignments, last_day)
        administration.save_school(service, there, replace(stopped, version=stopped.version + 1))
        for user_id in {each.user_id for each in assignments}:
            administration.revoke_tokens(service, there, user_id)
        return stopped


def resume(service: CasesService, by: Scope, school_id: UUID) -> School:
    """It takes part again; who works there is to be said anew. Raises NotFound."""
    with service.work(by) as work:
        school = _school(work, school_id)
        again = replace(school, stopped_on=None, version=school.version + 1)
        note(service, work, "school_changed", again, resumed=True)
        administration.save_school(service, work, again)
        return again


def _school(work: Work, school_id: UUID, expected_version: int | None = None) -> School:
    school = work.staff.school(school_id)
    if school is None:
        raise NotFound
    if expected_version not in (None, school.version):
        raise Stale
    return school
