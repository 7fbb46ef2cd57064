"""Who accompanies a case, whatever is asked in whatever order."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cases.domain.case_staff import Period, Place, check_deputy, deputy_on, end_deputy
from services.cases.domain.circles import CIRCLES, circle_named, circles_of, narrowest
from services.cases.domain.handover import HandOver, check_handover
from services.cases.domain.readers import reader_of
from shared.errors import Conflict, Forbidden, Invalid
from tests.unit.cases.support import LIAISON, NOW, SOMEBODY, TODAY, make_case

OTHER = UUID(int=77)
days = st.integers(0, 40).map(lambda number: TODAY + timedelta(days=number))


def place(valid_from: date, valid_until: date | None = None, what: str = "deputy") -> Place:
    return Place(UUID(int=1), what, SOMEBODY, "Joost", valid_from, valid_until, "Samira", NOW)


def handover(**more: object) -> HandOver:
    known = {"written_by": LIAISON, "written_by_name": "Samira", "written_at": NOW}
    return HandOver(UUID(int=1), "Samira", SOMEBODY, "Joost", TODAY, **(known | more))  # type: ignore[arg-type]


@settings(max_examples=200)
@given(st.lists(st.tuples(days, st.none() | days), max_size=8), days)
def test_there_is_never_more_than_one_deputy(asked: list[tuple[date, date | None]], day: date) -> None:
    case, places = make_case(assigned_to=LIAISON), list[Place]()
    for valid_from, valid_until in asked:
        try:
            check_deputy(case, SOMEBODY, Period(valid_from, valid_until), places, TODAY)
        except (Conflict, Invalid):
            continue
        places.append(place(valid_from, valid_until))
    assert sum(each.covers(day) for each in places) <= 1
    found = deputy_on(places, day)
    assert (found is not None) == any(each.covers(day) for each in places)


def test_who_accompanies_it_already_stands_in_for_nobody() -> None:
    with pytest.raises(Invalid):
        check_deputy(make_case(assigned_to=LIAISON), LIAISON, Period(TODAY), [], TODAY)
    with pytest.raises(Conflict):
        check_deputy(make_case(phase="closed"), LIAISON, Period(TODAY), [], TODAY)


def test_a_deputy_ends_from_today_on_and_one_that_never_began_never_was() -> None:
    began, coming = place(TODAY - timedelta(days=3)), place(TODAY + timedelta(days=3))
    assert end_deputy([began], began.id, TODAY) is began
    assert (began.valid_until, began.was) == (TODAY - timedelta(days=1), True)
    end_deputy([coming], coming.id, TODAY)
    assert not coming.was
    assert not coming.covers(TODAY + timedelta(days=4))
    with pytest.raises(Conflict):
        end_deputy([began], began.id, TODAY)
    assert end_deputy([place(TODAY, what="liaison")], UUID(int=1), TODAY) is None


def test_a_handover_is_read_by_whom_it_is_for_and_once() -> None:
    found = handover()
    with pytest.raises(Forbidden):
        found.accept(LIAISON, NOW)
    found.take(NOW)
    assert found.status == "taken"
    found.accept(SOMEBODY, NOW)
    assert found.status == "accepted"
    with pytest.raises(Conflict):
        found.accept(SOMEBODY, NOW)
    with pytest.raises(Conflict):
        found.withdraw(NOW)


def test_only_what_did_not_happen_yet_is_withdrawn() -> None:
    found = handover()
    found.withdraw(NOW)
    assert (found.status, found.unread) == ("withdrawn", False)
    with pytest.raises(Conflict):
        found.withdraw(NOW)


def test_a_handover_is_to_another_on_a_day_that_comes_and_one_at_a_time() -> None:
    case = make_case(assigned_to=LIAISON)
    check_handover(case, OTHER, TODAY, [], TODAY)
    for to, on in ((LIAISON, TODAY), (OTHER, TODAY - timedelta(days=1)), (OTHER, TODAY + timedelta(days=400))):
        with pytest.raises(Invalid):
            check_handover(case, to, on, [], TODAY)
    with pytest.raises(Conflict):
        check_handover(case, OTHER, TODAY, [handover()], TODAY)
    with pytest.raises(Conflict):
        check_handover(make_case(phase="closed"), OTHER, TODAY, [], TODAY)


@pytest.mark.parametrize("role", ["school_staff", "liaison", "team_member"])
def test_everybody_writes_what_they_read_themselves_and_the_narrowest_first(role: str) -> None:
    found = [CIRCLES[name] for name in circles_of(role)]
    assert all(reader_of(role) in readers for readers in found)
    assert narrowest(role) == min(found, key=len)
    assert "parents" not in narrowest(role)
    assert all(circle_named(readers) for readers in found)
    assert circle_named(("school",)) is None
    assert circles_of("coordinator") == ()
