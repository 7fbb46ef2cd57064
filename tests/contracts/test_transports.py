"""One contract, two transports: nothing lost, nothing applied twice, in order, whatever the handler and the servers do."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy.orm import Session

from shared.errors import Unavailable
from shared.events.envelope import Event
from shared.ids import new_id
from shared.messaging import parking
from shared.messaging.order import MAX_ATTEMPTS
from shared.messaging.outbox import publish
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Message, Publisher, Receiver, Transport, TransportAway
from shared.messaging.transports.in_process import InProcessTransport
from shared.pagination import PageRequest
from shared.tenancy import NOBODY, Scope
from tests.infrastructure import ServiceDatabase
from tests.rig import CONSUMER, OTHER, SCHOOL, Rig, encoded, invitation, write_effect
from tests.waiting import eventually


def test_what_is_committed_arrives_once_and_in_order(rig: Rig) -> None:
    rig.start()
    for value in range(300):
        rig.publish(value, subject=value % 3, school=(SCHOOL, OTHER)[value % 3 % 2])
    eventually(lambda: len(rig.effects()) >= 300)
    for subject in range(3):
        assert rig.values(subject) == list(range(subject, 300, 3))
    assert rig.pending() == 0


def test_a_backlog_of_many_batches_arrives_once_and_in_order(rig: Rig) -> None:
    for begin in range(0, 1300, 100):
        rig.publish(*range(begin, begin + 100))
    rig.start()
    eventually(lambda: len(rig.effects()) >= 1300)
    assert rig.values() == list(range(1300))


def test_what_is_rolled_back_never_happened(rig: Rig) -> None:
    rig.start()
    with pytest.raises(ZeroDivisionError), rig.app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(1))
        raise ZeroDivisionError
    rig.publish(2)
    eventually(lambda: rig.values() == [2])


def test_a_broken_handler_stops_only_its_subject_and_in_the_end_nothing_is_lost_or_doubled(rig: Rig) -> None:
    rig.broken = {2}
    rig.start()
    for value in range(1, 5):
        rig.publish(value, subject=1)
        rig.publish(value + 10, subject=2)
    eventually(lambda: rig.values(2) == [11, 12, 13, 14] and len(rig.parked()) == 3)
    assert rig.values(1) == [1]
    rig.broken = set()
    rig.retry_until_quiet()
    assert rig.values(1) == [1, 2, 3, 4]
    assert rig.parked() == []


def test_a_handler_that_stays_broken_makes_a_dead_letter_its_followers_go_on_and_a_replay_is_too_old(rig: Rig) -> None:
    rig.broken = {1}
    rig.start()
    rig.publish(1)
    rig.publish(2)
    eventually(lambda: len(rig.parked()) == 2)
    rig.retry_until_quiet()
    assert rig.parked() == [("dead", MAX_ATTEMPTS)]
    assert rig.calls[1] >= MAX_ATTEMPTS
    assert rig.values() == [2]
    assert replayed(rig, "ArithmeticError")
    rig.broken = set()
    rig.retry_until_quiet()
    assert rig.values() == [2], "a late older one must not overwrite a newer"
    assert rig.parked() == []


def test_a_replayed_dead_letter_is_applied_when_nothing_newer_was(rig: Rig) -> None:
    rig.broken = {1}
    rig.start()
    rig.publish(1)
    eventually(rig.parked)
    rig.retry_until_quiet()
    rig.broken = set()
    assert replayed(rig, "ArithmeticError")
    rig.retry_until_quiet()
    assert rig.values() == [1]


def test_a_fact_that_stands_by_itself_is_applied_late_as_well(rig: Rig) -> None:
    rig.consumer = rig.new_consumer(stale="apply")
    rig.broken = {1}
    rig.start()
    rig.publish(1, 2)
    eventually(lambda: len(rig.parked()) == 2)
    rig.retry_until_quiet()
    rig.broken = set()
    assert replayed(rig, "ArithmeticError")
    rig.retry_until_quiet()
    assert rig.values() == [2, 1]


def replayed(rig: Rig, reason: str) -> bool:
    """Replay the one dead letter, as somebody of its school would; those of another school do not see it."""
    with rig.app.transaction(Scope.of_schools([OTHER])) as session:
        assert not parking.dead_letters(session, PageRequest()).items
    with rig.app.transaction(Scope.of_schools([SCHOOL])) as session:
        (letter,) = parking.dead_letters(session, PageRequest()).items
        assert letter.reason == reason
        return parking.replay(session, letter.id, rig.clock.now())


def test_the_same_event_again_has_no_second_effect(rig: Rig) -> None:
    rig.start()
    body = encoded(invitation(1), event_id=new_id(), sequence=1)
    rig.send(body, body)
    rig.send(body)
    rig.publish(2, subject=2)
    eventually(lambda: 2 in rig.values())
    assert rig.values(1) == [1]


def test_a_late_older_event_does_not_overwrite_a_newer(rig: Rig) -> None:
    rig.start()
    rig.send(*(encoded(invitation(value), event_id=new_id(), sequence=value) for value in (1, 3, 2, 4)))
    eventually(lambda: rig.values() == [1, 3, 4])


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b'{"specversion":"1.0"}', b"[1]", b"[" * 100_000])
def test_what_cannot_be_read_is_buried_and_blocks_nobody(rig: Rig, body: bytes) -> None:
    rig.start()
    rig.send(body)
    rig.publish(1)
    eventually(lambda: rig.values() == [1])
    assert rig.parked() == [("dead", 0)]


def test_an_event_of_another_release_is_buried_and_can_be_replayed_by_one_that_knows_it(rig: Rig) -> None:
    known, rig.consumer = rig.consumer, type(rig.consumer)(CONSUMER, rig.worker, [], rig.clock)
    rig.start()
    rig.publish(1)
    eventually(lambda: rig.parked() == [("dead", 0)])
    rig.consumer = known
    assert replayed(rig, "no handler here for this type")
    rig.retry_until_quiet()
    assert rig.values() == [1]


def test_a_handler_may_write_only_for_the_school_of_its_event(rig: Rig) -> None:
    def write_elsewhere(session: Session, event: Event) -> None:
        write_effect(session, replace(event, school_id=OTHER))

    rig.effect = write_elsewhere
    rig.start()
    rig.publish(1)
    eventually(lambda: rig.parked() == [("waiting", 1)])
    assert rig.effects() == []


def test_a_handler_that_says_unavailable_by_itself_does_not_stop_the_queue(rig: Rig) -> None:
    def refuse(event: Event) -> None:
        if event.data["sequence"] == 1:
            raise Unavailable

    rig.before_effect = refuse
    rig.start()
    rig.publish(1, subject=1)
    rig.publish(2, subject=2)
    eventually(lambda: rig.values() == [2])
    assert rig.parked() == [("waiting", 1)]


def test_a_relay_that_dies_between_the_confirms_and_its_commit_doubles_nothing(rig: Rig) -> None:
    rig.start_consumer()
    rig.send()  # somebody listens
    rig.publish(1, 2, 3)
    dying = Relay("cases", rig.database.url("relay"), _Dying(rig.transport))
    with pytest.raises(KeyboardInterrupt):
        dying.drain()
    eventually(lambda: rig.values() == [1, 2, 3])
    assert rig.pending() == 3
    assert rig.relay.drain() == 3
    rig.publish(4)
    rig.relay.drain()
    eventually(lambda: 4 in rig.values())
    assert rig.values() == [1, 2, 3, 4]


class _Dying:
    """A transport after whose confirms the process ends."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._publisher: Publisher

    def publisher(self) -> _Dying:
        self._publisher = self._transport.publisher()
        return self

    def publish(self, messages: Sequence[Message]) -> None:
        self._publisher.publish(messages)
        raise KeyboardInterrupt

    def idle(self) -> None: ...

    def close(self) -> None:
        self._publisher.close()

    def consume(self, service: str, receiver: Receiver, stop: threading.Event) -> None: ...


