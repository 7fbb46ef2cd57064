"""A guardian is asked something, or asked for a code: the request becomes a row, and nothing is sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.domain.asked import AskFacts, CodeFacts
from services.notifications.domain.message import Message
from services.notifications.persistence.unit_of_work import Work
from services.notifications.usecases.schedule import schedule
from shared.ids import new_id

# Later than this the mail would ask for what has been settled otherwise; the link itself works longer.
_ASKED_LATE_ENOUGH = timedelta(days=7)


def request_ask(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """Once, whatever comes twice. The host's number is the one known here."""
    host_id = data["host_id"]
    first_name, phone = work.people.host(school_id, host_id) if host_id else ("", None)
    facts = AskFacts(data["token"], data["answer_before"], first_name, phone)
    message = _message(school_id, data, now, template=data["what"], key=f"ask/{data['ask_id']}", facts=facts.to_json())
    message.expires_at = now + _ASKED_LATE_ENOUGH
    schedule(work, message, now)


def request_code(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """Goes before everything else, and not at all once it is worth nothing."""
    facts = CodeFacts(data["code"]).to_json()
    message = _message(school_id, data, now, template="one_time_code", key=f"code/{data['code_id']}", facts=facts)
    message.expires_at = data["expires_at"]
    schedule(work, message, now)


def _message(
    school_id: UUID, data: Mapping[str, Any], now: datetime, *, template: str, key: str, facts: dict[str, Any]
) -> Message:
    return Message(
        id=new_id(),
        school_id=school_id,
        case_id=data["case_id"],
        person_id=data["person_id"],
        template=template,
        dedup_key=key,
        facts=facts,
        created_at=now,
    )
