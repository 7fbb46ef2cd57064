"""How long a closed case is kept."""

from __future__ import annotations

from datetime import date

import pytest

from services.cases.domain.retention import kept_since


@pytest.mark.parametrize(
    ("closed", "last_day_kept"),
    [
        (date(2023, 11, 23), date(2026, 11, 22)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2025, 2, 28), date(2028, 2, 27)),
        (date(2021, 3, 1), date(2024, 2, 29)),
    ],
)
def test_three_years_and_not_a_day_less(closed: date, last_day_kept: date) -> None:
    assert kept_since(last_day_kept) <= closed
    assert kept_since(date.fromordinal(last_day_kept.toordinal() + 1)) > closed


def test_an_alliance_may_keep_longer() -> None:
    assert kept_since(date(2026, 11, 23), 5) == date(2021, 11, 24)
