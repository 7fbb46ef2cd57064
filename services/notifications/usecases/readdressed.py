"""A guardian's e-mail address is another: whoever reads mail at the one before is told so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.domain.message import Message
from services.notifications.domain.readdressed import FormerAddressFacts
from services.notifications.persistence.unit_of_work import Work
from services.notifications.usecases.schedule import schedule
from shared.ids import new_id


def tell_former_address(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """Once for each change, whatever comes twice. It never is too late to know."""
    host_id = data["host_id"]
    first_name, phone = work.people.host(school_id, host_id) if host_id else ("", None)
    message = Message(
        id=new_id(),
        school_id=school_id,
        case_id=data["case_id"],
        person_id=data["person_id"],
        template="address_changed",
        dedup_key=f"readdressed/{data['change_id']}",
        facts=FormerAddressFacts(data["former_email"], first_name, phone).to_json(),
        created_at=now,
    )
    schedule(work, message, now)
