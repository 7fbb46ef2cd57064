"""The days on which nothing is planned: the public holidays of the Netherlands."""

from __future__ import annotations

from datetime import date

import holidays


def days_off(first: date, last: date) -> list[date]:
    """Between these days, both included."""
    found = holidays.country_holidays("NL", years=range(first.year, last.year + 1))
    return sorted(day for day in found if first <= day <= last)
