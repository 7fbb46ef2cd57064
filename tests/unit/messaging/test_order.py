"""The rule of order, played through: whatever is redelivered, doubled, broken or replayed, no step back and nothing lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.messaging.order import MAX_ATTEMPTS, Subjects, delay_before

SUBJECTS = st.sampled_from("abc")
Told = tuple[str, int]  # a subject and a sequence: in this world also the event's id


@dataclass
class Service:
    """What a consumer keeps, with the steps of `shared.messaging.consumer` and no database."""

    inbox: set[Told] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    parked: dict[Told, int] = field(default_factory=dict)
    dead: set[Told] = field(default_factory=set)
    applied: list[Told] = field(default_factory=list)
    late: set[Told] = field(default_factory=set)

    def waiting(self) -> dict[str, int]:
        lowest: dict[str, int] = {}
        for subject, sequence in self.parked:
            lowest[subject] = min(sequence, lowest.get(subject, sequence))
        return lowest

    def receive(self, batch: list[Told], broken: set[Told]) -> None:
        """All, or one by one when one of them breaks the batch."""
        fresh = [event for event in dict.fromkeys(batch) if event not in self.inbox]
        verdicts = self._verdicts(fresh)
        if len(fresh) > 1 and any(event in broken and verdict == "apply" for event, verdict in zip(fresh, verdicts, strict=True)):
            for event in fresh:
                self.receive([event], broken)
            return
        self.inbox.update(fresh)
        for event, verdict in zip(fresh, verdicts, strict=True):
            if verdict == "wait":
                self.parked[event] = 0
            elif verdict == "stale":
                self.late.add(event)
            elif event in broken:
                self.parked[event] = 1
            else:
                self._apply(event)

    def retry(self, event: Told, broken: set[Told]) -> None:
        self.parked[event] += 1
        verdict = Subjects(self.last, {}).verdict(*event)
        if verdict == "apply" and event in broken:
            if self.parked[event] >= MAX_ATTEMPTS:
                del self.parked[event]
                self.dead.add(event)
            return
        del self.parked[event]
        if verdict == "apply":
            self._apply(event)
        else:
            self.late.add(event)

    def due(self) -> list[Told]:
        return [(subject, sequence) for subject, sequence in self.waiting().items()]

    def _verdicts(self, events: list[Told]) -> list[str]:
        subjects = Subjects(self.last, self.waiting())
        return [subjects.verdict(*event) for event in events]

    def _apply(self, event: Told) -> None:
        self.last[event[0]] = event[1]
        self.applied.append(event)


class World(RuleBasedStateMachine):
    """A publisher, a queue that forgets acknowledgements and doubles batches, and a service with broken handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, int] = defaultdict(int)
        self.queue: list[Told] = []
        self.broken: set[Told] = set()
        self.replayed: set[Told] = set()
        self.service = Service()

    @rule(subject=SUBJECTS, breaks=st.booleans())
    def publish(self, subject: str, breaks: bool) -> None:
        self.told[subject] += 1
        event = (subject, self.told[subject])
        self.queue.append(event)
        if breaks:
            self.broken.add(event)

    @rule(count=st.integers(1, 6))
    def publish_the_last_again(self, count: int) -> None:
        """The relay died between the confirms and its commit."""
        self.queue += self.queue[-count:]

    @rule(size=st.integers(1, 5), acknowledged=st.booleans())
    def deliver(self, size: int, acknowledged: bool) -> None:
        self.service.receive(self.queue[:size], self.broken)
        if acknowledged:
            del self.queue[:size]

    @rule()
    def retry(self) -> None:
        for event in self.service.due():
            self.service.retry(event, self.broken)

    @rule()
    def mend(self) -> None:
        self.broken.clear()

    @rule()
    def replay(self) -> None:
        for event in self.service.dead:
            self.service.parked[event] = 0
            self.replayed.add(event)
        self.service.dead = set()

    @invariant()
    def applied_once_and_never_backwards(self) -> None:
        for subject in "abc":
            sequences = [sequence for name, sequence in self.service.applied if name == subject]
            assert sequences == sorted(set(sequences))

    @invariant()
    def only_a_replay_comes_late(self) -> None:
        assert self.service.late <= self.replayed

    def teardown(self) -> None:
        """In the end every event was applied, is dead, or was too late after a replay."""
        while self.queue:
            self.deliver(3, acknowledged=True)
        while self.service.parked:
            self.retry()
        everything = {(subject, sequence) for subject, last in self.told.items() for sequence in range(1, last + 1)}
        assert set(self.service.applied) | self.service.dead | self.service.late == everything
        self.applied_once_and_never_backwards()
        self.only_a_replay_comes_late()


TestWorld = World.TestCase


@pytest.mark.parametrize(
    ("sequence", "last", "waiting", "verdict"),
    [
        (1, 0, None, "apply"),
        (5, 3, None, "apply"),  # a gap: of this subject's types, not all are heard here
        (3, 3, None, "stale"),
        (2, 3, None, "stale"),
        (3, 1, 2, "wait"),
        (2, 1, 2, "apply"),  # the parked one itself, at its retry
        (1, 0, 2, "apply"),
    ],
)
def test_the_verdict(sequence: int, last: int, waiting: int | None, verdict: str) -> None:
    subjects = Subjects({"s": last}, {} if waiting is None else {"s": waiting})
    assert subjects.verdict("s", sequence) == verdict


def test_what_is_applied_counts_for_the_next_of_the_batch() -> None:
    subjects = Subjects({}, {})
    assert [subjects.verdict("s", sequence) for sequence in (1, 3, 2, 4)] == ["apply", "apply", "stale", "apply"]


@given(st.integers(1, 60), st.floats(0, 1))
def test_delays_grow_are_spread_and_have_an_end(attempt: int, jitter: float) -> None:
    delay = delay_before(attempt, jitter)
    assert timedelta(seconds=1.5) <= delay <= timedelta(hours=1)
    assert delay_before(attempt, 0) <= delay <= delay_before(attempt + 1, 1)


def test_an_event_is_given_up_within_a_working_day() -> None:
    delays = [delay_before(attempt, 1) for attempt in range(1, MAX_ATTEMPTS)]
    assert timedelta(minutes=30) < sum(delays, timedelta()) < timedelta(hours=8)
