"""How long a closed case is kept: whole years from the day on which it was closed."""

from __future__ import annotations

from datetime import date, timedelta

YEARS = 3


def kept_since(today: date, years: int = YEARS) -> date:
    """What was closed before this day has been kept long enough; never a day too early, around 29 February neither."""
    try:
        last = today.replace(year=today.year - years)
    except ValueError:  # 29 February, in a year that has none
        last = today.replace(year=today.year - years, day=28)
    return last + timedelta(days=1)
