"""Planning, moving, cancelling, concluding: each is one transaction, with everybody's time and the events in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Interpreting, Moment, often_missed, period, place_of
from services.scheduling.domain.availability import common
from services.scheduling.domain.busy import Period
from services.scheduling.domain.filters import Filters
from services.scheduling.domain.people import Person, PlannedCase, interpreted
from services.scheduling.persistence.appointments import New
from services.scheduling.persistence.directory import Directory
from services.scheduling.persistence.occupancy import Occupancy
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.attendance import school_days
from services.scheduling.usecases.booking import book, release, whole_day
from services.scheduling.usecases.day_notes import DayNote, day_notes
from services.scheduling.usecases.telling import invitations, told
from shared.clock import AMSTERDAM, day_of
from shared.errors import Invalid, NotFound, Stale
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewAppointment:
    """An appointment as asked for. Without `place` it is where such an appointment usually is.

    Without `interpreter_needed` it is as it is known of those who come.
    """

    case_id: UUID
    kind: str
    starts_at: datetime
    duration_minutes: int
    participant_ids: Sequence[UUID]
    location: str | None = None
    place: str | None = None
    interpreter_needed: bool | None = None


@dataclass(frozen=True)
class Move:
    """What changes: `starts_at`, `duration_minutes`, `location`, `place`; what is not among them stays."""

    changes: dict[str, Any]
    reason: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True)
class Detail:
    """An appointment with its case, its people and its history. `day`: what kind of day it is, while it is still to come.

    `school_open`: False when it is at a school that receives nobody then.
    """

    appointment: Appointment
    case: PlannedCase
    people: dict[UUID, Person]
    history: Sequence[Any]
    notes: dict[UUID, str]
    day: Sequence[DayNote] = ()
    school_open: bool = True


def plan(service: SchedulingService, who: Principal, new: NewAppointment) -> Appointment:
    """Raises NotFound for a case that is not the caller's, Invalid naming the field, Conflict naming who is taken when.

    Also Conflict for a case that has ended.
    """
    now = service.clock.now()
    starts_at, ends_at = period(new.starts_at, new.duration_minutes, now)
    people = [*new.participant_ids, who.user_id]
    ahead = [
        Directory.question(who.school_ids, new.case_id, people),
        Occupancy.question([who.user_id], *whole_day(day_of(starts_at))),
    ]
    with service.work(who.scope, held=set(people), ahead=ahead) as work:
        case = work.directory.case(new.case_id, and_people=people)
        case.require_open()
        appointment = Appointment(
            school_id=case.school_id,
            id=new_id(),
            case_id=case.case_id,
            kind=new.kind,
            place=new.place or place_of(new.kind, new.location),
            location=new.location,
            starts_at=starts_at,
            ends_at=ends_at,
            host_id=who.user_id,
            host_name=who.name,
            interpreter_needed=new.interpreter_needed,
        )
        for person in _invited(work, case, new, who):
            appointment.invite(person.person_id, person.name, guardian=person.guardian)
        book(service, work, appointment, New(now, _news(service, work, appointment, "invited", who, "request")))
        return _known(work, appointment)


def move(service: SchedulingService, who: Principal, appointment_id: UUID, to: Move) -> Appointment:
    """Another time or place. What changes nothing is told to nobody.

    Raises NotFound, Stale, Invalid naming the field, Conflict naming who is taken when.
    """
    now = service.clock.now()
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, to.expected_version)
        before = appointment.moment
        if not appointment.move(_moment(appointment, to.changes, now), now):
            return _known(work, appointment)
        book(service, work, appointment)
        work.appointments.drop_notes(appointment)
        data = {name: getattr(before, name).isoformat() for name in ("starts_at", "ends_at")}
        work.appointments.note(appointment, "moved", now, (who.user_id, who.name), reason=to.reason, data=data)
        _publish(service, work, appointment, "moved", who, "update")
        return appointment


def cancel(
    service: SchedulingService, who: Principal, appointment_id: UUID, reason: str, expected_version: int | None = None
) -> Appointment:
    """Raises NotFound, Stale, and Conflict when it is over."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, expected_version)
        appointment.cancel()
        release(service, work, appointment)
        work.appointments.note(appointment, "cancelled", now, (who.user_id, who.name), reason=reason)
        _publish(service, work, appointment, "cancelled", who, "cancel")
        return appointment


def interpret(
    service: SchedulingService, who: Principal, appointment_id: UUID, said: Interpreting, expected_version: int | None = None
) -> Appointment:
    """An interpreter is needed or is not, comes or does not after all. Raises NotFound, Stale, and Conflict when it is over."""
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, expected_version)
        for what in appointment.interpret(said):
            work.appointments.note(appointment, what, service.clock.now(), (who.user_id, who.name), reason=said.note)
        return _known(work, appointment)


