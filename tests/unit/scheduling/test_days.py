"""Somebody's day on the road: what leaves no time to get there, and what changes for what comes after."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.domain.days import Clash, Taken, in_the_way, with_ways
from services.scheduling.domain.places import Stop, area, point_of, postcode, way
from services.scheduling.domain.travel import CityTravel, Point
from tests.unit.scheduling.test_slots import NORTH, NOWHERE, SOUTH, at

TIMES = CityTravel()  # 25 minutes from north to south


def taken(number: int, starts_at: datetime, ends_at: datetime, stop: Stop | None = NORTH) -> Taken:
    return Taken(UUID(int=number), starts_at, ends_at, stop)


NINE, ELEVEN = taken(1, at(9), at(10), NORTH), taken(2, at(11), at(12), NORTH)


def test_what_overlaps_is_in_the_way_and_the_way_is_not_spoken_of() -> None:
    assert in_the_way([NINE], taken(3, at(9, 30), at(10, 30), SOUTH), None, TIMES) == [Clash(at(9), at(10))]


def test_one_after_the_other_at_one_door_fits_and_at_two_doors_it_takes_the_way() -> None:
    assert in_the_way([NINE], taken(3, at(10), at(11)), None, TIMES) == []
    assert in_the_way([NINE], taken(3, at(10), at(11), SOUTH), None, TIMES) == [Clash(at(9), at(10), 25)]
    assert in_the_way([NINE], taken(3, at(10, 25), at(11), SOUTH), None, TIMES) == []


def test_what_comes_after_must_be_reached_too() -> None:
    assert in_the_way([NINE, ELEVEN], taken(3, at(10, 25), at(10, 35), SOUTH), None, TIMES) == []
    assert in_the_way([NINE, ELEVEN], taken(3, at(10, 25), at(10, 45), SOUTH), None, TIMES) == [Clash(at(11), at(12), 25)]


def test_a_call_leaves_one_where_one_was_but_takes_the_time_of_the_way() -> None:
    south = taken(2, at(10, 30), at(11, 30), SOUTH)
    assert in_the_way([NINE, south], taken(3, at(10), at(10, 5), None), None, TIMES) == []
    assert in_the_way([NINE, south], taken(3, at(10), at(10, 10), None), None, TIMES) == [Clash(at(10, 30), at(11, 30), 25)]


def test_where_nobody_knows_how_far_it_is_nothing_is_refused() -> None:
    assert in_the_way([NINE], taken(3, at(10), at(11), NOWHERE), None, TIMES) == []


def test_the_day_begins_where_somebody_begins_it() -> None:
    assert [each.travel_minutes for each in with_ways([NINE, ELEVEN], SOUTH, TIMES)] == [25, 0]
    assert [each.travel_minutes for each in with_ways([NINE, ELEVEN], None, TIMES)] == [0, 0]


def test_two_doors_in_one_area_are_not_one_door() -> None:
    here, next_door = Stop(UUID(int=1), Point(51.9, 4.4)), Stop(UUID(int=2), Point(51.9, 4.4))
    assert (way(TIMES, here, here).minutes, way(TIMES, here, next_door).minutes) == (0, 5)


def test_postcodes_as_people_write_them() -> None:
    assert [postcode(each) for each in ("3011 ab", "3011AB", "3011", "0123", "301", "3011 A", "nergens")] == [
        "3011AB", "3011AB", "3011", None, None, None, None,
    ]  # fmt: skip
    known = {"3011": Point(51.9, 4.4), "3012AB": Point(52.0, 4.5)}
    assert [point_of(code, known) for code in ("3011AB", "3012AB", "3012", None)] == [known["3011"], known["3012AB"], None, None]
    assert area("3011AB") == "3011"


visits = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6), st.sampled_from([NORTH, SOUTH, NOWHERE, None])), max_size=20)


@given(visits)
def test_whatever_is_let_in_one_by_one_leaves_time_for_every_way(wanted: list[tuple[int, int, Stop | None]]) -> None:
    day: list[Taken] = []
    for number, (start, length, stop) in enumerate(wanted):
        quarter = timedelta(minutes=15)
        new = taken(number, at(8) + start * quarter, at(8) + (start + length) * quarter, stop)
        if not in_the_way(day, new, SOUTH, TIMES):
            day = with_ways([*day, new], SOUTH, TIMES)
    where: Stop | None = SOUTH
    for before, each in zip([None, *day], day, strict=False):
        step = way(TIMES, where, each.stop)
        assert each.travel_minutes == (step.minutes if step.known else 0)
        assert before is None or before.ends_at <= each.leaves_at
        where = each.stop or where
