"""What waits for whom follows from the state of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.domain.phases import PAUSED
from services.cases.domain.planning import Appointment, Participant
from services.cases.domain.todo import Facts, for_role
from tests.unit.cases.support import CASE, LIAISON, NOW, SOMEBODY, TODAY

MOTHER, FATHER = UUID(int=1), UUID(int=2)


def facts(**more: Any) -> Facts:
    values: dict[str, Any] = {
        "case_id": CASE,
        "kind": "family",
        "phase": "referred",
        "assigned_to": LIAISON,
        "planned_end_on": TODAY + timedelta(days=100),
    }
    return Facts(**(values | more))


def appointment(days: float = 7, *people: Participant, **more: Any) -> Appointment:
    starts_at = NOW + timedelta(days=days)
    values: dict[str, Any] = {"kind": "home_visit", "place": "at_home", "status": "invited", "host_id": LIAISON}
    values |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    return Appointment(id=UUID(int=9), case_id=CASE, participants=people, **(values | more))


def kinds(found: Facts, role: str = "liaison", user: UUID = LIAISON) -> list[str]:
    return [todo.kind for todo in for_role(role, user, found, NOW, TODAY)]


def test_a_new_case_begins_with_getting_acquainted() -> None:
    assert kinds(facts()) == ["get_acquainted"]


def test_a_case_of_nobody_waits_for_whoever_takes_it_up() -> None:
    assert kinds(facts(assigned_to=None))[0] == "take_up"


def test_a_colleagues_case_is_not_mine_to_do() -> None:
    assert kinds(facts(assigned_to=SOMEBODY)) == []


def test_what_is_planned_is_no_longer_to_be_planned() -> None:
    assert kinds(facts(appointments=[appointment(7, Participant(MOTHER, "accepted"))])) == []


def test_who_wants_another_time_comes_first_and_is_named() -> None:
    people = (Participant(FATHER, "awaiting"), Participant(MOTHER, "another_time"))
    found = for_role("liaison", LIAISON, facts(appointments=[appointment(2, *people)]), NOW, TODAY)
    assert [(todo.kind, todo.person_id) for todo in found] == [("find_another_time", MOTHER), ("no_answer", FATHER)]


def test_silence_counts_only_shortly_before() -> None:
    assert kinds(facts(appointments=[appointment(10, Participant(MOTHER, "awaiting"))])) == []
    assert kinds(facts(appointments=[appointment(2, Participant(MOTHER, "awaiting"))])) == ["no_answer"]


@pytest.mark.parametrize("delivery", ["failed", "suppressed"])
def test_whom_no_message_reached_is_to_be_called_and_is_not_called_silent(delivery: str) -> None:
    assert kinds(facts(appointments=[appointment(2, Participant(MOTHER, "awaiting", delivery))])) == ["call_to_tell"]
    assert kinds(facts(appointments=[appointment(2, Participant(MOTHER, "accepted", delivery))])) == []


def test_a_visit_that_is_over_is_to_be_concluded() -> None:
    assert "conclude" in kinds(facts(appointments=[appointment(-1)]))
    assert "conclude" not in kinds(facts(appointments=[appointment(-1, status="held")]))


def test_after_the_visit_the_story_then_the_wishes_then_the_next_phase() -> None:
    met = [appointment(-1, status="held")]
    here = {"phase": "getting_acquainted", "appointments": met}
    assert kinds(facts(**here)) == ["write_story"]
    assert kinds(facts(**here, written=frozenset({"story"}))) == ["add_wish"]
    assert kinds(facts(**here, written=frozenset({"story", "wish"}))) == ["begin_phase"]


def test_coaching_has_no_parents_to_visit() -> None:
    assert kinds(facts(kind="coaching")) == ["plan_talk"]
    held = {"kind": "coaching", "appointments": [appointment(-1, status="held")]}
    assert kinds(facts(**held)) == ["write_coaching"]
    coached = frozenset({"coaching"})
    found = for_role("liaison", LIAISON, facts(**held, phase="getting_acquainted", written=coached), NOW, TODAY)
    assert [(todo.kind, todo.phase) for todo in found] == [("begin_phase", "agreeing")]


def test_a_pause_that_was_to_be_over_asks_everybody_to_go_on() -> None:
    for days, expected in ((0, ["resume"]), (1, [])):
        paused = facts(phase=PAUSED, resume_on=TODAY + timedelta(days=days))
        assert kinds(paused) == kinds(paused, "school_staff", SOMEBODY) == expected


def test_a_pause_asks_for_nothing_but_its_end() -> None:
    assert kinds(facts(phase=PAUSED)) == []
    assert kinds(facts(phase=PAUSED, planned_end_on=TODAY - timedelta(days=1))) == ["end_passed"]


def test_a_closed_case_waits_for_nobody() -> None:
    assert kinds(facts(phase="closed", planned_end_on=TODAY - timedelta(days=9), assigned_to=None)) == []


@pytest.mark.parametrize("role", ["school_staff", "liaison", "team_member"])
def test_everybody_is_asked_whether_it_is_still_needed(role: str) -> None:
    planned = [appointment(30, Participant(MOTHER, "accepted"))]
    assert kinds(facts(planned_end_on=TODAY + timedelta(days=21), appointments=planned), role) == ["end_in_sight"]
    assert kinds(facts(planned_end_on=TODAY + timedelta(days=22), appointments=planned), role) == []
    assert kinds(facts(planned_end_on=TODAY - timedelta(days=1), appointments=planned), role) == ["end_passed"]


def test_the_school_is_not_asked_to_do_the_liaisons_work() -> None:
    assert kinds(facts(assigned_to=None, appointments=[appointment(-1)]), "school_staff", SOMEBODY) == []
