"""Asking for a mail at a moment, and changing or taking back what has not left, by the key under which it was asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.notifications.domain.message import UNSENT, Message
from services.notifications.persistence.unit_of_work import Work


def schedule(work: Work, message: Message, due_at: datetime) -> bool:
    """Once, whatever comes twice. False when it was asked for before: that one stays as it is."""
    if not work.messages.add(message):
        return False
    work.queue.put(message, due_at)
    work.queue.ring()
    return True


def reschedule(work: Work, message: Message, due_at: datetime, now: datetime) -> bool:
    """The newer takes the place of what has not left under its key, or is asked for anew. False when that one has left."""
    known = work.messages.of_key(message.school_id, message.dedup_key)
    if known is None:
        return schedule(work, message, due_at)
    if not _is_taken_back(work, known, now):
        return False
    known.changes_into(message)
    work.save(known, now)
    work.queue.put(known, due_at)
    work.queue.ring()
    return True


def cancel(work: Work, school_id: UUID, dedup_key: str, reason: str, now: datetime) -> bool:
    """False when there is no such mail, or it has left."""
    known = work.messages.of_key(school_id, dedup_key)
    if known is None or not _is_taken_back(work, known, now):
        return False
    known.cancel(reason)
    work.queue.remove(known)
    work.save(known, now)
    return True


def _is_taken_back(work: Work, message: Message, now: datetime) -> bool:
    """What a worker is handing over this moment leaves."""
    if message.status == "sending":
        return work.attempts.take_back(message, now)
    return message.status in UNSENT
