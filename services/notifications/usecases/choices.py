"""A guardian is offered times to choose from; when there is nothing to choose any more, what has not left stays here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.domain.choice import ChoiceFacts
from services.notifications.domain.message import UNSENT, Message
from services.notifications.persistence.unit_of_work import Work
from services.notifications.usecases.requests import take_back
from services.notifications.usecases.schedule import schedule
from shared.ids import new_id


def request_choice(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """Once for each guardian, whatever comes twice."""
    message = Message(
        id=new_id(),
        school_id=school_id,
        case_id=data["case_id"],
        person_id=data["person_id"],
        about_id=data["choice_id"],
        template="appointment_choice",
        dedup_key=f"choice/{data['choice_id']}/{data['person_id']}",
        facts=_facts(data).to_json(),
        created_at=now,
        expires_at=data["expires_at"],
    )
    schedule(work, message, now)


def close_choice(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """Nobody is asked to choose any more."""
    work.queue.lock(school_id, data["choice_id"])
    take_back(work, [each for each in work.messages.about(school_id, data["choice_id"]) if each.status in UNSENT], now)


def _facts(data: Mapping[str, Any]) -> ChoiceFacts:
    slots = data["slots"]
    longest = max((slot["ends_at"] - slot["starts_at"] for slot in slots), default=timedelta())
    return ChoiceFacts(
        choice_id=data["choice_id"],
        place=data["place"],
        count=len(slots),
        minutes=int(longest / timedelta(minutes=1)),
        expires_at=data["expires_at"],
        host_first_name=data["host_first_name"],
        host_phone=data["host_phone"],
        reply_token=data["reply_token"],
    )
