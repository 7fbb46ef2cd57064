"""Travel by a route solver: a real server on the loopback that answers as OSRM does, or does not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from services.scheduling.adapters.osrm import OsrmTravel
from services.scheduling.domain.travel import CityTravel, Point
from tests.waiting import stretched

NORTH, SOUTH = Point(51.9225, 4.4792), Point(51.8830, 4.4900)
BY_CIRCLE = CityTravel().minutes(NORTH, SOUTH)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Solver:
    """What it was asked, and how it answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Answer = lambda handler: send(handler, {"durations": [[0, 600.2], [421.0, 0]]})
        solver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                solver.asked.append(self.path)
                solver.answer(self)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/table/v1/cycling"


def send(handler: BaseHTTPRequestHandler, body: object, status: int = 200) -> None:
    content = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:9/")
    handler.end_headers()


@pytest.fixture
def solver() -> Iterator[Solver]:
    made = Solver()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_all_ways_are_asked_in_one_go_and_remembered(solver: Solver) -> None:
    travel = OsrmTravel(solver.url, CityTravel())
    assert travel.minutes(NORTH, SOUTH) == BY_CIRCLE, "nothing is asked before it is prepared"
    travel.prepare([NORTH, SOUTH, NORTH])
    # The south comes first in the table: 600.2 s from there to the north, 421 back, and a while at both doors.
    assert (travel.minutes(SOUTH, NORTH), travel.minutes(NORTH, SOUTH), travel.minutes(NORTH, NORTH)) == (15, 12, 0)
    travel.prepare([SOUTH, NORTH])
    assert solver.asked == ["/table/v1/cycling/4.490000,51.883000;4.479200,51.922500?annotations=duration"]


BROKEN: dict[str, Answer] = {
    "an error": lambda handler: send(handler, {"code": "InvalidQuery"}, 400),
    "no table": lambda handler: send(handler, {"code": "Ok"}),
    "too small a table": lambda handler: send(handler, {"durations": [[0]]}),
    "words for numbers": lambda handler: send(handler, {"durations": [[0, "x"], ["y", 0]]}),
    "no JSON": lambda handler: send(handler, "x"),
    "another place": elsewhere,
    "too long an answer": lambda handler: send(handler, "x" * 5_000_000),
}


@pytest.mark.parametrize("what", BROKEN)
def test_where_it_does_not_answer_well_the_great_circle_does_and_it_is_left_alone(solver: Solver, what: str) -> None:
    solver.answer = BROKEN[what]
    travel = OsrmTravel(solver.url, CityTravel())
    for _ in range(3):
        travel.prepare([NORTH, SOUTH])
    assert travel.minutes(NORTH, SOUTH) == BY_CIRCLE
    assert len(solver.asked) == 1


def test_a_slow_one_is_not_waited_for(solver: Solver) -> None:
    release = threading.Event()

    def wait(_handler: BaseHTTPRequestHandler) -> None:
        release.wait(60)

    solver.answer = wait
    travel = OsrmTravel(solver.url, CityTravel(), seconds=0.2)
    begin = time.monotonic()
    travel.prepare([NORTH, SOUTH])
    release.set()
    assert time.monotonic() - begin < stretched(5)
    assert travel.minutes(NORTH, SOUTH) == BY_CIRCLE


def test_one_that_is_away_and_a_way_that_is_none(solver: Solver) -> None:
    away = OsrmTravel("http://127.0.0.1:9/table/v1/cycling", CityTravel())
    away.prepare([NORTH, SOUTH])
    assert away.minutes(NORTH, SOUTH) == BY_CIRCLE
    solver.answer = lambda handler: send(handler, {"durations": [[0, None], [421.0, 0]]})
    travel = OsrmTravel(solver.url, CityTravel())
    travel.prepare([NORTH, SOUTH])
    assert (travel.minutes(SOUTH, NORTH), travel.minutes(NORTH, SOUTH)) == (BY_CIRCLE, 12)
