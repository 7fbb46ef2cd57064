"""The life of appointments, played through at random: whatever is done in whatever order, these things hold."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.scheduling.domain.appointment import ANSWERS, OUTCOMES, Appointment, Moment
from shared.errors import Conflict
from tests.unit.scheduling.support import DAY, FATMA, HOUR, JOKE, MEHMET, NOW, SAMIRA, appointment

SETTLED = ("cancelled", "held", "no_show")


class Life(RuleBasedStateMachine):
    """Two appointments of one liaison, and a calendar that keeps who is busy with which: as the database does it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.appointments = [appointment(FATMA, MEHMET), appointment(FATMA, JOKE, id=UUID(int=101), starts_at=NOW + 2 * DAY)]
        self.appointments[1].ends_at = NOW + 2 * DAY + HOUR
        self.occupied: dict[tuple[UUID, UUID], tuple[datetime, datetime]] = {}
        for each in self.appointments:
            self._occupy(each)
        self.seen = {each.id: (each.sequence, each.version, each.status) for each in self.appointments}

    def _occupy(self, each: Appointment) -> bool:
        """False when somebody is taken at that time by another; then nothing is kept."""
        taken = [span for (other, person), span in self.occupied.items() if other != each.id and person in each.busy_ids]
        if any(starts < each.ends_at and each.starts_at < ends for starts, ends in taken):
            return False
        self.occupied |= {(each.id, person): (each.starts_at, each.ends_at) for person in each.busy_ids}
        return True

    @rule(which=st.integers(0, 1), hours=st.integers(1, 72), minutes=st.sampled_from([15, 60, 480]))
    def move(self, which: int, hours: int, minutes: int) -> None:
        each = self.appointments[which]
        starts_at = self.now + timedelta(hours=hours)
        tried = replace(each, participants=[replace(person) for person in each.participants])
        try:
            moved = tried.move(Moment(starts_at, starts_at + timedelta(minutes=minutes), each.place, None), self.now)
        except Conflict:
            assert each.status in SETTLED or each.ends_at <= self.now
            return
        if moved and self._occupy(tried):
            self.appointments[which] = tried
            assert {person.response for person in tried.guardians} <= {"awaiting"}

    @rule(which=st.integers(0, 1))
    def cancel(self, which: int) -> None:
        each = self.appointments[which]
        try:
            each.cancel()
        except Conflict:
            assert each.status in SETTLED
            return
        self.occupied = {key: span for key, span in self.occupied.items() if key[0] != each.id}

    @rule(which=st.integers(0, 1), person=st.sampled_from([FATMA, MEHMET]), answer=st.sampled_from(sorted(ANSWERS)))
    def answer(self, which: int, person: UUID, answer: str) -> None:
        each = self.appointments[which]
        if person not in [guardian.person_id for guardian in each.guardians]:
            return
        before = each.sequence
        try:
            each.answer(person, answer, self.now)
        except Conflict:
            assert not each.takes_answers(self.now)
            return
        assert each.participant(person).response == ANSWERS[answer]
        assert each.sequence == before

    @rule(which=st.integers(0, 1), outcome=st.sampled_from(OUTCOMES))
    def conclude(self, which: int, outcome: str) -> None:
        each = self.appointments[which]
        try:
            each.conclude(outcome, self.now)
        except Conflict:
            assert each.status == "cancelled" or each.starts_at > self.now

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def sequence_and_version_only_grow(self) -> None:
        for each in self.appointments:
            sequence, version, status = self.seen[each.id]
            assert each.sequence >= sequence
            assert each.version >= version
            assert (each.sequence, each.status) == (sequence, status) or each.version > version
            self.seen[each.id] = (each.sequence, each.version, each.status)

    @invariant()
    def what_is_cancelled_stays_so(self) -> None:
        for each in self.appointments:
            if self.seen[each.id][2] == "cancelled":
                assert each.status == "cancelled"

    @invariant()
    def everybody_is_busy_once_with_what_goes_on(self) -> None:
        for each in self.appointments:
            held = {person for other, person in self.occupied if other == each.id}
            assert held == (set() if each.status == "cancelled" else {SAMIRA, *(one.person_id for one in each.participants)})

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        for person in (SAMIRA, FATMA, MEHMET, JOKE):
            spans = sorted(span for (_, who), span in self.occupied.items() if who == person)
            assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))

    @invariant()
    def confirmed_means_that_every_guardian_accepted(self) -> None:
        for each in self.appointments:
            if each.status == "confirmed":
                assert {person.response for person in each.guardians} == {"accepted"}

    @precondition(lambda self: all(each.status == "cancelled" for each in self.appointments))
    @invariant()
    def nothing_is_taken_when_nothing_goes_on(self) -> None:
        assert self.occupied == {}


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