def test_lost_database_connections_lose_and_double_nothing(rig: Rig) -> None:
    rig.start()
    rig.publish(0)
    eventually(lambda: rig.values() == [0])
    for value in range(1, 40):
        if value % 4 == 0:
            # Each event meets one kill, or two: one that kept losing its connection would rightly be parked.
            eventually(lambda value=value: len(rig.effects()) >= value - 4)  # type: ignore[misc]  # a lambda's default
            rig.kill_connections("worker", "relay")
        rig.publish(value)
    eventually(lambda: len(rig.effects()) >= 40)
    assert rig.values() == list(range(40))
    assert rig.parked() == []


def test_a_stop_finishes_what_is_in_hand_and_a_new_start_goes_on(rig: Rig) -> None:
    rig.start()
    for value in range(200):
        rig.publish(value)
        if value in (50, 120):
            rig.stop()
            rig.start()
    eventually(lambda: len(rig.effects()) >= 200)
    assert rig.values() == list(range(200))
    assert set(rig.calls.values()) == {1}, "what was finished is not even tried again"


def test_two_consumers_of_one_service_apply_once(rig: Rig) -> None:
    """As during a rolling restart, when the old one is not gone yet."""
    bodies = [encoded(invitation(value), event_id=new_id(), sequence=value) for value in range(1, 60)]
    other = rig.new_consumer()
    rivals = [threading.Thread(target=consumer.receive, args=(bodies,)) for consumer in (rig.consumer, other)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(20)
    rig.retry_until_quiet()
    assert rig.values() == list(range(1, 60))


def test_of_two_relays_one_is_active_and_the_other_takes_over(rig: Rig) -> None:
    rig.start_consumer()
    first = rig.run(rig.relay.run)
    eventually(lambda: _relays(rig) == 1)
    rig.run(Relay("cases", rig.database.url("relay"), rig.transport).run)
    rig.publish(1)
    eventually(lambda: rig.values() == [1])
    assert _relays(rig) == 1
    first.set()
    rig.publish(2)
    eventually(lambda: rig.values() == [1, 2])


def _relays(rig: Rig) -> int:
    from shared.messaging.schema import RELAY_LOCK

    here = "database = (select oid from pg_database where datname = current_database())"
    where = f"locktype = 'advisory' and objid = {RELAY_LOCK} and granted and {here}"
    ((count,),) = rig.query(f"select count(*) from pg_locks where {where}")
    return int(count)


def test_an_event_on_a_locked_row_is_retried_and_not_lost(rig: Rig) -> None:
    rig.start()
    with psycopg.connect(rig.database.url("admin")) as connection:
        connection.execute("lock table effects in access exclusive mode")
        rig.publish(1)
        eventually(lambda: _parked_count(rig) == 1)
    rig.retry_until_quiet()
    assert rig.values() == [1]


def _parked_count(rig: Rig) -> int:
    return len(rig.parked())


def test_suspects_are_tried_one_by_one_in_order(rig: Rig) -> None:
    rig.broken = {2}
    bodies = [encoded(invitation(value), event_id=new_id(), sequence=value) for value in (1, 2, 3)]
    rig.consumer.suspect(bodies)
    rig.consumer.suspect(bodies)
    assert rig.parked() == [("waiting", 0)] * 3
    rig.retry_until_quiet()
    assert rig.values() == [1, 3]
    assert rig.parked() == [("dead", MAX_ATTEMPTS)]


def test_an_attempt_that_ends_the_process_is_counted(rig: Rig) -> None:
    """Otherwise such an event would end every worker that ever comes."""
    rig.consumer.suspect([encoded(invitation(1), event_id=new_id(), sequence=1)])

    def die(_event: Event) -> None:
        raise KeyboardInterrupt

    rig.before_effect = die
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            rig.consumer.retry_one()
        assert rig.parked() == [("waiting", attempt)]
        rig.clock.ahead += timedelta(hours=2)
    rig.retry_until_quiet()
    assert rig.parked() == [("dead", MAX_ATTEMPTS)]


def test_nothing_is_taken_from_the_outbox_while_nobody_listens(messaging_database: ServiceDatabase) -> None:
    rig = Rig(messaging_database, InProcessTransport([CONSUMER]))
    rig.publish(1)
    with pytest.raises(TransportAway):
        rig.relay.drain()
    assert rig.pending() == 1
    rig.close()


OLD = "update inbox set received_at = now() - interval '31 days' where event_id = (select event_id from inbox limit 1)"


def test_old_inbox_rows_are_purged_and_young_ones_kept(rig: Rig) -> None:
    rig.consumer.receive([encoded(invitation(value), event_id=new_id(), sequence=value) for value in (1, 2)])
    with psycopg.connect(rig.database.url("admin")) as connection:
        connection.execute(OLD)
    assert not rig.consumer.purge()
    assert len(rig.query("select 1 from inbox")) == 1


def test_nobody_unasked_sees_a_dead_letter(rig: Rig) -> None:
    rig.consumer.receive([b"unreadable"])
    with rig.app.transaction(NOBODY) as session:
        assert parking.dead_count(session) == 0
    with rig.app.transaction(Scope.of_schools([], "administration")) as session:
        assert parking.dead_count(session) == 1
