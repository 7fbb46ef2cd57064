"""The consuming end: each event's effect once, in the order of its subject.

A batch is one transaction: the inbox rows first (their primary key is what makes "once"), then the effects, then the
subjects' sequences; the transport acknowledges after the commit. If anything in it fails, the batch is rolled back and
its events are applied one by one, each in its own transaction, so that only the poisonous one takes the retry path.
A savepoint a message would cost half the throughput (measured), and would hide which of them broke the batch.

What `receive` promises: when it returns, every message has been applied, recognised as a duplicate, parked or buried,
and that is committed. When the database is away it raises Unavailable and nothing is lost: the messages come again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

import structlog
from marshmallow import ValidationError
from prometheus_client import Counter, Histogram
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Text, Uuid

from shared.clock import Clock
from shared.database import Busy, Database, set_scope
from shared.errors import Unavailable
from shared.events.catalogue import reading_schema
from shared.events.envelope import Event, MalformedEvent, decode
from shared.messaging import parking
from shared.messaging.order import verdict
from shared.messaging.subscription import Subscription
from shared.observability import span
from shared.tenancy import NOBODY, Scope

CONSUMED = Counter("events_consumed_total", "Events by what became of them", ["service", "result"])
LAG = Histogram("event_lag_seconds", "From the event's commit to its effect's", ["service"])

_RECEIVE = text("insert into inbox (event_id) select unnest(:ids) on conflict do nothing returning event_id").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_LAST = text("select subject, last from inbox_subjects where subject = any(:subjects)").bindparams(
    bindparam("subjects", type_=ARRAY(Text))
)
_ADVANCE = text(
    "insert into inbox_subjects (subject, last) select * from unnest(:subjects, :lasts)"
    " on conflict (subject) do update set last = greatest(inbox_subjects.last, excluded.last)"
).bindparams(bindparam("subjects", type_=ARRAY(Text)), bindparam("lasts", type_=ARRAY(BigInteger)))
_PURGE = text(
    "delete from inbox where event_id = any(array(select event_id from inbox where received_at < now() - interval '30 days'"
    " order by received_at limit 5000))"
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Received:
    """An event with its fields as Python values, and the bytes it came as."""

    event: Event
    body: bytes


@dataclass
class _Subjects:
    """What is known of the subjects of the events in hand."""

    last: dict[str, int]
    waiting: dict[str, int]
    advanced: set[str] = field(default_factory=set)

    def advance(self, subject: str, sequence: int) -> None:
        self.last[subject] = max(sequence, self.last.get(subject, 0))
        self.advanced.add(subject)


class Consumer:
    """Applies events to one service's database. One thread at a time calls `receive`; another may call `retry_one`."""

    def __init__(self, service: str, database: Database, subscriptions: Iterable[Subscription], clock: Clock) -> None:
        self.service = service
        self._database = database
        self._subscriptions = {subscription.type: subscription for subscription in subscriptions}
        self._clock = clock

    @property
    def types(self) -> frozenset[str]:
        """What this service has a handler for."""
        return frozenset(self._subscriptions)

    def receive(self, bodies: Sequence[bytes]) -> None:
        """See the module's promise. Raises Unavailable."""
        events = [received for body in bodies if (received := self._read(body)) is not None]
        if not events:
            return
        try:
            self._apply(events)
        except Unavailable as error:
            if not isinstance(error, Busy):
                raise
            self._apply_one_by_one(events)
        except Exception as error:  # whose failure it is shows one by one
            _log.warning("batch failed, applying one by one", events=len(events), error=parking.reason_of(error))
            self._apply_one_by_one(events)

    def bury(self, bodies: Sequence[bytes]) -> None:
        """Keep what the transport gave up on as dead letters."""
        for body in bodies:
            try:
                event: Event | None = decode(body)
            except MalformedEvent:
                event = None
            self._bury(body, event, "De berichtendienst kreeg dit te vaak terug.")

    def retry_one(self) -> bool:
        """Retry one parked event that is due. False when there is none."""
        now = self._clock.now()
        failure: tuple[UUID, int, Exception] | None = None
        try:
            with self._database.transaction(NOBODY) as session:
                due = parking.next_due(session, now)
                if due is None:
                    return False
                event_id, body, attempts = due
                failure = (event_id, attempts + 1, RuntimeError())
                self._effects(session, [_validated(decode(body), body)], retrying=True)
                parking.settle(session, event_id)
        except Unavailable as error:
            if not isinstance(error, Busy) or failure is None:
                raise
            self._note_failure(failure[0], failure[1], error)
        except Exception as error:  # any failure of a handler is a failed attempt
            if failure is None:
                raise
            self._note_failure(failure[0], failure[1], error)
        else:
            CONSUMED.labels(self.service, "retried").inc()
        return True

    def purge(self) -> None:
        """Forget inbox rows that no redelivery can meet any more; a bounded number at a time."""
        with self._database.transaction(NOBODY) as session:
            session.execute(_PURGE)

    def _read(self, body: bytes) -> _Received | None:
        event: Event | None = None
        try:
            event = decode(body)
            if event.type not in self._subscriptions:
                raise MalformedEvent(f"no handler here for {event.type}")
            return _validated(event, body)
        except MalformedEvent as error:
            self._bury(body, event, str(error))
        except ValidationError as error:
            self._bury(body, event, f"does not fit its schema: {', '.join(sorted(error.normalized_messages()))}")
        return None

    def _apply(self, events: Sequence[_Received]) -> None:
        with self._database.transaction(NOBODY) as session:
            new = set(session.execute(_RECEIVE, {"ids": [received.event.id for received in events]}).scalars())
            fresh = list({received.event.id: received for received in events if received.event.id in new}.values())
            if fresh:
                self._effects(session, fresh)
        CONSUMED.labels(self.service, "duplicate").inc(len(events) - len(fresh))

    def _apply_one_by_one(self, events: Sequence[_Received]) -> None:
        for received in events:
            try:
                self._apply([received])
            except Unavailable as error:
                if not isinstance(error, Busy):
                    raise
                self._park_failed(received, error)
            except Exception as error:  # the poisonous one
                self._park_failed(received, error)

    def _effects(self, session: Session, events: Sequence[_Received], *, retrying: bool = False) -> None:
        """Apply the events in order, school by school so that the tenancy is set once for each."""
        subjects = self._subjects(session, events)
        in_schools = sorted(events, key=lambda received: str(received.event.school_id or ""))
        for school_id, group in groupby(in_schools, key=lambda received: received.event.school_id):
            set_scope(session, Scope.of_schools([school_id] if school_id else []))
            for received in group:
                self._effect(session, received, subjects, retrying)
            session.flush()
        names = sorted(subjects.advanced)
        if names:
            session.execute(_ADVANCE, {"subjects": names, "lasts": [subjects.last[name] for name in names]})

    def _effect(self, session: Session, received: _Received, subjects: _Subjects, retrying: bool) -> None:
        event = received.event
        subscription = self._subscriptions[event.type]
        waiting = None if retrying else subjects.waiting.get(event.subject)
        found = verdict(event.sequence, subjects.last.get(event.subject, 0), waiting)
        if found == "wait":
            parking.park(session, event, received.body, "waits for an earlier one", self._clock.now())
            CONSUMED.labels(self.service, "waiting").inc()
            return
        if found == "apply" or subscription.stale == "apply":
            with span(f"consume {event.type}", {"traceparent": event.traceparent} if event.traceparent else None):
                subscription.handler(session, event)
        subjects.advance(event.subject, event.sequence)
        CONSUMED.labels(self.service, "applied" if found == "apply" else "stale").inc()
        LAG.labels(self.service).observe(max(0.0, (self._clock.now() - event.time).total_seconds()))

    def _subjects(self, session: Session, events: Sequence[_Received]) -> _Subjects:
        names = sorted({received.event.subject for received in events})
        last = {subject: sequence for subject, sequence in session.execute(_LAST, {"subjects": names})}
        return _Subjects(last, parking.earliest_waiting(session, names))

    def _park_failed(self, received: _Received, error: Exception) -> None:
        event = received.event
        _log.warning("event failed", type=event.type, id=str(event.id), error=parking.reason_of(error))
        with self._database.transaction(NOBODY) as session:
            session.execute(_RECEIVE, {"ids": [event.id]})
            parking.park(session, event, received.body, parking.reason_of(error), self._clock.now(), failed=True)
        CONSUMED.labels(self.service, "parked").inc()

    def _note_failure(self, event_id: UUID, attempts: int, error: Exception) -> None:
        with self._database.transaction(NOBODY) as session:
            dead = parking.note_failure(session, event_id, attempts, error, self._clock.now())
        _log.warning("retry failed", id=str(event_id), attempts=attempts, dead=dead, error=parking.reason_of(error))
        CONSUMED.labels(self.service, "dead" if dead else "parked").inc()

    def _bury(self, body: bytes, event: Event | None, reason: str) -> None:
        with self._database.transaction(NOBODY) as session:
            parking.bury(session, body, event, reason, self._clock.now())
        _log.error("event buried", type=event.type if event else "unreadable", reason=reason)
        CONSUMED.labels(self.service, "dead").inc()


def _validated(event: Event, body: bytes) -> _Received:
    """Raises ValidationError when the data do not fit their schema."""
    values = {name: getattr(event, name) for name in Event.__slots__}
    return _Received(Event(**values | {"data": reading_schema(event.type).load(event.data)}), body)
