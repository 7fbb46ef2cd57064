"""The overview of a working morning."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.cases.domain.digest import Counts, counted, morning_of
from services.cases.domain.todo import Todo
from tests.unit.cases.support import CASE


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 10, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), None),
        (datetime(2026, 7, 6, 4, 0, tzinfo=UTC), date(2026, 7, 6)),
        (datetime(2026, 11, 28, 8, 0, tzinfo=UTC), None),
    ],
    ids=["before six", "at six", "late", "past noon", "in summer", "on a Saturday"],
)
def test_it_is_due_on_a_working_morning_in_the_netherlands(now: datetime, day: date | None) -> None:
    assert morning_of(now) == day


def test_reviews_ends_and_the_rest_are_counted_apart() -> None:
    kinds = ("look_back", "look_back", "end_passed", "end_in_sight", "take_up")
    assert counted(Todo(kind, 1, CASE) for kind in kinds) == Counts(2, 2, 1)
    assert not counted([]).anything
