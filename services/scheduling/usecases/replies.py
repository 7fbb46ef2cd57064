"""What a parent sees and does behind the link in their mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.scheduling.adapters.links import Reply
from services.scheduling.domain.appointment import Appointment, Participant
from services.scheduling.persistence.repositories import Person
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.appointments import told
from shared.errors import Gone, NotFound
from shared.tenancy import Scope


@dataclass(frozen=True)
class Invitation:
    """An appointment as one guardian may know it: logistics only."""

    appointment: Appointment
    guardian: Participant
    language: str
    host_first_name: str
    host_phone: str | None


def look(service: SchedulingService, token: str) -> Invitation:
    """Today's truth about the appointment. Raises NotFound for a foreign token, Gone for one whose time is over."""
    reply = service.links.read(token)
    with service.work(_scope(reply)) as work:
        return _invitation(work, reply, service.clock.now(), to_change=False)


def answer(service: SchedulingService, token: str, given: str, note: str | None) -> Invitation:
    """Take the guardian's answer; the same again changes nothing. Raises NotFound, Gone, Conflict."""
    reply, now = service.links.read(token), service.clock.now()
    with service.work(_scope(reply)) as work:
        invitation = _invitation(work, reply, now, to_change=True)
        appointment, before = invitation.appointment, (invitation.guardian.response, invitation.guardian.note)
        guardian = appointment.answer(reply.person_id, given, note, now)
        if (guardian.response, guardian.note) != before:
            work.appointments.note(appointment, guardian.response, now, guardian.name, reason=note)
            work.publish(told(service, appointment, "answered", reply.person_id))
        return invitation


def _scope(reply: Reply) -> Scope:
    return Scope.of_schools([reply.school_id], "parents")


def _invitation(work: Work, reply: Reply, now: datetime, *, to_change: bool) -> Invitation:
    appointment = work.appointments.get(reply.appointment_id, to_change=to_change)
    if appointment.link_ends_at < now:
        raise Gone
    people = work.directory.people(reply.school_id, [reply.person_id, appointment.host_id])
    person, host = people.get(reply.person_id), people.get(appointment.host_id)
    if person is None:
        raise NotFound
    first_name, phone = _host(host, appointment)
    return Invitation(appointment, appointment.participant(reply.person_id), person.language, first_name, phone)


def _host(host: Person | None, appointment: Appointment) -> tuple[str, str | None]:
    return (host.first_name, host.phone) if host else (appointment.host_name.split()[0], None)
