"""Delivery in figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.notifications.persistence.figures import DayCount, Figures
from services.notifications.service import NotificationsService
from shared.clock import AMSTERDAM, today
from shared.tenancy import Principal

__all__ = ["PERIODS", "Figures", "read_figures"]
PERIODS = (14, 30, 90)


def read_figures(service: NotificationsService, who: Principal, days: int, school_id: UUID | None = None) -> Figures:
    """Of the last so many days, today included; a day without mail is there too."""
    first = today(service.clock) - timedelta(days=days - 1)
    with service.work(who.scope) as work:
        found = work.figures.since(datetime.combine(first, datetime.min.time(), AMSTERDAM), school_id)
    known = {each.day: each for each in found.days}
    every = [first + timedelta(days=number) for number in range(days)]
    whole = [known.get(day, DayCount(day, 0, 0, 0)) for day in every]
    return Figures(whole, found.statuses, found.languages, found.templates, found.waits)
