"""Why a visit is not in the plan, as far as can be said: what stands in its way first, and its weight only then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.scheduling.domain.week.insertion import Draft
from services.scheduling.domain.week.model import Week
from services.scheduling.domain.week.timing import DayTimes

NO_WINDOW, TOO_SHORT, FIXED, TRAVEL, OUTWEIGHED = "outside_hours", "window_too_short", "fixed", "travel", "outweighed"


def reasons(week: Week, draft: Draft) -> dict[int, str]:
    """By number of each visit that the draft leaves out."""
    left_out = [number for number in range(len(week.visits)) if number not in draft.planned()]
    return {number: _reason(week, draft, number) for number in left_out}


def _reason(week: Week, draft: Draft, number: int) -> str:
    minutes = week.visits[number].minutes
    spans = [_within(week, each.day, each.opens, each.closes) for each in week.visits[number].windows if each.day in week.days]
    if not any(span > 0 for span in spans):
        return NO_WINDOW
    if max(spans) < minutes:
        return TOO_SHORT
    if not _fits(Draft.empty(week, draft.times), number):
        return TRAVEL if _fits(_at_once(week, {}), number) else FIXED
    return TRAVEL if _fits(_at_once(week, draft.orders), number) else OUTWEIGHED


def _within(week: Week, day: int, opens: int, closes: int) -> int:
    hours = week.days[day]
    return min(closes, hours.closes) - max(opens, hours.opens)


def _fits(draft: Draft, number: int) -> bool:
    before = dict(draft.orders)
    draft.insert([number])
    return draft.orders != before


def _at_once(week: Week, orders: Mapping[int, tuple[int, ...]]) -> Draft:
    """The same, if one were everywhere at once."""
    nowhere = replace(week, travel=[[0] * len(row) for row in week.travel])
    times = {day: DayTimes(nowhere, day) for day in week.days}
    return Draft(nowhere, times, {day: orders.get(day, tuple(times[day].fixed)) for day in times})
