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
from shared.events.envelope import END, Event
from shared.ids import new_id
from shared.observability import current_traceparent

# The numbers are given out and written into the bodies where the rows are written: one round trip for both.
_PUBLISH = text(
    "with given as materialized (select * from allocate_sequences(:subjects, :counts))"
    " insert into outbox (school_id, type, body)"
    " select school_id, type, body || convert_to((last - later)::text, 'UTF8') || :end"
    " from unnest(:schools, :types, :bodies, :abouts, :laters) with ordinality as told (school_id, type, body, subject, later, n)"
    " join given using (subject) order by n"
).bindparams(
    bindparam("end", END, LargeBinary),
    bindparam("schools", type_=ARRAY(Uuid)),
    bindparam("bodies", type_=ARRAY(LargeBinary)),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("subjects", "types", "abouts")),
    *(bindparam(name, type_=ARRAY(BigInteger)) for name in ("counts", "laters")),
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
    """Write events into the outbox of the running transaction: one statement, however many they are.

    They go out in the order given. From here to the commit the subjects are locked, so that the order of their sequences
    is the order of commits. Raises ValueError for an event that does not fit its schema: a bug of the publisher.
    """
    if not events:
        return
    traceparent = current_traceparent()
    told = [_event(event, traceparent) for event in events]
    subjects = [event.subject for event in told]
    counts = Counter(subjects)
    values = {
        "subjects": list(counts),
        "counts": list(counts.values()),
        "schools": [event.school_id for event in told],
        "types": [event.type for event in told],
        "bodies": [event.encode_unnumbered() for event in told],
        "abouts": subjects,
        "laters": _laters(subjects),
    }
    session.execute(_PUBLISH, values)


def _laters(subjects: Sequence[str]) -> list[int]:
    """For each, how many come after it that are about the same."""
    left = Counter(subjects)
    found = []
    for subject in subjects:
        left[subject] -= 1
        found.append(left[subject])
    return found


def _event(new: NewEvent, traceparent: str | None) -> Event:
    """Without a number yet."""
    data = _dumped(new)
    return Event(
        id=new_id(),
        type=new.type,
        source="/" + CATALOGUE[new.type].producer,
        time=new.time or datetime.now(UTC),
        subject=new.subject,
        school_id=new.school_id,
        sequence=0,
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
