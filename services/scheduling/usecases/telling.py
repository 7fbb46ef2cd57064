"""What the other services are told of an appointment: its newest state, and what each guardian is to hear of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.scheduling.adapters.links import Reply
from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.people import host_of
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from shared.messaging.outbox import NewEvent

_STATE = ("case_id", "kind", "place", "starts_at", "ends_at", "sequence", "status", "host_id")
_INVITATION = ("case_id", "kind", "place", "starts_at", "ends_at", "sequence")


def told(service: SchedulingService, appointment: Appointment, what: str, changed_by: UUID) -> NewEvent:
    """The event that tells the appointment's newest state; never what somebody wrote about it."""
    data: dict[str, Any] = {name: getattr(appointment, name) for name in _STATE}
    data |= {"appointment_id": appointment.id, "changed_by": changed_by}
    data["participants"] = [{"person_id": each.person_id, "response": each.response} for each in appointment.participants]
    return NewEvent(f"scheduling.appointment.{what}.v1", appointment.school_id, data, service.clock.now())


def invitations(service: SchedulingService, work: Work, appointment: Appointment, method: str) -> list[NewEvent]:
    """Each guardian hears of it apart, with a link of their own. Of what is over, nobody needs to hear."""
    now = service.clock.now()
    if appointment.ends_at <= now:
        return []
    found = work.directory.people(appointment.school_id, [appointment.host_id])
    host = host_of(found.get(appointment.host_id), appointment.host_name)
    common: dict[str, Any] = {name: getattr(appointment, name) for name in _INVITATION}
    common |= {"appointment_id": appointment.id, "method": method}
    common |= {"host_first_name": host.first_name, "host_phone": host.phone}
    made = []
    for guardian in appointment.guardians:
        token = service.links.token(Reply(appointment.school_id, appointment.id, guardian.person_id))
        data = common | {"person_id": guardian.person_id, "reply_token": token}
        made.append(NewEvent("scheduling.invitation.requested.v1", appointment.school_id, data, now))
    return made
