"""Travel times by a route solver (OSRM's table service), remembered; by the great circle where it does not answer.

Only `prepare` asks over the network, all ways at once, and is called with no transaction open. `minutes` never waits.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections import OrderedDict
from collections.abc import Iterable
from math import ceil
from typing import Any

import structlog

from services.scheduling.domain.travel import Point, TravelTimes

_log = structlog.get_logger("osrm")
_SECONDS, _AFTER_FAILURE, _MOST_BYTES = 2.0, 30.0, 4 * 1024 * 1024
_MOST_POINTS, _REMEMBERED = 80, 50_000
_DOORS = 4.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The solver is where it is configured to be, and nowhere that an answer sends us."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class OsrmTravel:
    """`url` goes up to and with the profile. After a failure it is left alone for half a minute."""

    def __init__(self, url: str, otherwise: TravelTimes, seconds: float = _SECONDS) -> None:
        self._url, self._otherwise, self._seconds = url.rstrip("/"), otherwise, seconds
        self._known: OrderedDict[tuple[Point, Point], int] = OrderedDict()
        self._lock = threading.Lock()
        self._not_before = 0.0
        # No proxy of the environment: where families live goes to the configured solver alone.
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def minutes(self, origin: Point, destination: Point) -> int:
        if origin == destination:
            return 0
        with self._lock:
            known = self._known.get((origin, destination))
        return self._otherwise.minutes(origin, destination) if known is None else known

    def prepare(self, points: Iterable[Point]) -> None:
        """Learn the ways between all of these, as far as they are not known yet."""
        wanted = sorted(set(points), key=lambda each: (each.latitude, each.longitude))[:_MOST_POINTS]
        with self._lock:
            new = any((one, two) not in self._known for one in wanted for two in wanted if one != two)
        if not new or time.monotonic() < self._not_before:
            return
        try:
            durations = self._ask(wanted)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._not_before = time.monotonic() + _AFTER_FAILURE
            _log.warning("osrm_away", error=type(error).__name__)
            return
        self._remember(wanted, durations)

    def _ask(self, points: list[Point]) -> list[list[float | None]]:
        """Seconds from each to each; None where there is no way."""
        where = ";".join(f"{each.longitude:.6f},{each.latitude:.6f}" for each in points)
        with self._opener.open(f"{self._url}/{where}?annotations=duration", timeout=self._seconds) as answer:
            body = answer.read(_MOST_BYTES + 1)
        if len(body) > _MOST_BYTES:
            raise ValueError("too long an answer")
        found: list[list[float | None]] = json.loads(body)["durations"]
        if len(found) != len(points) or any(len(row) != len(points) for row in found):
            raise ValueError("not a table of all ways")
        return [[None if each is None else float(each) for each in row] for row in found]

    def _remember(self, points: list[Point], durations: list[list[float | None]]) -> None:
        with self._lock:
            for origin, row in zip(points, durations, strict=True):
                for destination, seconds in zip(points, row, strict=True):
                    if origin != destination and seconds is not None and seconds >= 0:
                        self._known[origin, destination] = ceil(seconds / 60 + _DOORS)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
