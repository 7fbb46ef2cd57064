"""The envelope: CloudEvents 1.0 in its JSON format, with the school, the subject's sequence and the trace.

Attribute names on the wire are lower-case letters only, as the specification demands, hence `schoolid`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
LONGEST_NAME = 255
# What an event ends with, after its number.
END = '"}'
_HIGHEST_SEQUENCE = 2**63 - 1
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


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
        """The event as bytes; `data` must hold JSON values only. Raises ValueError for what JSON cannot say (NaN)."""
        return f"{self.unnumbered()}{self.sequence}{END}".encode()

    def unnumbered(self) -> str:
        """The text up to the number, for whoever gives that out: it goes between this and `END`."""
        attributes = {
            "specversion": "1.0",
            "id": str(self.id),
            "type": self.type,
            "source": self.source,
            "time": self.time.isoformat(),
            "subject": self.subject,
            "datacontenttype": "application/json",
            "data": self.data,
        }
        if self.school_id is not None:
            attributes["schoolid"] = str(self.school_id)
        if self.traceparent is not None:
            attributes["traceparent"] = self.traceparent
        return f'{_json(attributes).removesuffix("}")},"sequence":"'


def decode(body: bytes) -> Event:
    """Raises MalformedEvent for anything but a whole event.

    What passes can also be stored: names that PostgreSQL refuses (NUL, half a surrogate, longer than an index takes) would
    make burying fail as well, and then the same message would come back for ever.
    """
    try:
        found = json.loads(body)
        if found["specversion"] != "1.0":
            raise MalformedEvent("not CloudEvents 1.0")
        return _from_attributes(found)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise MalformedEvent(f"not a whole event: {type(error).__name__}") from error


def _from_attributes(found: dict[str, Any]) -> Event:
    event = Event(
        id=UUID(found["id"]),
        type=_name(found["type"]),
        source=_name(found["source"]),
        time=_instant(found["time"]),
        subject=_name(found["subject"]),
        school_id=UUID(found["schoolid"]) if "schoolid" in found else None,
        sequence=int(found["sequence"]),
        data=found["data"],
        traceparent=_name(found["traceparent"]) if "traceparent" in found else None,
    )
    if not isinstance(event.data, dict):
        raise MalformedEvent("the data are no object")
    if not 1 <= event.sequence <= _HIGHEST_SEQUENCE:
        raise MalformedEvent("a sequence that does not exist")
    return event


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_NAME or not value.isprintable():
        raise MalformedEvent("an attribute that is no name")
    return value


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise MalformedEvent("a time without offset")
    return at.astimezone(UTC)
