"""A calendar as programmes subscribe to it (RFC 5545, RFC 7986): neutral, in UTC, with the UID and SEQUENCE of the mails.

A phone shows it on its lock screen and may copy it to whomever: no name of a parent, a child or an address is in it.
UTC needs no VTIMEZONE, of which some clients read the rules wrongly.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import icalendar

from services.scheduling.domain.appointment import Appointment
from services.scheduling.usecases.feeds import Planned
from shared.web.words import appointment_kind, place_name

_FRESH = timedelta(hours=1)
_STATUS = {"invited": "TENTATIVE", "cancelled": "CANCELLED"}


def feed(planned: Planned, public_url: str) -> bytes:
    """The same bytes as long as nothing changes, so that a programme that asks again gets a 304."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Partnerschap//scheduling//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", "Partnerschap")
    calendar.add("x-wr-calname", "Partnerschap")
    calendar.add("refresh-interval", _FRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for each in planned.appointments:
        calendar.add_component(_event(each, planned, planned.changed_at.get(each.id, each.starts_at), public_url))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, planned: Planned, changed_at: datetime, public_url: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{appointment.id}@partnerschap")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", changed_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    parts = (
        appointment_kind(appointment.kind),
        planned.references.get(appointment.case_id),
        planned.schools.get(appointment.school_id),
    )
    event.add("summary", ", ".join(part for part in parts if part))
    event.add("location", place_name(appointment.place))
    event.add("url", f"{public_url}/scheduling/afspraken/{appointment.id}")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if appointment.status == "cancelled" else "OPAQUE")
    event.add("status", _STATUS.get(appointment.status, "CONFIRMED"))
    return event
