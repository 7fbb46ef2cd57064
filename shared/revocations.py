"""Logins that were ended before their token expired. `cases` decides; every service hears it as an event and keeps it.

`shared.database.set_scope` looks here in the first statement of every transaction, so an ended login is refused by the
very next request that touches data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events.envelope import Event
from shared.messaging.subscription import Subscription

_REVOKE = text(
    "insert into revocations (subject_id, issued_before, expires_at) values (:subject_id, :issued_before, :expires_at)"
    " on conflict (subject_id) do update set"
    " issued_before = greatest(revocations.issued_before, excluded.issued_before),"
    " expires_at = greatest(revocations.expires_at, excluded.expires_at)"
)
_FORGET = text("delete from revocations where expires_at < :now")


def revoke(session: Session, subject_id: UUID, issued_before: datetime, expires_at: datetime) -> None:
    """Refuse every token of this session or user that was issued before; forget it once all of them have expired."""
    session.execute(_REVOKE, {"subject_id": subject_id, "issued_before": issued_before, "expires_at": expires_at})


def forget_expired(session: Session, now: datetime) -> None:
    """Drop what no token can meet any more."""
    session.execute(_FORGET, {"now": now})


def _on_session_ended(session: Session, event: Event) -> None:
    expires_at = _instant(event.data["expires_at"])
    revoke(session, UUID(str(event.data["session_id"])), expires_at, expires_at)


def _on_access_revoked(session: Session, event: Event) -> None:
    data = event.data
    revoke(session, UUID(str(data["user_id"])), _instant(data["before"]), _instant(data["expires_at"]))


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


SUBSCRIPTIONS = (
    Subscription("cases.session.ended.v1", _on_session_ended, stale="apply"),
    Subscription("cases.access.revoked.v1", _on_access_revoked, stale="apply"),
)
