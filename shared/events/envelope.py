"""The envelope: CloudEvents 1.0 in its JSON format, with the school, the subject's sequence and the trace.

Attribute names on the wire are lower-case letters only, as the specification demands, hence `schoolid`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


class MalformedEvent(Exception):
    """The bytes are no event of ours. The message tells why, without the contents."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `sequence` counts per `subject`, from 1; `data` holds the fields of its catalogue schema."""

    id: UUID
    type: str
    source: str
    time: datetime
    subject: str
    school_id: UUID | None
    sequence: int
    data: dict[str, Any]
    traceparent: str | None = None

    def encode(self) -> bytes:
        """The event as bytes; `data` must hold JSON values only."""
        attributes = {
            "specversion": "1.0",
            "id": str(self.id),
            "type": self.type,
            "source": self.source,
            "time": self.time.isoformat(),
            "subject": self.subject,
            "sequence": str(self.sequence),
            "datacontenttype": "application/json",
            "data": self.data,
        }
        if self.school_id is not None:
            attributes["schoolid"] = str(self.school_id)
        if self.traceparent is not None:
            attributes["traceparent"] = self.traceparent
        return json.dumps(attributes, ensure_ascii=False, separators=(",", ":")).encode()


def decode(body: bytes) -> Event:
    """Raises MalformedEvent for anything but a whole event."""
    try:
        found = json.loads(body)
        if found["specversion"] != "1.0":
            raise MalformedEvent("not CloudEvents 1.0")
        return _from_attributes(found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MalformedEvent(f"not a whole event: {type(error).__name__}") from error


def _from_attributes(found: dict[str, Any]) -> Event:
    event = Event(
        id=UUID(found["id"]),
        type=str(found["type"]),
        source=str(found["source"]),
        time=datetime.fromisoformat(found["time"]),
        subject=str(found["subject"]),
        school_id=UUID(found["schoolid"]) if "schoolid" in found else None,
        sequence=int(found["sequence"]),
        data=dict(found["data"]),
        traceparent=found.get("traceparent"),
    )
    if event.time.tzinfo is None or event.sequence < 1:
        raise MalformedEvent("a time without offset, or a sequence below 1")
    return event
