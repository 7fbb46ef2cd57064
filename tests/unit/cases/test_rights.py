"""What stands out among rights, and when they are to be looked at again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.cases.domain.accounts import Assignment, User
from services.cases.domain.administration import Invitation, account_state, check_leaves_an_administrator, ended
from services.cases.domain.rights import Used, review_is_due, rights_of
from shared.errors import Conflict, Gone
from shared.web.csv_file import safe_cell

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()
SCHOOL, SOMEBODY = UUID(int=1), UUID(int=2)
USER = User(SOMEBODY, UUID(int=3), "Samira", "Samira", "liaison", "s@x.nl")


def at(valid_from: date, valid_until: date | None = None) -> Assignment:
    return Assignment(SCHOOL, SOMEBODY, "Samira", "liaison", valid_from, valid_until)


def remarks(used: Used | None, *assignments: Assignment) -> list[tuple[str, ...]]:
    return [right.remarks for right in rights_of(USER, used, list(assignments), NOW, TODAY)]


def used(days_ago: int | None, *, code: bool = True, made_days_ago: int = 400) -> Used:
    login = None if days_ago is None else NOW - timedelta(days=days_ago)
    return Used(NOW - timedelta(days=made_days_ago), login, NOW if code else None)


def test_one_line_a_school_and_none_for_who_is_shut_out() -> None:
    running = at(date(2026, 8, 1))
    assert remarks(used(1), running, at(date(2026, 9, 1), date(2027, 9, 1))) == [(), ()]
    assert remarks(used(1), at(date(2025, 8, 1), date(2026, 11, 22))) == [("without_school",)]
    shut = User(SOMEBODY, UUID(int=3), "Samira", "Samira", "liaison", "s@x.nl", active=False)
    assert rights_of(shut, used(1), [running], NOW, TODAY) == []


def test_what_stands_out() -> None:
    running = at(date(2026, 8, 1))
    assert remarks(used(91), running) == [("unused",)]
    assert remarks(used(90), running) == [()]
    assert remarks(used(None), running) == [("never_used",)]
    assert remarks(used(None, made_days_ago=3), running) == [()]
    assert remarks(used(1, code=False), running) == [("without_code",)]
    assert remarks(used(1), at(date(2026, 8, 1), TODAY + timedelta(days=60))) == [("ending",)]
    assert remarks(used(1), at(date(2026, 8, 1), TODAY + timedelta(days=61))) == [()]


def test_a_review_holds_for_a_year() -> None:
    assert review_is_due(None, NOW)
    assert not review_is_due(NOW - timedelta(days=365), NOW)
    assert review_is_due(NOW - timedelta(days=366), NOW)


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1", "@sum", "\t=1", " =1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    assert [safe_cell(each) for each in ("Jan", "a=1", "", None, -3)] == ["Jan", "a=1", "", "", "-3"]


def test_an_assignment_never_ends_before_it_began_nor_later_than_it_would() -> None:
    assert ended(at(TODAY), TODAY - timedelta(days=1)) == at(TODAY, TODAY)
    assert ended(at(date(2026, 1, 1), date(2026, 6, 1)), TODAY) is None
    assert ended(at(date(2026, 1, 1), TODAY), TODAY + timedelta(days=9)) is None


def test_an_alliance_keeps_an_administrator() -> None:
    check_leaves_an_administrator([SCHOOL, SOMEBODY], SOMEBODY)
    with pytest.raises(Conflict):
        check_leaves_an_administrator([SOMEBODY], SOMEBODY)


def test_a_link_is_over_when_used_withdrawn_or_late() -> None:
    link = Invitation(UUID(int=4), UUID(int=3), SOMEBODY, "invitation", NOW, SOMEBODY, NOW + timedelta(days=7))
    link.check_open(NOW + timedelta(days=7) - timedelta(seconds=1))
    assert account_state(USER, None, link, NOW) == "invited"
    assert account_state(USER, None, link, NOW + timedelta(days=7)) == "invitation_over"
    assert account_state(USER, NOW, None, NOW) == "active"
    assert account_state(USER, None, None, NOW) == "not_invited"
    with pytest.raises(Gone):
        link.check_open(NOW + timedelta(days=7))
