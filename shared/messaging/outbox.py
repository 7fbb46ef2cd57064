"""The outbox: an event is a row in the transaction of the change it tells of, or it is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events.catalogue import CATALOGUE, publishing_schema
from shared.events.envelope import Event
from shared.ids import new_id
from shared.observability import current_traceparent

# One row a subject, locked until commit: the order of sequences is the order of commits.
_NEXT = text(
    "insert into outbox_subjects (subject, last) values (:subject, 1)"
    " on conflict (subject) do update set last = outbox_subjects.last + 1 returning last"
)
_INSERT = text("insert into outbox (school_id, type, body) values (:school_id, :type, :body)")


@dataclass(frozen=True)
class NewEvent:
    """An event about to be told. `data` holds Python values; the catalogue's schema turns them into JSON.

    `time` is when it happened, from the injected clock; without it, now.
    """

    type: str
    school_id: UUID | None
    data: Mapping[str, Any]
    time: datetime | None = None


def publish(session: Session, *events: NewEvent) -> None:
    """Write events into the outbox of the running transaction.

    Raises ValueError for an event that does not fit its schema: that is a bug of the publisher, not of a caller.
    """
    rows = [_row(session, event) for event in _in_lock_order(events)]
    if rows:
        session.execute(_INSERT, rows)


def _in_lock_order(events: Iterable[NewEvent]) -> list[NewEvent]:
    """Subjects sorted, so that two transactions with the same subjects cannot deadlock; order within one is kept."""
    return sorted(events, key=_subject)


def _subject(event: NewEvent) -> str:
    return CATALOGUE[event.type].subject.format_map({name: str(value) for name, value in event.data.items()})


def _row(session: Session, event: NewEvent) -> dict[str, Any]:
    entry = CATALOGUE[event.type]
    if (event.school_id is None) is not entry.alliance_wide:
        raise ValueError(f"{event.type}: a school is {'not wanted' if entry.alliance_wide else 'missing'}")
    subject = _subject(event)
    body = Event(
        id=new_id(),
        type=event.type,
        source="/" + event.type.split(".", 1)[0],
        time=event.time or datetime.now(UTC),
        subject=subject,
        school_id=event.school_id,
        sequence=session.execute(_NEXT, {"subject": subject}).scalar_one(),
        data=_dumped(event),
        traceparent=current_traceparent(),
    )
    return {"school_id": event.school_id, "type": event.type, "body": body.encode()}


def _dumped(event: NewEvent) -> dict[str, Any]:
    schema = publishing_schema(event.type)
    data: dict[str, Any] = schema.dump(event.data)
    unknown = set(event.data) - set(schema.fields)
    try:
        if unknown:
            raise ValidationError({name: ["unknown"] for name in sorted(unknown)})
        schema.load(data)
    except ValidationError as error:
        raise ValueError(f"{event.type} does not fit its schema: {sorted(error.normalized_messages())}") from error
    return data
