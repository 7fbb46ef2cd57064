"""Something asks for a mail: the request becomes a row, and nothing is sent yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.message import UNSENT, Message
from services.notifications.domain.reminders import reminders
from services.notifications.persistence.unit_of_work import Work
from shared.clock import AMSTERDAM
from shared.ids import new_id


def request_invitation(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """One guardian is to hear of one version of one appointment: once, whatever comes twice.

    What was to say the same before and has not left takes its place no more: it is cancelled.
    """
    work.queue.lock(school_id, data["appointment_id"], data["person_id"])
    earlier = work.messages.about(school_id, data["appointment_id"], data["person_id"])
    if any(each.dedup_key == _dedup_key(data) for each in earlier):
        return
    is_newest = all(each.sequence <= data["sequence"] for each in earlier)
    if is_newest:
        take_back(work, [each for each in earlier if each.status in UNSENT], now)
    has_heard = any(each.is_known_to_them or each.status == "sending" for each in earlier)
    message = _message(school_id, data, now, has_heard)
    if not work.messages.add(message):
        return
    if not is_newest:
        message.cancel("superseded")
    elif data["method"] == "cancel" and not has_heard:
        # Calling off what they never heard of would only frighten them.
        message.cancel("never_invited")
    if message.status == "cancelled":
        work.save(message, now)
        return
    work.queue.put(message, now)
    work.queue.ring()
    if data["method"] != "cancel":
        _schedule_reminders(work, message, now)


def _schedule_reminders(work: Work, message: Message, now: datetime) -> None:
    """They go with the appointment: a move or a cancellation takes them back like any mail that has not left."""
    starts_at = AppointmentFacts.from_json(message.facts).starts_at
    for each in reminders(starts_at, now, AMSTERDAM):
        reminder = replace(
            message,
            id=new_id(),
            template="appointment_reminder",
            dedup_key=f"{message.about_id}/{message.person_id}/{message.sequence}/reminder-{each.days_before}",
            status="scheduled",
            not_before=each.not_before,
            expires_at=each.expires_at,
            happened=[],
        )
        if work.messages.add(reminder):
            work.queue.put(reminder, each.not_before)


def take_back(work: Work, messages: Sequence[Message], now: datetime) -> None:
    """Cancel what has not left. What a worker is handing over this moment leaves: the newer one follows it."""
    for message in messages:
        if message.status == "sending" and not work.attempts.take_back(message, now):
            continue
        message.cancel("superseded")
        work.queue.remove(message)
        work.save(message, now)


def _dedup_key(data: Mapping[str, Any]) -> str:
    return f"{data['appointment_id']}/{data['person_id']}/{data['sequence']}/{data['method']}"


def _message(school_id: UUID, data: Mapping[str, Any], now: datetime, has_heard: bool) -> Message:
    facts = AppointmentFacts(
        appointment_id=data["appointment_id"],
        place=data["place"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        sequence=data["sequence"],
        host_first_name=data["host_first_name"],
        host_phone=data["host_phone"],
        reply_token=data["reply_token"],
    )
    return Message(
        id=new_id(),
        school_id=school_id,
        case_id=data["case_id"],
        person_id=data["person_id"],
        about_id=data["appointment_id"],
        sequence=data["sequence"],
        template=_template(data["method"], has_heard),
        dedup_key=_dedup_key(data),
        facts=facts.to_json(),
        created_at=now,
        expires_at=data["starts_at"],
    )


def _template(method: str, has_heard: bool) -> str:
    if method == "cancel":
        return "appointment_cancelled"
    # "Your appointment has changed" says nothing to somebody whose invitation never left.
    return "appointment_changed" if method == "update" and has_heard else "appointment_invitation"
