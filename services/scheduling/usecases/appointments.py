"""Planning, moving, cancelling, concluding: each is one transaction, with everybody's time and the events in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.scheduling.adapters.links import Reply
from services.scheduling.domain.appointment import Appointment, Participant, period, place_of
from services.scheduling.domain.filters import Filters
from services.scheduling.persistence.repositories import Busy, Person, PlannedCase
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from shared.clock import AMSTERDAM
from shared.errors import Conflict, Invalid, Stale
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewAppointment:
    """An appointment as asked for."""

    case_id: UUID
    kind: str
    starts_at: datetime
    duration_minutes: int
    participant_ids: Sequence[UUID]
    location: str | None = None


@dataclass(frozen=True)
class Move:
    """What moves; what is None stays."""

    starts_at: datetime | None = None
    duration_minutes: int | None = None
    location: str | None = None
    reason: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True)
class Detail:
    """An appointment with its case, its people and its history."""

    appointment: Appointment
    case: PlannedCase
    people: dict[UUID, Person]
    history: Sequence[Any]


def plan(service: SchedulingService, who: Principal, new: NewAppointment) -> Appointment:
    """Raises NotFound for a case that is not the caller's, Invalid naming the field, Conflict naming who is taken when."""
    now = service.clock.now()
    starts_at, ends_at = period(new.starts_at, new.duration_minutes, now)
    with service.work(who.scope) as work:
        case = work.directory.case(new.case_id)
        people = _invited(work, case, new.participant_ids)
        appointment = Appointment(
            school_id=case.school_id,
            id=new_id(),
            case_id=case.case_id,
            kind=new.kind,
            place=place_of(new.kind),
            location=new.location,
            starts_at=starts_at,
            ends_at=ends_at,
            host_id=who.user_id,
            host_name=who.name,
        )
        appointment.participants = [_participant(appointment, each, who, place) for place, each in enumerate(people)]
        work.appointments.add(appointment)
        _occupy(work, appointment)
        work.appointments.note(appointment, "invited", now, who.name)
        _tell(service, work, appointment, "invited", who.user_id)
        _invite(service, work, appointment, "request")
        return appointment


def move(service: SchedulingService, who: Principal, appointment_id: UUID, to: Move) -> Appointment:
    """Raises NotFound, Stale, Invalid naming the field, Conflict naming who is taken when."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, to.expected_version)
        before = {"starts_at": appointment.starts_at.isoformat(), "ends_at": appointment.ends_at.isoformat()}
        minutes = to.duration_minutes or int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
        starts_at, ends_at = period(to.starts_at or appointment.starts_at, minutes, now)
        appointment.move(starts_at, ends_at, to.location or appointment.location)
        _occupy(work, appointment)
        work.appointments.note(appointment, "moved", now, who.name, reason=to.reason, data=before)
        _tell(service, work, appointment, "moved", who.user_id)
        _invite(service, work, appointment, "update")
        return appointment


def cancel(service: SchedulingService, who: Principal, appointment_id: UUID, reason: str) -> Appointment:
    """Raises NotFound, and Conflict when it is over."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, None)
        appointment.cancel()
        work.appointments.release(appointment.id)
        work.appointments.note(appointment, "cancelled", now, who.name, reason=reason)
        _tell(service, work, appointment, "cancelled", who.user_id)
        _invite(service, work, appointment, "cancel")
        return appointment


def conclude(service: SchedulingService, who: Principal, appointment_id: UUID, outcome: str, note: str | None) -> Appointment:
    """It was held, or nobody was there. Raises NotFound, and Conflict before it begins."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        appointment = _to_change(work, appointment_id, None)
        appointment.conclude(outcome, now)
        work.appointments.note(appointment, outcome, now, who.name, reason=note)
        _tell(service, work, appointment, "concluded", who.user_id)
        return appointment


def read(service: SchedulingService, who: Principal, appointment_id: UUID) -> Detail:
    """Raises NotFound."""
    with service.work(who.scope) as work:
        appointment = work.appointments.get(appointment_id)
        case = work.directory.case(appointment.case_id)
        people = work.directory.people(appointment.school_id, appointment.busy_ids)
        return Detail(appointment, case, people, work.appointments.history(appointment))


def list_appointments(service: SchedulingService, who: Principal, filters: Filters, page: PageRequest) -> Page[Appointment]:
    """At the caller's schools, soonest first."""
    if filters.since and filters.until and filters.until <= filters.since:
        raise Invalid({"to": ["Kies een einde na het begin."]})
    with service.work(who.scope) as work:
        return work.appointments.page(filters, page)


