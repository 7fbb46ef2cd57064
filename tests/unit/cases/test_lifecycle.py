"""How a case goes on: more time, a pause, and coaching without a child."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.cases.domain.coaching import coached_in
from services.cases.domain.ends import extend
from services.cases.domain.phases import PAUSED, after, road_of
from shared.errors import Conflict, Invalid
from tests.unit.cases.support import NOW, TODAY, make_case


def test_more_time_is_a_later_day_and_says_which_it_was() -> None:
    case = make_case(planned_end_on=TODAY + timedelta(days=10))
    before = case.planned_end_on
    for wrong in (before, before - timedelta(days=1), date(2040, 1, 1)):
        with pytest.raises(Invalid) as refused:
            extend(case, wrong, TODAY)
        assert set(refused.value.fields) == {"planned_end_on"}
    assert extend(case, TODAY + timedelta(days=40), TODAY) == before
    assert case.planned_end_on == TODAY + timedelta(days=40)


def test_an_end_that_has_passed_moves_to_a_day_that_is_still_to_come() -> None:
    case = make_case(planned_end_on=TODAY - timedelta(days=10))
    with pytest.raises(Invalid):
        extend(case, TODAY - timedelta(days=1), TODAY)
    extend(case, TODAY, TODAY)


def test_what_is_closed_gets_no_more_time() -> None:
    with pytest.raises(Conflict):
        extend(make_case(phase="closed"), date(2028, 1, 1), TODAY)


def test_a_pause_keeps_why_and_until_when_and_forgets_it_when_it_is_over() -> None:
    case = make_case(phase="agreeing")
    until = TODAY + timedelta(days=30)
    case.move_to(PAUSED, frozenset(), "Moeder verhuist.", NOW, until)
    assert (case.pause_reason, case.resume_on, case.phase_since) == ("Moeder verhuist.", until, NOW)
    case.move_to("agreeing", frozenset(), None, NOW)
    assert (case.pause_reason, case.resume_on, case.paused_from) == (None, None, None)


@pytest.mark.parametrize(("to", "days"), [(PAUSED, 0), (PAUSED, -1), ("agreeing", 9)])
def test_a_day_to_go_on_is_of_a_pause_and_still_to_come(to: str, days: int) -> None:
    case = make_case()
    with pytest.raises(Invalid) as refused:
        case.move_to(to, frozenset(), "Daarom.", NOW, TODAY + timedelta(days=days))
    assert set(refused.value.fields) == {"resume_on"}
    assert case.phase == "referred"


def test_coaching_skips_the_parents_wishes_unless_it_is_there() -> None:
    assert after("getting_acquainted", "coaching") == "agreeing"
    assert "formulating" not in road_of("coaching", "agreeing")
    assert "formulating" in road_of("coaching", "formulating")
    assert "formulating" in road_of("family", "referred")


@pytest.mark.parametrize(
    ("chosen", "guardians", "found"),
    [(None, False, "school"), (None, True, "parents"), ("colleague", False, "colleague"), ("parents", True, "parents")],
)
def test_whom_coaching_is_of(chosen: str | None, guardians: bool, found: str) -> None:
    assert coached_in(chosen, child=False, guardians=guardians) == found


def test_coaching_of_parents_names_them_and_a_child_is_not_coached() -> None:
    with pytest.raises(Invalid) as refused:
        coached_in("parents", child=False, guardians=False)
    assert set(refused.value.fields) == {"guardians"}
    with pytest.raises(Invalid) as refused:
        coached_in("school", child=True, guardians=True)
    assert set(refused.value.fields) == {"coaching_of"}
    assert coached_in(None, child=True, guardians=True) is None


def test_its_other_number_finds_it() -> None:
    case = make_case(external_reference="ESIS-Ä12")
    case.changed()
    assert "esis-a12" in case.search_text
