"""Booking beside bare inserts under the same constraint, side by side on one durable server.

`taking time` is what keeps two appointments from one person: the lock in one order and the insert that gives way, through
our repositories, in a transaction with its tenancy; `bare inserts` are the same rows by the bare driver, as fast as it can.
Every appointment is of three persons of its own: what is measured is the work, and not how long one waits for another.

`whole bookings` are the use case: who may come, the lock, the way there, the appointment with its people, everybody's time,
the history, the events and a link for each parent, all of one liaison's; `bare rows` writes the very rows that it leaves.
That says what the rules cost over the rows, and has no target: most of it is Python.
"""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from psycopg.types.range import Range

from services.scheduling.domain.appointment import Appointment
from services.scheduling.usecases import appointments
from services.scheduling.usecases.appointments import NewAppointment
from shared.ids import new_id
from tests.benchmarks._places import own_server
from tests.benchmarks._planning import CASE, SCHOOL, Office, office
from tests.integration.scheduling.conftest import FATMA, MEHMET, SAMIRA

_SECONDS, _ROUNDS = 3.0, 3
_CLIENTS = (1, 8)
_WANTED = 0.5
_TABLES = ("appointments", "participants", "occupancy", "history", "outbox")
_SETTINGS = (
    "select set_config('app.schools', %s, true), set_config('app.audience', 'liaison', true), set_config('app.user_id', %s, true)"
)
Work = Callable[[], object]


def run(out: dict[str, Any]) -> None:
    """A minute."""
    rows: list[dict[str, Any]] = []
    with own_server() as databases, office(databases) as made:
        # Bookings go a year ahead and no further; bare rows follow after that, of the same people in the same table.
        ours, later = _moments(made.now), _moments(made.now + timedelta(days=400))
        model = _model(made, next(ours))
        contenders: dict[str, Callable[[], Work]] = {
            "taking time": lambda: lambda: _take(made, next(later)),
            "bare inserts": lambda: _Writer(made, model, ("occupancy",), later, strangers=True).write,
            "whole bookings": lambda: lambda: _book(made, next(ours)),
            "bare rows": lambda: _Writer(made, model, _TABLES, later).write,
        }
        for clients in _CLIENTS:
            found = _in_rounds(contenders, clients)
            # With more clients than one it is threads of one process, and Python lets one of them reckon at a time.
            pairs = (("taking time", "bare inserts", clients == 1), ("whole bookings", "bare rows", False))
            rows += [_row(clients, found, pair) for pair in pairs]
    out["booking"] = rows


def _row(clients: int, found: Mapping[str, float], pair: tuple[str, str, bool]) -> dict[str, Any]:
    ours, bare, aimed = pair
    share = found[ours] / found[bare]
    row = {"what": ours, "clients": clients, "per second": found[ours], "beside": bare, "bare per second": found[bare]}
    return row | {"share": f"{share:.2f}"} | ({"reached": share >= _WANTED} if aimed else {})


def _moments(now: datetime) -> Iterator[datetime]:
    """Every half hour of the day, which nobody has yet. Counting is atomic, so threads may share it."""
    count = itertools.count()
    first = now.replace(hour=6, minute=0) + timedelta(days=1)

    def following() -> datetime:
        day, half_hour = divmod(next(count), 24)
        return first + timedelta(days=day, minutes=30 * half_hour)

    return iter(following, None)


def _book(made: Office, starts_at: datetime) -> Appointment:
    new = NewAppointment(CASE, "home_visit", starts_at, 30, [FATMA, MEHMET])
    return appointments.plan(made.service, made.who, new)


def _take(made: Office, starts_at: datetime) -> None:
    """Everybody's time, as a booking takes it."""
    people = [new_id() for _ in range(3)]
    appointment = Appointment(
        SCHOOL, new_id(), CASE, "home_visit", "at_home", starts_at, starts_at + timedelta(minutes=30), people[0], "Samira"
    )
    for person in people[1:]:
        appointment.invite(person, "Iemand", guardian=True)
    with made.service.work(made.who.scope) as work:
        work.occupancy.hold(appointment.busy_ids)
        assert work.occupancy.take(appointment, None, {}) == []


@dataclass(frozen=True)
class _Rows:
    """The rows that one booking left in a table: columns, and values by row."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def _model(made: Office, starts_at: datetime) -> dict[str, _Rows]:
    """What a booking writes."""
    booked = _book(made, starts_at).id
    found: dict[str, _Rows] = {}
    with psycopg.connect(made.database.url("admin")) as connection:
        for table in _TABLES:
            where = {"appointments": "where id = %s", "outbox": "where %s is not null"}.get(table, "where appointment_id = %s")
            cursor = connection.execute(f"select * from {table} {where}".encode(), (booked,))
            generated = {"seq", "claimed_at"}
            names = [column.name for column in cursor.description or ()]
            keep = [number for number, name in enumerate(names) if name not in generated]
            rows = [tuple(row[number] for number in keep) for row in cursor.fetchall()]
            found[table] = _Rows([names[number] for number in keep], rows)
    return found


class _Writer:
    """Writes such rows again, for another appointment at another time, on a connection of its own."""

    def __init__(
        self,
        made: Office,
        model: Mapping[str, _Rows],
        tables: Sequence[str],
        moments: Iterator[datetime],
        *,
        strangers: bool = False,
    ) -> None:
        self._connection = psycopg.connect(made.database.url("app"))
        self._tables = {name: model[name] for name in tables}
        self._moments = moments
        self._strangers = strangers
        self._settings = (f"{SCHOOL}", f"{SAMIRA}")

    def write(self) -> None:
        starts_at, appointment = next(self._moments), new_id()
        with self._connection.transaction():
            self._connection.execute(_SETTINGS, self._settings)
            for name, table in self._tables.items():
                rows = [self._value(table.columns, row, appointment, starts_at) for row in table.rows]
                one = f"({', '.join(['%s'] * len(table.columns))})"
                head = f"insert into {name} ({', '.join(table.columns)})"
                statement = f"{head} values {', '.join([one] * len(rows))} on conflict do nothing"
                done = self._connection.execute(statement.encode(), [value for row in rows for value in row])
                assert done.rowcount == len(rows), "a time that nobody had"

    def _value(self, columns: list[str], row: tuple[Any, ...], appointment: UUID, starts_at: datetime) -> list[Any]:
        ends_at = starts_at + timedelta(minutes=30)
        new = {"appointment_id": appointment, "starts_at": starts_at, "ends_at": ends_at, "during": Range(starts_at, ends_at)}
        if self._strangers:
            new["person_id"] = new_id()
        new["id"] = appointment if "starts_at" in columns else new_id()
        values = [new.get(name, value) for name, value in zip(columns, row, strict=True)]
        return [Jsonb(value) if isinstance(value, dict) else value for value in values]


def _in_rounds(contenders: Mapping[str, Callable[[], Work]], clients: int) -> dict[str, float]:
    """How many a second each does with so many clients at once: the median of some rounds, in turns."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(_ROUNDS):
        for name, prepare in contenders.items():
            found[name].append(_per_second([prepare() for _ in range(clients)]))
    return {name: statistics.median(values) for name, values in found.items()}


def _per_second(works: Sequence[Work]) -> float:
    until = time.perf_counter() + _SECONDS
    counts: list[int] = []

    def client(work: Work) -> None:
        done = 0
        while time.perf_counter() < until:
            work()
            done += 1
        counts.append(done)

    threads = [threading.Thread(target=client, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / _SECONDS
