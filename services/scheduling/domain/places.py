"""Where people are: as exactly as a postcode area says, which is as exactly as planning needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.travel import ALLOWANCE_MINUTES, NEXT_DOOR_MINUTES, Point, TravelTimes

_POSTCODE = re.compile(r"^([1-9]\d{3})\s*([A-Za-z]{2})?$")
# Who goes from school to school and from home to home; the others are where they are.
TRAVELLING_ROLES = frozenset({"liaison", "team_member"})


@dataclass(frozen=True)
class Stop:
    """A place to be. `door` tells two addresses in one postcode area apart; without `point` nobody knows where it is."""

    door: UUID
    point: Point | None = None


@dataclass(frozen=True)
class Way:
    """How long it takes from one stop to the next. When that is not known, `minutes` is what is kept free for it."""

    minutes: int = 0
    known: bool = True


NO_WAY = Way()


@dataclass(frozen=True)
class Base:
    """Where somebody's day begins and ends, when they said so, and how many minutes they want between two appointments."""

    start: Stop | None = None
    end: Stop | None = None
    buffer_minutes: int = 0


NO_BASE = Base()


def way(times: TravelTimes, origin: Stop | None, destination: Stop | None) -> Way:
    """From door to door. Without an origin or a destination (a telephone call, a day without a base) there is no way to go."""
    if origin is None or destination is None or origin.door == destination.door:
        return NO_WAY
    if origin.point is None or destination.point is None:
        return Way(ALLOWANCE_MINUTES, known=False)
    return Way(max(times.minutes(origin.point, destination.point), NEXT_DOOR_MINUTES))


def postcode(text: str) -> str | None:
    """`3011 AB` as `3011AB`, `3011` as it is; None for what is no Dutch postcode."""
    found = _POSTCODE.match(text.strip())
    return found and f"{found[1]}{(found[2] or '').upper()}"


def area(code: str) -> str:
    """The four digits of a postcode: some thousands of people, not a street."""
    return code[:4]


def point_of(code: str | None, points: Mapping[str, Point]) -> Point | None:
    """Where a postcode is, as exactly as the table knows it."""
    if code is None:
        return None
    return points.get(code) or points.get(area(code))


def with_areas(codes: Sequence[str | None]) -> list[str]:
    """What to look up for these postcodes: each, and the area that stands in for it."""
    return sorted({each for code in codes if code for each in (code, area(code))})
