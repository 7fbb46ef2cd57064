"""The consuming end: each event's effect once, in the order of its subject.

A batch is one transaction: the inbox rows first, then the effects, then the subjects' positions; the transport acknowledges
after the commit. If anything in it fails, the batch is rolled back and its events are applied one by one, each in its own
transaction, so that only the poisonous one takes the retry path. A savepoint a message would cost half the throughput
(measured), and would hide which of them broke the batch.

| what happens                        | what becomes of the event                                               |
|-------------------------------------|-------------------------------------------------------------------------|
| the same event again                | dropped: its id is in the inbox                                         |
| an older one after a newer          | ignored, or applied where the subscription says so                      |
| its handler fails                   | parked, retried with growing delays; after 8 attempts a dead letter     |
| an earlier one of its subject waits | parked behind it                                                        |
| it cannot be read, nobody handles it| a dead letter at once                                                   |
| it ends the process, three times    | parked: its attempts are counted before they are made                   |
| the database is away                | `Unavailable`: nothing is acknowledged, the same messages come again    |
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.database import Busy, Database, set_scope
from shared.errors import Unavailable
from shared.events.catalogue import validated
from shared.events.envelope import Event, MalformedEvent, decode
from shared.messaging import inbox, parking
from shared.messaging.order import MAX_ATTEMPTS, Subjects, Verdict
from shared.messaging.subscription import Subscription
from shared.observability import span
from shared.tenancy import NOBODY, Scope

CONSUMED = Counter("events_consumed_total", "Events by what became of them", ["service", "result"])
LAG = Histogram(
    "event_lag_seconds",
    "From the event to its effect",
    ["service"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600),
)
PARKED = Gauge("events_parked", "Events waiting for a retry, and dead letters", ["service", "state"], multiprocess_mode="livemax")

_CONNECTIONS_AN_EVENT_MAY_LOSE = 3

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Received:
    """An event with its fields as Python values, and the bytes it came as."""

    event: Event
    body: bytes


class _SomeKnownError(Exception):
    """Not all of a batch was new: nothing of it has been done."""

    def __init__(self, new: frozenset[UUID]) -> None:
        super().__init__()
        self.new = new


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
        """When this returns, each message has been applied, dropped, parked or buried, and that is committed.

        Raises Unavailable when the database is away; then the same messages are to come again.
        """
        events = self._readable(bodies)
        if not events:
            return
        try:
            self._apply(events)
        except Exception as error:  # whose failure it is shows one by one
            if self._database_is_away(error):
                raise
            _log.warning("batch failed, applying one by one", events=len(events), error=parking.reason_of(error))
            for received in events:
                self._apply_or_park(received)

    def suspect(self, bodies: Sequence[bytes]) -> None:
        """Park messages that ended their consumer more than once, untried. Raises Unavailable."""
        events = self._readable(bodies)
        with self._database.transaction(NOBODY) as session:
            new = inbox.note(session, (received.event.id for received in events))
            for each in events:
                if each.event.id in new:
                    parking.park_untried(session, each.event, each.body, "keeps ending its consumer", self._clock.now())
        self._count(suspect=len(events))

    def bury(self, bodies: Sequence[bytes]) -> None:
        """Keep what the transport gave up on as dead letters. Raises Unavailable."""
        for body in bodies:
            try:
                event: Event | None = decode(body)
            except MalformedEvent:
                event = None
            self._bury(body, event, "the broker gave it up after too many deliveries")

    def retry_one(self) -> bool:
        """Make one attempt at a parked event that is due. False when there is none. Raises Unavailable."""
        with self._database.transaction(NOBODY) as session:
            attempt = parking.begin_attempt(session, self._clock.now())
            if attempt is None:
                return False
            if attempt.number > MAX_ATTEMPTS:  # the last one was counted and then ended the process
                parking.give_up(session, attempt.event_id, None)
                return True
        try:
            self._attempt(attempt.event_id)
        except Exception as error:  # any failure of a handler is a failed attempt
            if self._database_is_away(error):
                raise
            self._note_failure(attempt, error)
        return True

    def purge(self) -> bool:
        """Forget inbox rows that no redelivery can meet any more. True when there may be more to forget."""
        with self._database.transaction(NOBODY) as session:
            return inbox.purge(session)

    def measure(self) -> None:
        """Set the gauges of what is parked and dead."""
        with self._database.transaction(NOBODY) as session:
            for state, count in parking.counts(session).items():
                PARKED.labels(self.service, state).set(count)

    def _database_is_away(self, error: Exception) -> bool:
        """A lost connection, and a handler that raises Unavailable of its own, look the same: so the database is asked."""
        if not isinstance(error, Unavailable) or isinstance(error, Busy):
            return False
        try:
            self._database.ping()
        except Unavailable:
            return True
        return False

    def _readable(self, bodies: Iterable[bytes]) -> list[_Received]:
        """The messages that are events with a handler here; the others are buried."""
        return [received for body in bodies if (received := self._read(body)) is not None]

    def _read(self, body: bytes) -> _Received | None:
        event: Event | None = None
        try:
            event = decode(body)
            return self._understood(event, body)
        except MalformedEvent as error:
            self._bury(body, event, str(error))
            return None

    def _understood(self, event: Event, body: bytes) -> _Received:
        if event.type not in self._subscriptions:
            raise MalformedEvent("no handler here for this type")
        return _Received(validated(event), body)

    def _apply(self, events: Sequence[_Received]) -> None:
        """In one transaction; begun anew without those that turn out to be known."""
        unique = list({received.event.id: received for received in events}.values())
        fresh = unique
        while fresh:
            try:
                done = self._apply_new(fresh)
            except _SomeKnownError as known:
                fresh = [received for received in fresh if received.event.id in known.new]
            else:
                self._count(**done)
                break
        self._count(duplicate=len(events) - len(fresh))

    def _apply_new(self, events: Sequence[_Received]) -> Tally[str]:
        scope = _scope_of(events[0])  # most batches are of one school: their transaction begins as it goes on
        with self._database.transaction(scope, set_by_caller=True) as session:
            reception = inbox.receive(session, [received.event for received in events], scope)
            if len(reception.new) < len(events):
                raise _SomeKnownError(reception.new)
            return self._effects(session, events, Subjects(reception.last, reception.waiting), scope)

    def _apply_or_park(self, received: _Received) -> None:
        """A connection that was lost under an event is not that event's fault, until it happens again and again."""
        for _ in range(_CONNECTIONS_AN_EVENT_MAY_LOSE):
            try:
                self._apply([received])
            except Exception as error:  # the poisonous one, or one that is innocent of it
                if self._database_is_away(error):
                    raise
                failure = error
                if not isinstance(error, Unavailable) or isinstance(error, Busy):
                    break
            else:
                return
        self._park(received, failure)

    def _effects(self, session: Session, events: Sequence[_Received], subjects: Subjects, current: Scope) -> Tally[str]:
        """Apply the events in order, school by school so that the tenancy is set once for each; `current` is set now."""
        verdicts: Tally[str] = Tally()
        for scope, group in groupby(sorted(events, key=_school_of), key=_scope_of):
            if scope != current:
                set_scope(session, current := scope)
            for received in group:
                verdict = subjects.verdict(received.event.subject, received.event.sequence)
                verdicts[verdict] += 1
                self._carry_out(session, received, verdict)
            session.flush()
            session.expunge_all()  # the next school must not meet this one's objects
        self._observe(events)
        return verdicts

    def _carry_out(self, session: Session, received: _Received, verdict: Verdict) -> None:
        event, subscription = received.event, self._subscriptions[received.event.type]
        if verdict == "wait":
            parking.park_untried(session, event, received.body, "waits for an earlier one", self._clock.now())
        elif verdict == "apply" or subscription.stale == "apply":
            with span(f"consume {event.type}", {"traceparent": event.traceparent} if event.traceparent else None):
                subscription.handler(session, event)

    def _park(self, received: _Received, error: Exception) -> None:
        event, reason = received.event, parking.reason_of(error)
        with self._database.transaction(NOBODY) as session:
            if inbox.note(session, [event.id]):
                parking.park_failed(session, event, received.body, reason, self._clock.now())
        _log.warning("event parked", type=event.type, id=str(event.id), error=reason)
        self._count(parked=1)

    def _attempt(self, event_id: UUID) -> None:
        with self._database.transaction(NOBODY) as session:
            body = parking.locked_body(session, event_id)
            if body is None:  # another worker was first
                return
            received = self._understood(decode(body), body)
            # It is the first of its subject that waits: only a later one, applied meanwhile, could be in its way.
            last = {received.event.subject: inbox.move(session, received.event)}
            done = self._effects(session, [received], Subjects(last, {}), NOBODY)
            parking.settle(session, event_id)
        self._count(**done)

    def _note_failure(self, attempt: parking.Attempt, error: Exception) -> None:
        """What cannot be read today cannot be read in an hour: it is dead again at once."""
        dead = attempt.last or isinstance(error, MalformedEvent)
        with self._database.transaction(NOBODY) as session:
            if dead:
                parking.give_up(session, attempt.event_id, error)
            else:
                parking.note_failure(session, attempt.event_id, error)
        reason = parking.reason_of(error)
        _log.warning("retry failed", id=str(attempt.event_id), attempt=attempt.number, dead=dead, error=reason)
        self._count(dead=int(dead), parked=int(not dead))

    def _bury(self, body: bytes, event: Event | None, reason: str) -> None:
        with self._database.transaction(NOBODY) as session:
            parking.bury(session, body, event, reason, self._clock.now())
        _log.error("event buried", type=event.type if event else "unreadable", reason=reason)
        self._count(dead=1)

    def _observe(self, events: Iterable[_Received]) -> None:
        now, lag = self._clock.now(), LAG.labels(self.service)
        for received in events:
            lag.observe(max(0.0, (now - received.event.time).total_seconds()))

    def _count(self, **results: int) -> None:
        """After the commit: what was rolled back did not happen."""
        for result, number in results.items():
            CONSUMED.labels(self.service, result).inc(number)


def _school_of(received: _Received) -> str:
    return str(received.event.school_id or "")


def _scope_of(received: _Received) -> Scope:
    return Scope.of_schools([received.event.school_id] if received.event.school_id else [])