def conclude(service: SchedulingService, who: Principal, appointment_id: UUID, outcome: str, note: str | None) -> Appointment:
    """It was held, or they did not meet: perhaps once too often. Raises NotFound, and Conflict before it begins."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, None)
        appointment.conclude(outcome, now)
        work.appointments.note(appointment, outcome, now, (who.user_id, who.name), reason=note)
        _publish(service, work, appointment, "concluded", who)
        return _missed(work, appointment)


def read(service: SchedulingService, who: Principal, appointment_id: UUID) -> Detail:
    """Raises NotFound."""
    with service.work(who.scope) as work:
        appointment = work.appointments.get(appointment_id)
        detail = Detail(
            appointment=_missed(work, appointment),
            case=work.directory.case(appointment.case_id),
            people=work.directory.people(appointment.school_id, appointment.busy_ids),
            history=work.appointments.history(appointment),
            notes=work.appointments.notes(appointment),
        )
        coming = appointment.takes_answers(service.clock.now())
        return _with_its_day(service, work, detail) if coming else detail


def _with_its_day(service: SchedulingService, work: Work, detail: Detail) -> Detail:
    """A time that somebody chose themselves may be on a day that no proposal would have."""
    appointment, day = detail.appointment, day_of(detail.appointment.starts_at)
    between = Period(appointment.starts_at, appointment.ends_at)
    notes = day_notes(service, work, {detail.case.school_id: detail.case.school_name}, day, day).get(day, ())
    if appointment.place != "at_school":
        return replace(detail, day=[each for each in notes if not each.school])
    hours = school_days(service, work, appointment.school_id, between).hours
    return replace(detail, day=notes, school_open=bool(common(hours, [between]) == [between]))


def get(service: SchedulingService, who: Principal, appointment_id: UUID) -> Appointment:
    """Raises NotFound."""
    with service.work(who.scope) as work:
        return _known(work, work.appointments.get(appointment_id))


def list_appointments(service: SchedulingService, who: Principal, filters: Filters, page: PageRequest) -> Page[Appointment]:
    """At the caller's schools, soonest first. Raises Invalid on `to`, NotFound for a school that is not the caller's."""
    if filters.since and filters.until and filters.until <= filters.since:
        raise Invalid({"to": ["Kies een einde na het begin."]})
    if filters.school_id and filters.school_id not in who.school_ids:
        raise NotFound
    with service.work(who.scope) as work:
        found = work.appointments.page(filters, page)
        guardians = work.directory.named(sorted({each.person_id for one in found.items for each in one.guardians}))
        for one in found.items:
            one.interpreted = interpreted(guardians[each.person_id] for each in one.guardians if each.person_id in guardians)
        return found


def _invited(work: Work, case: PlannedCase, new: NewAppointment, who: Principal) -> list[Person]:
    """The persons in the order asked for. Raises Invalid when one has no part in this case or school on that day."""
    day = new.starts_at.astimezone(AMSTERDAM).date()
    known = work.directory.people(case.school_id, [*new.participant_ids, who.user_id])
    if any(each not in known or not case.takes(known[each], day) for each in new.participant_ids):
        raise Invalid({"participant_ids": ["Kies mensen die bij dit dossier of bij deze school horen."]})
    return [known[each] for each in new.participant_ids]


def _moment(appointment: Appointment, changes: dict[str, Any], now: datetime) -> Moment:
    """When and where it will be. Raises Invalid on `starts_at`; a time that stays may have begun."""
    starts_at, minutes = changes.get("starts_at", appointment.starts_at), changes.get("duration_minutes", appointment.minutes)
    location = changes.get("location", appointment.location)
    place = changes.get("place") or (place_of(appointment.kind, location) if "location" in changes else appointment.place)
    if (starts_at, minutes) == (appointment.starts_at, appointment.minutes):
        return Moment(appointment.starts_at, appointment.ends_at, place, location)
    return Moment(*period(starts_at, minutes, now), place, location)


def _to_change(work: Work, appointment_id: UUID, expected_version: int | None) -> Appointment:
    appointment = work.appointments.get(appointment_id, to_change=True)
    if expected_version is not None and expected_version != appointment.version:
        raise Stale
    return appointment


def _publish(
    service: SchedulingService, work: Work, appointment: Appointment, what: str, who: Principal, method: str | None = None
) -> None:
    work.publish(*_news(service, work, appointment, what, who, method))
    _known(work, appointment)


def _news(
    service: SchedulingService, work: Work, appointment: Appointment, what: str, who: Principal, method: str | None
) -> list[NewEvent]:
    """What everybody is told, and each guardian."""
    letters = invitations(service, work, appointment, method) if method else []
    return [told(service, appointment, what, who.user_id), *letters]


def _known(work: Work, appointment: Appointment) -> Appointment:
    """With the languages for which those who come need an interpreter, as it is known of them now."""
    guardians = [each.person_id for each in appointment.guardians]
    appointment.interpreted = interpreted(work.directory.people(appointment.school_id, guardians).values())
    return appointment


def _missed(work: Work, appointment: Appointment) -> Appointment:
    """With whether the case's last appointments came to nothing."""
    appointment.often_missed = often_missed(work.appointments.outcomes(appointment.school_id, appointment.case_id))
    return appointment
