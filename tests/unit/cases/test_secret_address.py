"""Who is shown a secret address, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.planning import Appointment, Participant
from services.cases.domain.secret_address import shown_to
from tests.unit.cases.support import CASE, LIAISON, SOMEBODY

GUARDIAN = UUID(int=9)
# Half past midnight in the Netherlands, and the day before in UTC.
VISIT = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
DAY = date(2026, 12, 2)


def visit(**more: Any) -> Appointment:
    known: dict[str, Any] = {"kind": "home_visit", "place": "at_home", "starts_at": VISIT, "ends_at": VISIT, "status": "invited"}
    people = (Participant(GUARDIAN, "awaiting"),)
    return Appointment(UUID(int=1), CASE, **(known | {"host_id": LIAISON, "participants": people} | more))


@given(st.integers(-40, 40))
def test_from_the_day_before_until_the_day_after(days: int) -> None:
    today = date.fromordinal(DAY.toordinal() + days)
    assert shown_to(LIAISON, [visit()], today) == ({GUARDIAN} if abs(days) <= 1 else set())


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "school_meeting"},
        {"kind": "phone_call"},
        {"status": "cancelled"},
        {"host_id": SOMEBODY},
        {"participants": ()},
    ],
)
def test_no_other_moment_shows_it(more: dict[str, Any]) -> None:
    assert GUARDIAN not in shown_to(LIAISON, [visit(**more)], DAY)


def test_who_goes_along_is_shown_it_too_and_only_of_whom_they_visit() -> None:
    along = visit(host_id=SOMEBODY, participants=(Participant(GUARDIAN, "awaiting"), Participant(LIAISON, "accepted")))
    assert GUARDIAN in shown_to(LIAISON, [along], DAY)
    assert UUID(int=10) not in shown_to(LIAISON, [along], DAY)
