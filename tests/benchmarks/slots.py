"""Proposals for a time beside the bare queries they need: four participants, four weeks, amid 2,000 appointments.

`queries` are the very statements that the use case sends, recorded while it runs and sent again by the bare driver, each
in turn and in one transaction as there.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from services.scheduling.usecases import slots
from services.scheduling.usecases.slots import Question
from shared.ids import new_id
from tests.benchmarks._places import own_server
from tests.benchmarks._planning import ANOTHER, CASE, PEOPLE, SCHOOL, Office, office
from tests.statements import statements_with_values

_TURNS, _WARM_UP = 60, 10
_WANTED = 5.0
_WEEKS, _APPOINTMENTS = 4, 2_000
# Each of the four has forty, half of two weeks; colleagues have the others, in the same index.
_MINE = 40


def run(out: dict[str, Any]) -> None:
    """Half a minute."""
    with own_server(durable=False) as databases, office(databases) as made:
        _fill(made)
        question = Question(CASE, "home_visit", 60, PEOPLE, made.now, made.now + timedelta(weeks=_WEEKS))
        with statements_with_values(made.service.database) as statements:
            found = slots.find(made.service, made.who, question)
        assert len(found) == 12, "there is something to propose"
        with psycopg.connect(made.database.url("app")) as connection:
            times = _in_turns(
                {
                    "slots": lambda: slots.find(made.service, made.who, question),
                    "bare queries": lambda: _send(connection, statements),
                }
            )
    ratio = times["slots"] / times["bare queries"]
    rows: list[dict[str, Any]] = [{"what": what, "ms": value} for what, value in times.items()]
    rows[0] |= {"times the queries": f"{ratio:.1f}", "reached": ratio <= _WANTED}
    rows[1] |= {"queries": len(statements)}
    out["slots"] = rows


def _fill(made: Office) -> None:
    """Appointments of an hour: some of those who take part, all others of colleagues, spread over eight weeks."""
    people, others = [made.who.user_id, *PEOPLE], [new_id() for _ in range(50)]
    turns = [(person, place) for place in range(_MINE) for person in people]
    turns += [(others[number % 50], number // 50) for number in range(_APPOINTMENTS - len(turns))]
    monday = made.now.replace(hour=8, minute=0) - timedelta(days=made.now.weekday())
    rows = [(new_id(), person, monday + _place(number)) for person, number in turns]
    statement = (
        "insert into occupancy (appointment_id, person_id, during, travel_minutes, door, latitude, longitude)"
        " select %s, %s, tstzrange(%s, %s), 0, %s, %s, %s on conflict do nothing"
    )
    with psycopg.connect(made.database.url("admin"), autocommit=True) as connection:
        for number, (appointment, person, starts) in enumerate(rows):
            door, north = (SCHOOL, ANOTHER)[number % 2], 51.88 + number % 7 / 100
            connection.execute(statement, (appointment, person, starts, starts + timedelta(hours=1), door, north, 4.48))
        connection.execute("vacuum analyze")


def _place(number: int) -> timedelta:
    """Four a day, at nine, eleven, one and three, from Monday to Friday."""
    day = number // 4
    return timedelta(days=day // 5 * 7 + day % 5, hours=number % 4 * 2)


def _send(connection: psycopg.Connection[Any], statements: list[tuple[str, Any]]) -> None:
    with connection.transaction():
        for statement, parameters in statements:
            connection.execute(statement.encode(), parameters).fetchall()


def _in_turns(contenders: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median of each, in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(-_WARM_UP, _TURNS):
        for name, work in contenders.items():
            begin = time.perf_counter()
            work()
            if turn >= 0:
                times[name].append((time.perf_counter() - begin) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}
