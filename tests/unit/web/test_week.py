"""A week as a grid: where an item stands, and what stands beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.week import Item, Week, colours_of, week_of

MONDAY = date(2026, 11, 23)


def item(start: str, end: str, day: int = 24, title: str = "Huisbezoek") -> Item:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{day}T{clock}:00+01:00")

    return Item(at(start), at(end), title)


def classes(week: Week, day: int = 1) -> list[str]:
    return [each.classes for each in week.days[day].items]


def test_a_week_has_five_days_and_ten_hours() -> None:
    week = week_of(MONDAY, [], MONDAY)
    assert [day.date.day for day in week.days] == [23, 24, 25, 26, 27]
    assert (week.first_hour, list(week.hour_range)[-1]) == (8, 17)
    assert [day.today for day in week.days] == [True, False, False, False, False]


def test_the_weekend_and_the_evening_show_when_something_is_there() -> None:
    week = week_of(MONDAY, [item("19:00", "20:30", day=29), item("07:00", "07:30")], MONDAY)
    assert len(week.days) == 7
    assert (week.first_hour, week.hours) == (7, 14)


def test_an_item_starts_and_ends_in_steps_of_five_minutes() -> None:
    week = week_of(MONDAY, [item("13:05", "13:50"), item("14:02", "14:58")], MONDAY)
    assert classes(week) == ["h13 q1 to-h13 to-q10 colour-0", "h14 q0 to-h15 to-q0 colour-0"]


def test_the_way_between_two_visits_is_drawn_between_them_and_not_over_them() -> None:
    week = week_of(MONDAY, [item("08:50", "09:50"), item("09:53", "10:10"), item("10:10", "11:10")], MONDAY)
    assert [each.split(" colour")[0] for each in classes(week)] == [
        "h8 q10 to-h9 to-q10",
        "h9 q10 to-h10 to-q2",
        "h10 q2 to-h11 to-q2",
    ]


def test_a_moment_in_utc_stands_on_the_dutch_clock() -> None:
    late = Item(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "x")
    assert classes(week_of(MONDAY, [late], MONDAY)) == ["h9 q0 to-h10 to-q0 colour-0"]


def test_what_overlaps_stands_side_by_side_and_what_follows_does_not() -> None:
    week = week_of(MONDAY, [item("13:30", "14:30"), item("13:00", "14:00"), item("14:30", "15:00")], MONDAY)
    first, second, third = classes(week)
    assert "lane-1 lanes-2" in first
    assert "lane-2 lanes-2" in second
    assert "lane" not in third


def test_no_more_than_four_columns() -> None:
    week = week_of(MONDAY, [item("10:00", "11:00", title=str(number)) for number in range(6)], MONDAY)
    assert {each.split("lanes-")[1] for each in classes(week)} == {"4"}
    assert "lane-4" in classes(week)[-1]


def test_an_item_over_midnight_ends_with_the_day() -> None:
    night = Item(datetime(2026, 11, 24, 20, 0, tzinfo=UTC), datetime(2026, 11, 25, 1, 0, tzinfo=UTC), "x")
    assert classes(week_of(MONDAY, [night], MONDAY)) == ["h21 q0 to-h22 to-q0 colour-0"]


def test_colours_go_round_and_are_the_same_for_the_same_school() -> None:
    names = ["A", "B", "A", "C", "D", "E", "F", "G"]
    assert colours_of(names) == {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6, "G": 1}


@given(st.lists(st.tuples(st.integers(0, 6 * 24 * 60), st.integers(0, 600)), max_size=30))
def test_whatever_is_planned_has_a_place_inside_the_grid(found: list[tuple[int, int]]) -> None:
    base = datetime(2026, 11, 23, tzinfo=UTC)
    items = [
        Item(base.fromtimestamp(base.timestamp() + s * 60, UTC), base.fromtimestamp(base.timestamp() + (s + d) * 60, UTC), "x")
        for s, d in found
    ]
    week = week_of(MONDAY, items, MONDAY)
    for each in (each for day in week.days for each in day.items):
        start, row, end, end_row = (int(name.lstrip("to-hq")) for name in each.classes.split()[:4])
        assert week.first_hour * 12 <= start * 12 + row < end * 12 + end_row <= (week.first_hour + week.hours) * 12


@pytest.mark.parametrize("count", [1, 3])
def test_items_keep_their_order_in_time(count: int) -> None:
    week = week_of(MONDAY, [item(f"{hour}:00", f"{hour + 1}:00", title=str(hour)) for hour in range(9 + count, 9, -1)], MONDAY)
    titles = [each.title for each in week.days[1].items]
    assert titles == sorted(titles, key=int)
