"""The outbox: an event is a row in the transaction of the change it tells of, or it is nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events.catalogue import CATALOGUE, publishing_schema
from shared.events.envelope import END, Event
from shared.events.json_schema import misfits
from shared.ids import new_id
from shared.observability import current_traceparent
from shared.prepared import Prepared

# The numbers are given out and written into the bodies where the rows are written: one round trip for both. Without its `with`
# it goes along in whatever statement writes the change, and saves that round trip too.
TELLING = (
    "given as materialized (select made.* from (select array_agg(key) as subjects, array_agg(value::bigint) as counts"
    " from json_each_text(cast(:counts as json))) as asked, allocate_sequences(subjects, counts) as made), telling as ("
    " insert into outbox (school_id, type, body)"
    " select school_id, type, convert_to(concat(body, last - later, cast(:end as text)), 'UTF8')"
    " from rows from (json_to_recordset(cast(:told as json))"
    " as (school_id uuid, type text, body text, subject text, later bigint))"
    " with ordinality as told (school_id, type, body, subject, later, n)"
    " join given using (subject) order by n)"
)
_PUBLISH = Prepared(text(f"with {TELLING} select"))
# Half a surrogate comes through and is refused by the driver.
_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


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
        return CATALOGUE[self.type].subject.format_map(self.data)


def publish(session: Session, *told: NewEvent) -> None:
    """Write events into the outbox of the running transaction: one statement, however many they are.

    They go out in the order given. From here to the commit the subjects are locked, so that the order of their sequences
    is the order of commits. Raises ValueError for an event that does not fit its schema: a bug of the publisher.
    """
    if told:
        _PUBLISH.run(session, telling(told))


def telling(told: Sequence[NewEvent]) -> dict[str, Any]:
    """The values of `TELLING`. Raises as `publish` does."""
    traceparent = current_traceparent()
    events = [_event(new, traceparent) for new in told]
    counts = Counter(event.subject for event in events)
    rows = _json(list(_rows(events, Counter(counts))))
    return {"counts": _json(counts), "told": rows, "end": END}


def _rows(events: Sequence[Event], left: Counter[str]) -> Iterator[dict[str, Any]]:
    """With how many come after it that are about the same. `left`: how many there are of each subject."""
    for event in events:
        left[event.subject] -= 1
        yield {
            "school_id": event.school_id,
            "type": event.type,
            "body": event.unnumbered(),
            "subject": event.subject,
            "later": left[event.subject],
        }


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
    # Dumping drops what the schema does not know, so that is asked first.
    wrong = sorted(set(event.data) - set(schema.fields))
    try:
        data: dict[str, Any] = schema.dump(event.data)
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{event.type} does not fit its schema: {type(error).__name__}") from error
    if wrong := wrong or misfits(event.type, data):
        raise ValueError(f"{event.type} does not fit its schema: {wrong}")
    return data
