"""What a parent sees and does behind the link in their mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.scheduling.adapters.links import Reply
from services.scheduling.domain.appointment import Appointment, Participant
from services.scheduling.domain.people import Host, host_of
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.telling import told
from shared.errors import Gone, NotFound
from shared.tenancy import Scope


@dataclass(frozen=True)
class Invitation:
    """An appointment as one guardian may know it: logistics only."""

    appointment: Appointment
    guardian: Participant
    language: str
    host: Host
    takes_answers: bool
    note: str | None


class LinkExpired(Gone):
    """The link's time is over; it is said in the guardian's language."""

    default_detail = "Links in onze berichten werken tot twee weken na de afspraak."

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language


def look(service: SchedulingService, token: str) -> Invitation:
    """Today's truth about the appointment. Raises NotFound for a foreign token, LinkExpired for one whose time is over."""
    reply = service.links.read(token)
    with service.work(_scope(reply)) as work:
        return _invitation(work, reply, service.clock.now(), to_change=False)


def answer(service: SchedulingService, token: str, given: str, note: str | None) -> Invitation:
    """Take the guardian's answer; the same again changes nothing, and what they wrote is told to nobody else.

    Raises NotFound, LinkExpired, Conflict.
    """
    reply, now = service.links.read(token), service.clock.now()
    with service.work(_scope(reply)) as work:
        invitation = _invitation(work, reply, now, to_change=True)
        appointment, guardian = invitation.appointment, invitation.guardian
        if appointment.answer(reply.person_id, given, now):
            work.appointments.note(appointment, guardian.response, now, (guardian.person_id, guardian.name))
            work.publish(told(service, appointment, "answered", reply.person_id))
        work.appointments.keep_note(appointment, reply.person_id, note)
        return replace(invitation, note=note)


def _scope(reply: Reply) -> Scope:
    return Scope.of_schools([reply.school_id], "parents")


def _invitation(work: Work, reply: Reply, now: datetime, *, to_change: bool) -> Invitation:
    """Raises NotFound when this guardian no longer takes part: the link is theirs alone and ends with that."""
    appointment = work.appointments.get(reply.appointment_id, to_change=to_change)
    guardian = appointment.participant(reply.person_id)
    people = work.directory.people(reply.school_id, [reply.person_id, appointment.host_id])
    person = people.get(reply.person_id)
    if person is None or reply.person_id not in work.directory.case(appointment.case_id).guardian_ids:
        raise NotFound
    if appointment.link_ends_at < now:
        raise LinkExpired(person.language)
    host = host_of(people.get(appointment.host_id), appointment.host_name)
    note = work.appointments.notes(appointment).get(reply.person_id)
    return Invitation(appointment, guardian, person.language, host, appointment.takes_answers(now), note)
