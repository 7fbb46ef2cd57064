"""Cursors: what comes out goes back in; what we did not make is refused by name."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.pagination import PageRequest, cut

AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def test_a_full_page_points_at_the_row_after_its_last() -> None:
    rows = [(AT, uuid4()) for _ in range(4)]
    page = cut(rows, PageRequest(limit=3), lambda row: row)
    assert list(page.items) == rows[:3]
    assert PageRequest(3, page.next_cursor).after(datetime.fromisoformat, UUID) == rows[2]


def test_the_last_page_has_no_next() -> None:
    assert cut([1, 2], PageRequest(limit=2), lambda row: [row]).next_cursor is None


def test_no_cursor_begins_at_the_first_row() -> None:
    assert PageRequest().after(int) is None


@given(st.text(max_size=80))
def test_a_foreign_cursor_is_invalid_and_never_a_crash(cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        PageRequest(cursor=cursor).after(datetime.fromisoformat, UUID)
    assert list(caught.value.fields) == ["cursor"]


def test_a_cursor_of_another_list_is_invalid() -> None:
    page = cut([1, 2], PageRequest(limit=1), lambda row: [row])
    with pytest.raises(Invalid):
        PageRequest(cursor=page.next_cursor).after(datetime.fromisoformat, UUID)
