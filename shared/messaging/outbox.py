"""The outbox: an event is a row in the transaction of the change it tells of, or it is nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, LargeBinary, Text, Uuid

from shared.events.catalogue import CATALOGUE, publishing_schema
from shared.events.envelope import Event
from shared.ids import new_id
from shared.observability import current_traceparent

_ALLOCATE = text("select subject, last from allocate_sequences(:subjects, :counts)").bindparams(
    bindparam("subjects", type_=ARRAY(Text)), bindparam("counts", type_=ARRAY(BigInteger))
)
_INSERT = text("insert into outbox (school_id, type, body) select * from unnest(:schools, :types, :bodies)").bindparams(
    bindparam("schools", type_=ARRAY(Uuid)), bindparam("types", type_=ARRAY(Text)), bindparam("bodies", type_=ARRAY(LargeBinary))
)


@dataclass(frozen=True)
class NewEvent:
    """An event about to be told. `data` holds Python values; the catalogue's schema turns them into JSON.

    `time` is when it happened, from the injected clock; without it, now. The subject follows from type and data.
    """

    type: str
    school_id: UUID | None
    data: Mapping[str, Any]
    time: datetime | None = None

    @property
    def subject(self) -> str:
        """What it is about, by the catalogue's pattern. Raises KeyError when the data lack what the pattern names."""
        return CATALOGUE[self.type].subject.format_map({name: str(value) for name, value in self.data.items()})


def publish(session: Session, *events: NewEvent) -> None:
    """Write events into the outbox of the running transaction: two statements, however many they are.

    They go out in the order given. From here to the commit the subjects are locked, so that the order of their sequences
    is the order of commits. Raises ValueError for an event that does not fit its schema: a bug of the publisher.
    """
    if not events:
        return
    bodies = [_dumped(event) for event in events]
    subjects = [event.subject for event in events]
    sequences = _allocate(session, subjects)
    traceparent = current_traceparent()
    rows = zip(events, subjects, sequences, bodies, strict=True)
    encoded = [_event(*row, traceparent).encode() for row in rows]
    values = {"schools": [event.school_id for event in events], "types": [event.type for event in events], "bodies": encoded}
    session.execute(_INSERT, values)


def _allocate(session: Session, subjects: Sequence[str]) -> list[int]:
    """The next sequence for each, counting on where a subject comes more than once."""
    counts = Counter(subjects)
    found = session.execute(_ALLOCATE, {"subjects": list(counts), "counts": list(counts.values())})
    following = {subject: last - counts[subject] + 1 for subject, last in found}
    sequences = []
    for subject in subjects:
        sequences.append(following[subject])
        following[subject] += 1
    return sequences


def _event(new: NewEvent, subject: str, sequence: int, data: dict[str, Any], traceparent: str | None) -> Event:
    return Event(
        id=new_id(),
        type=new.type,
        source="/" + CATALOGUE[new.type].producer,
        time=new.time or datetime.now(UTC),
        subject=subject,
        school_id=new.school_id,
        sequence=sequence,
        data=data,
        traceparent=traceparent,
    )


def _dumped(event: NewEvent) -> dict[str, Any]:
    """The data as JSON values."""
    entry = CATALOGUE.get(event.type)
    if entry is None:
        raise ValueError(f"{event.type} is not in the catalogue")
    if (event.school_id is None) is not entry.alliance_wide:
        raise ValueError(f"{event.type}: a school is {'not wanted' if entry.alliance_wide else 'missing'}")
    schema = publishing_schema(event.type)
    try:
        # Dumping drops what the schema does not know, so that is asked first.
        if unknown := set(event.data) - set(schema.fields):
            raise ValidationError({name: ["unknown"] for name in sorted(unknown)})
        data: dict[str, Any] = schema.dump(event.data)
        schema.load(data)
    except (ValidationError, AttributeError, TypeError) as error:
        told = sorted(error.messages_dict) if isinstance(error, ValidationError) else type(error).__name__
        raise ValueError(f"{event.type} does not fit its schema: {told}") from error
    return data
