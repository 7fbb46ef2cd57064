"""Schools, users, and where they work."""

from __future__ import annotations

from datetime import date

import pytest

from services.cases.domain.accounts import Assignment, check_assignable, check_brin, check_password
from services.cases.domain.permissions import basis_of, may, roles_that
from shared.errors import Invalid
from shared.tenancy import ROLES
from tests.unit.cases.support import LIAISON, SCHOOL


def test_an_assignment_holds_from_its_first_to_its_last_day() -> None:
    assignment = Assignment(SCHOOL, LIAISON, "Samira", "liaison", date(2026, 8, 1), date(2026, 12, 31))
    days = [date(2026, 7, 31), date(2026, 8, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [assignment.covers(day) for day in days] == [False, True, True, False]
    assert Assignment(SCHOOL, LIAISON, "Samira", "liaison", date(2026, 8, 1)).covers(date(2099, 1, 1))


def test_a_brin_is_tidied_and_a_nursery_has_none() -> None:
    assert check_brin(" 12ab00 ") == "12AB00"
    assert check_brin("12AB") == "12AB"
    assert check_brin(None) is None


@pytest.mark.parametrize("brin", ["", "1AB", "12A1", "12AB0", "12AB000", "12AB00\n1"])
def test_what_is_no_brin_is_refused(brin: str) -> None:
    with pytest.raises(Invalid):
        check_brin(brin)


def test_a_password_is_long() -> None:
    check_password("twaalf teken")
    with pytest.raises(Invalid):
        check_password("kort")


def test_school_staff_work_at_one_school_and_others_at_many() -> None:
    check_assignable("liaison", staff_schools=7)
    check_assignable("school_staff", staff_schools=0)
    with pytest.raises(Invalid):
        check_assignable("school_staff", staff_schools=1)


@pytest.mark.parametrize("role", ["coordinator", "administrator", "unheard_of"])
def test_who_works_for_no_school_is_assigned_to_none(role: str) -> None:
    with pytest.raises(Invalid):
        check_assignable(role, staff_schools=0)


_DOSSIER = ("read", "open", "change", "move", "assign")
_TEXTS = ("write_story", "add_wish", "add_strength", "add_goal", "see_secret_address")
ACTIONS = _DOSSIER + _TEXTS


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ["coordinator", "administrator", "", "unheard_of"])
def test_figures_administration_and_the_unknown_may_do_nothing_to_a_dossier(action: str, role: str) -> None:
    assert not may(role, action)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_somebodys_and_those_exist(action: str) -> None:
    assert set(roles_that(action)) <= ROLES
    assert "liaison" in roles_that(action)


def test_what_parents_tell_is_written_down_and_where_they_hide_is_seen_by_the_liaison_alone() -> None:
    for action in ("write_story", "add_wish", "see_secret_address"):
        assert roles_that(action) == ("liaison",)


def test_an_unknown_action_is_a_mistake_and_not_a_permission() -> None:
    with pytest.raises(KeyError):
        may("liaison", "fly")
    with pytest.raises(KeyError):
        basis_of("coordinator")
