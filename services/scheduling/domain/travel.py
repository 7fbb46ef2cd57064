"""How long it takes to get from one place to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Protocol

# Kept free where it is not known how far it is.
ALLOWANCE_MINUTES = 20
# Two doors in one postcode area are not the same door.
NEXT_DOOR_MINUTES = 5

_EARTH_KM = 6371.0


@dataclass(frozen=True)
class Point:
    """A place on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class TravelTimes(Protocol):
    """Whoever plans asks one of these."""

    def minutes(self, origin: Point, destination: Point) -> int:
        """Whole minutes from door to door, rounded up; 0 when it is the same door. Never waits for anybody."""
        ...

    def prepare(self, points: Iterable[Point]) -> None:
        """Learn the ways between all of these, when that takes asking somebody. Not within a transaction."""
        ...


@dataclass(frozen=True)
class CityTravel:
    """The great circle, stretched to streets, at the speed of a bicycle or car in a city, with a while at both doors."""

    km_per_hour: float = 18.0
    detour: float = 1.35
    doors: float = 4.0

    def minutes(self, origin: Point, destination: Point) -> int:
        if origin == destination:
            return 0
        return ceil(kilometres(origin, destination) * self.detour / self.km_per_hour * 60 + self.doors)

    def prepare(self, points: Iterable[Point]) -> None:
        """There is nobody to ask."""


def kilometres(origin: Point, destination: Point) -> float:
    """As the crow flies (haversine)."""
    first, second = radians(origin.latitude), radians(destination.latitude)
    across = sin(radians(destination.longitude - origin.longitude) / 2) ** 2
    chord = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * across
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, chord)))
