"""The calendar part of a mail (RFC 5545, RFC 5546): neutral, for one attendee, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import icalendar

from services.notifications.domain.kinds import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version of one appointment, for one guardian. `organizer` is the mailbox that sends, and reads answers."""

    method: Method
    appointment_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    organizer: str
    attendee: str
    made_at: datetime


def calendar_part(entry: Entry) -> bytes:
    """A VCALENDAR with one VEVENT.

    UTC needs no VTIMEZONE, which some clients read wrongly and which makes Outlook refuse a CANCEL. One ATTENDEE: no
    parent learns who else comes. The UID stays for the life of the appointment, so that a change finds its entry.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Partnerschap//notifications//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", entry.method.upper())
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.appointment_id}@partnerschap")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.made_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add("status", "CANCELLED" if entry.method == "cancel" else "CONFIRMED")
    event.add("organizer", icalendar.vCalAddress(f"mailto:{entry.organizer}"))
    event.add("attendee", _attendee(entry))
    return event


def _attendee(entry: Entry) -> icalendar.vCalAddress:
    attendee = icalendar.vCalAddress(f"mailto:{entry.attendee}")
    attendee.params["CUTYPE"] = icalendar.vText("INDIVIDUAL")
    attendee.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
    # Calendars' own answer buttons would write to a mailbox; the link in the mail answers to the liaison's agenda.
    attendee.params["RSVP"] = icalendar.vText("FALSE")
    return attendee
