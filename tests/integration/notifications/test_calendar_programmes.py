"""Invitations as calendar programmes read them: one UID through invitation, move and cancellation, on the clock of the wall."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.notifications.adapters.calendar import Entry, calendar_part
from tests.calendar_programmes import Khal, by_ical_js, by_icalendar

INVITED = Entry(
    method="request",
    appointment_id=UUID(int=7),
    sequence=0,
    starts_at=datetime(2027, 3, 26, 9, tzinfo=UTC),
    ends_at=datetime(2027, 3, 26, 10, tzinfo=UTC),
    summary="Afspraak: op school; 10 uur, kom\\binnen",
    location="op school",
    organizer="afspraken@example.org",
    attendee="fatma@example.org",
    made_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
)
# After the night in which summer time begins, and after the one in which it ends: ten o'clock on the wall.
NIGHTS = [datetime(2027, 3, 28, 8, tzinfo=UTC), datetime(2027, 10, 31, 9, tzinfo=UTC)]


def moved(to: datetime) -> Entry:
    return replace(INVITED, sequence=1, starts_at=to, ends_at=to + timedelta(hours=1))


@pytest.mark.parametrize("to", NIGHTS)
def test_the_icalendar_library_and_ical_js_read_the_same(to: datetime) -> None:
    for entry in (INVITED, moved(to), replace(moved(to), method="cancel", sequence=2)):
        content = calendar_part(entry)
        (seen,) = by_icalendar(content)
        assert (seen.uid, seen.sequence, seen.summary) == (f"{UUID(int=7)}@partnerschap", entry.sequence, INVITED.summary)
        assert (seen.starts_at, seen.ends_at) == (entry.starts_at, entry.ends_at)
        assert seen.status == ("CANCELLED" if entry.method == "cancel" else "CONFIRMED")
        assert by_ical_js(content) == [seen]


@pytest.mark.parametrize("to", NIGHTS)
def test_khal_puts_the_move_in_place_of_the_invitation(to: datetime, tmp_path: Path) -> None:
    khal = Khal(tmp_path / "khal")
    khal.takes(calendar_part(INVITED))
    assert [each.split()[0] for each in khal.day(date(2027, 3, 26))] == ["10:00-11:00"]
    khal.takes(calendar_part(moved(to)))
    assert khal.day(date(2027, 3, 26)) == []
    assert [each.split()[0] for each in khal.day(to.date())] == ["10:00-11:00"]