def who_may_come(service: SchedulingService, who: Principal, case_id: UUID) -> tuple[PlannedCase, list[Person]]:
    """A case and its guardians, to choose from. Raises NotFound."""
    with service.work(who.scope) as work:
        case = work.directory.case(case_id)
        return case, work.directory.guardians(case)


def week_of(service: SchedulingService, who: Principal, since: datetime) -> tuple[list[Appointment], dict[UUID, str]]:
    """A week's appointments at the caller's schools, and the schools' names."""
    filters = Filters(since=since, until=since + timedelta(days=7))
    with service.work(who.scope) as work:
        found = work.appointments.page(filters, PageRequest(200)).items
        return [each for each in found if each.status != "cancelled"], work.directory.school_names()


def _invited(work: Work, case: PlannedCase, person_ids: Sequence[UUID]) -> list[Person]:
    """The persons in the order asked for. Raises Invalid when one has no part in this case or school."""
    known = work.directory.people(case.school_id, list(person_ids))
    wrong = [each for each in person_ids if each not in known or known[each].case_id not in (None, case.case_id)]
    if wrong:
        raise Invalid({"participant_ids": ["Kies mensen die bij dit dossier of bij deze school horen."]})
    return [known[each] for each in dict.fromkeys(person_ids)]


def _participant(appointment: Appointment, person: Person, who: Principal, position: int) -> Participant:
    response = "accepted" if person.person_id == who.user_id else "awaiting"
    return Participant(
        appointment.school_id, appointment.id, person.person_id, person.name, person.guardian, response, position=position
    )


def _occupy(work: Work, appointment: Appointment) -> None:
    work.appointments.hold(appointment.busy_ids)
    work.appointments.release(appointment.id)
    taken = work.appointments.occupy(appointment)
    if not taken:
        return
    names = {appointment.host_id: appointment.host_name} | {each.person_id: each.name for each in appointment.participants}
    words = "; ".join(f"{names[each.person_id]}: {_when(each)}" for each in taken)
    conflicts = [
        {
            "person_id": str(each.person_id),
            "name": names[each.person_id],
            "starts_at": each.starts_at.isoformat(),
            "ends_at": each.ends_at.isoformat(),
        }
        for each in taken
    ]
    raise Conflict("Deze tijd is al bezet. %(who)s.", who=words, extra={"conflicts": conflicts})


def _when(busy: Busy) -> str:
    starts, ends = busy.starts_at.astimezone(AMSTERDAM), busy.ends_at.astimezone(AMSTERDAM)
    return f"{starts:%d-%m-%Y %H:%M}–{ends:%H:%M}"


def _to_change(work: Work, appointment_id: UUID, expected_version: int | None) -> Appointment:
    appointment = work.appointments.get(appointment_id, to_change=True)
    if expected_version is not None and expected_version != appointment.version:
        raise Stale
    return appointment


def _tell(service: SchedulingService, work: Work, appointment: Appointment, what: str, changed_by: UUID) -> None:
    work.publish(told(service, appointment, what, changed_by))


def told(service: SchedulingService, appointment: Appointment, what: str, changed_by: UUID) -> NewEvent:
    """The event that tells the appointment's newest state."""
    names = ("case_id", "kind", "place", "starts_at", "ends_at", "sequence", "status", "host_id")
    data: dict[str, Any] = {name: getattr(appointment, name) for name in names}
    data |= {"appointment_id": appointment.id, "changed_by": changed_by}
    data["participants"] = [{"person_id": each.person_id, "response": each.response} for each in appointment.participants]
    return NewEvent(f"scheduling.appointment.{what}.v1", appointment.school_id, data, service.clock.now())


def _invite(service: SchedulingService, work: Work, appointment: Appointment, method: str) -> None:
    """Each guardian hears of it apart, with a link of their own."""
    host = work.directory.people(appointment.school_id, [appointment.host_id]).get(appointment.host_id)
    names = ("case_id", "kind", "place", "starts_at", "ends_at", "sequence")
    common: dict[str, Any] = {name: getattr(appointment, name) for name in names}
    common |= {"appointment_id": appointment.id, "method": method}
    common["host_first_name"] = host.first_name if host else appointment.host_name.split()[0]
    common["host_phone"] = host.phone if host else None
    events = []
    for guardian in appointment.guardians:
        token = service.links.token(Reply(appointment.school_id, appointment.id, guardian.person_id))
        data = common | {"person_id": guardian.person_id, "reply_token": token}
        events.append(NewEvent("scheduling.invitation.requested.v1", appointment.school_id, data, service.clock.now()))
    work.publish(*events)
