"""What a week plan must fit, as it is known now: the planner's week, and every family's place and hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.scheduling.domain.busy import Period
from services.scheduling.domain.people import Person, PlannedCase
from services.scheduling.domain.places import Stop
from services.scheduling.domain.slots import Attendee
from services.scheduling.domain.travel import Point
from services.scheduling.domain.week.framing import Due, Frame, frame
from services.scheduling.domain.week.model import VALUES
from services.scheduling.domain.week.wall_clock import moment
from services.scheduling.domain.week_plan import PlannedVisit
from services.scheduling.domain.working_times import WorkingTimes
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.attendance import Comer, attendance
from shared.tenancy import Principal


@dataclass(frozen=True)
class Gathered:
    """Read in one transaction; what it takes to reckon with it is asked of others after that."""

    monday: date
    me: Attendee
    lead: timedelta
    dues: Sequence[Due]
    points: Sequence[Point]
    cases: dict[UUID, PlannedCase]
    people: dict[UUID, Person]


def of_week(monday: date) -> tuple[datetime, datetime]:
    """From midnight on Monday until midnight on the next, on the Dutch clock."""
    return moment(monday, 0, 0), moment(monday, 7, 0)


def gather(work: Work, who: Principal, monday: date, visits: Sequence[PlannedVisit]) -> Gathered:
    """In some seven queries, however many visits there are."""
    cases = {case.case_id: case for case in work.directory.cases([visit.case_id for visit in visits])}
    guardians = sorted({person for visit in visits for person in visit.participant_ids})
    people = work.directory.named(guardians)
    comers = [Comer.staff(who.user_id, who.role), *(Comer(each, guardian=True, travels=False) for each in guardians)]
    found = attendance(work, comers, Period(*of_week(monday)), ())
    by_person = dict(zip([each.person_id for each in comers], found.people, strict=True))
    booked = {visit.appointment_id for visit in visits if visit.appointment_id}
    lead = timedelta(hours=found.times.get(who.user_id, WorkingTimes()).lead_hours)
    others = {key: _without(each, booked) for key, each in by_person.items()}
    dues = [_due(visit, people, others) for visit in visits]
    homes = {person.home for person in people.values() if person.home}
    return Gathered(monday, by_person[who.user_id], lead, dues, [*found.points, *homes], cases, people)


def framed(service: SchedulingService, gathered: Gathered) -> Frame:
    """With the ways between all places; outside any transaction, because it may have to ask for them."""
    service.travel.prepare(gathered.points)
    not_before = service.clock.now() + gathered.lead
    return frame(gathered.monday, gathered.me, gathered.dues, service.travel, not_before)


def _without(attendee: Attendee, booked: set[UUID]) -> Attendee:
    """What this plan booked is not in the way of itself."""
    return replace(attendee, taken=[each for each in attendee.taken if each.appointment_id not in booked])


def _due(visit: PlannedVisit, people: Mapping[UUID, Person], attendees: Mapping[UUID, Attendee]) -> Due:
    """At the door of the first of those who come whose area is known; a secret address is not."""
    come = [people[each] for each in visit.participant_ids if each in people]
    known = next((each for each in come if each.postcode_area), None)
    door = known.person_id if known else come[0].person_id if come else visit.case_id
    place = Stop(door, known.home if known else None)
    others = [attendees[each] for each in visit.participant_ids]
    return Due(visit.minutes, VALUES[visit.priority], place, visit.windows, others)
