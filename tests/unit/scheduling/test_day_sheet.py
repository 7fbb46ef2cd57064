"""A day as it is walked: in order, with the way between, and a warning where there is no time for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.domain.appointment import KINDS, Appointment
from services.scheduling.domain.day_sheet import day_sheet
from tests.unit.scheduling.support import DAY, FATMA, HOUR, NOW, appointment


def at(hours: float, minutes: int = 60, **more: Any) -> Appointment:
    starts_at = NOW + DAY + timedelta(hours=hours)
    return appointment(FATMA, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **more)


def test_the_first_has_nothing_before_it_and_the_next_has_the_way_there() -> None:
    one, two = at(0, id=UUID(int=1)), at(2, id=UUID(int=2))
    first, second = day_sheet([two, one], {two.id: 20})
    assert (first.gap_minutes, first.travel_minutes, first.tight) == (None, 0, False)
    assert (second.gap_minutes, second.travel_minutes, second.tight) == (60, 20, False)


@pytest.mark.parametrize(("gap", "tight"), [(19, True), (20, False), (0, True)])
def test_less_time_than_the_way_takes_is_tight(gap: int, *, tight: bool) -> None:
    one, two = at(0, id=UUID(int=1)), at(1 + gap / 60, id=UUID(int=2))
    assert day_sheet([one, two], {one.id: 90, two.id: 20})[1].tight is tight


def test_what_was_called_off_is_left_out() -> None:
    off = at(1)
    off.cancel()
    assert [each.appointment.starts_at for each in day_sheet([at(0), off, at(2)], {})] == [NOW + DAY, NOW + DAY + 2 * HOUR]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(15, 120), st.sampled_from(KINDS)), max_size=8))
def test_every_appointment_is_there_once_in_order(found: list[tuple[int, int, str]]) -> None:
    planned = [at(quarter / 4, minutes, kind=kind) for quarter, minutes, kind in found]
    stops = day_sheet(planned, {})
    assert sorted(map(id, planned)) == sorted(id(each.appointment) for each in stops)
    starts = [each.appointment.starts_at for each in stops]
    assert starts == sorted(starts)
    assert all((each.gap_minutes or 0) >= 0 for each in stops)
