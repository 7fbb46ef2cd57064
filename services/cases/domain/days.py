"""Rules about days that several records share."""

from __future__ import annotations

from datetime import date

from shared.errors import Invalid


def check_past(field: str, day: date, today: date) -> None:
    """What is written down afterwards lies behind us, or is of today. Raises Invalid naming the field."""
    if day > today:
        raise Invalid({field: ["Kies vandaag of een dag die geweest is."]})
