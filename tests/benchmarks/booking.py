"""Booking beside bare inserts under the same constraint, side by side on one durable server.

`taking time` is what keeps two appointments from one person: the lock in one order and the insert that gives way, through
our repositories, in a transaction with its tenancy; `bare inserts` are the same rows by the bare driver, as fast as it can.
Every appointment is of three persons of its own: what is measured is the work, and not how long one waits for another.

`whole bookings` are the use case: who may come, the lock, the way there, the appointment with its people, everybody's time,
the history, the events and a link for each parent; `bare rows` writes the very rows that it leaves. They go round eight
liaisons with a family each, who have up to eight visits a day; with eight clients each has a liaison of its own.

Clients are processes, as in gunicorn, each with a connection of its own. The share is the median of rounds in which all
contenders had their turn; the processor's time is the client's, without PostgreSQL's.
"""

from __future__ import annotations

import itertools
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from psycopg.types.range import Range

from services.scheduling.domain.appointment import Appointment
from services.scheduling.service import build
from services.scheduling.usecases import appointments
from services.scheduling.usecases.appointments import NewAppointment
from shared.ids import new_id
from tests.benchmarks._places import own_server
from tests.benchmarks._planning import CASE, SCHOOL, Family, Office, a_family, liaison, office

# So much is done before it counts: a process that serves has its plans and caches, as has its connection.
_SECONDS, _ROUNDS, _WARM_UP = 1.0, 7, 50
_CLIENTS = (1, 8)
_FAMILIES = 8
_A_DAY = 8
# Ten days of each family's.
_PLANNED = 80
_WANTED = 0.5
_PAIRS = (("taking time", "bare inserts"), ("whole bookings", "bare rows"))
_SETTINGS = (
    "select set_config('app.schools', %s, true), set_config('app.audience', 'liaison', true), set_config('app.user_id', %s, true)"
)
_OF_APPOINTMENT = {
    "appointments": "id = %(id)s",
    "participants": "appointment_id = %(id)s",
    "occupancy": "appointment_id = %(id)s",
    "history": "appointment_id = %(id)s",
    "outbox": "position(%(id)s::text in convert_from(body, 'UTF8')) > 0",
}
Work = Callable[[], object]


def run(out: dict[str, Any]) -> None:
    """A minute and a half."""
    rows: list[dict[str, Any]] = []
    with own_server() as databases, office(databases) as made:
        for clients in _CLIENTS:
            desks = [_Desk.of(made, a_family(made.database)) for _ in range(_FAMILIES)]
            _settle_in(made, desks)
            rounds = _in_rounds(made, [desks[number::clients] for number in range(clients)])
            rows += [_row(clients, rounds, *pair) for pair in _PAIRS]
    out["booking"] = rows


@dataclass(frozen=True)
class _Done:
    """How much one contender did in a round, of all clients together, and the seconds of their processors for it."""

    count: int = 0
    seconds: float = 0.0

    def __add__(self, other: _Done) -> _Done:
        return _Done(self.count + other.count, self.seconds + other.seconds)

    @property
    def per_second(self) -> float:
        return self.count / _SECONDS

    @property
    def ms_each(self) -> float:
        return self.seconds / self.count * 1000


Rounds = Sequence[Mapping[str, _Done]]


def _row(clients: int, rounds: Rounds, ours: str, bare: str) -> dict[str, Any]:
    def middle(of: Callable[[Mapping[str, _Done]], float]) -> float:
        return statistics.median(map(of, rounds))

    share = middle(lambda each: each[ours].count / each[bare].count)
    return {
        "what": ours,
        "clients": clients,
        "per second": middle(lambda each: each[ours].per_second),
        "beside": bare,
        "bare per second": middle(lambda each: each[bare].per_second),
        "share": f"{share:.2f}",
        "reached": share >= _WANTED,
        "ms of processor": f"{middle(lambda each: each[ours].ms_each):.2f}",
        "bare ms": f"{middle(lambda each: each[bare].ms_each):.2f}",
    }


@dataclass(frozen=True)
class _Rows:
    """The rows that one booking left in a table: columns, and values by row."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Desk:
    """One liaison's: whom she visits, the times that nobody has yet, and what a booking of hers leaves."""

    family: Family
    model: Mapping[str, _Rows]
    # Bookings go a year ahead and no further; bare rows follow after that, of the same people in the same table.
    ours: Iterator[datetime] = field(repr=False)
    later: Iterator[datetime] = field(repr=False)

    @classmethod
    def of(cls, made: Office, family: Family) -> _Desk:
        ours, later = _moments(made.now), _moments(made.now + timedelta(days=400))
        return cls(family, _model(made, _book(made, family, next(ours)).id), ours, later)


def _settle_in(made: Office, desks: Sequence[_Desk]) -> None:
    """Weeks that are planned already, and PostgreSQL knows of them, as autovacuum sees to.

    Of a table that was as good as empty when it was counted, it would read every row.
    """
    for desk in desks:
        for starts_at in itertools.islice(desk.ours, _PLANNED):
            _book(made, desk.family, starts_at)
    with psycopg.connect(made.database.url("admin"), autocommit=True) as connection:
        connection.execute("analyze")


def _moments(now: datetime) -> Iterator[datetime]:
    """Eight hours of every day, from half past seven."""
    first = now.replace(hour=6, minute=30) + timedelta(days=1)
    return (first + timedelta(days=day, hours=hour) for day in itertools.count() for hour in range(_A_DAY))


def _book(made: Office, family: Family, starts_at: datetime) -> Appointment:
    new = NewAppointment(family.case_id, "home_visit", starts_at, 30, family.guardian_ids)
    return appointments.plan(made.service, liaison(family.liaison_id), new)


def _take(made: Office, starts_at: datetime) -> None:
    """Everybody's time, as a booking takes it."""
    people = [new_id() for _ in range(3)]
    appointment = Appointment(
        SCHOOL, new_id(), CASE, "home_visit", "at_home", starts_at, starts_at + timedelta(minutes=30), people[0], "Samira"
    )
    for person in people[1:]:
        appointment.invite(person, "Iemand", guardian=True)
    with made.service.work(made.who.scope, held=appointment.busy_ids) as work:
        assert work.occupancy.take(appointment, None, {}) == []


def _model(made: Office, appointment_id: UUID) -> dict[str, _Rows]:
    """What that booking wrote."""
    found: dict[str, _Rows] = {}
    with psycopg.connect(made.database.url("admin")) as connection:
        for table, of_it in _OF_APPOINTMENT.items():
            cursor = connection.execute(f"select * from {table} where {of_it}".encode(), {"id": appointment_id})
            generated = {"seq", "claimed_at"}
            names = [column.name for column in cursor.description or ()]
            keep = [number for number, name in enumerate(names) if name not in generated]
            rows = [tuple(row[number] for number in keep) for row in cursor.fetchall()]
            found[table] = _Rows([names[number] for number in keep], rows)
    assert [len(each.rows) for each in found.values()] == [1, 2, 3, 1, 3]
    return found


class _Writer:
    """Writes such rows again, for another appointment at another time, on a connection of its own."""

    def __init__(self, made: Office, *, tables: Sequence[str] = tuple(_OF_APPOINTMENT), strangers: bool = False) -> None:
        self._connection = psycopg.connect(made.database.url("app"))
        self._names = tables
        self._strangers = strangers

    def write(self, desk: _Desk) -> None:
        starts_at, appointment = next(desk.later), new_id()
        with self._connection.transaction():
            self._connection.execute(_SETTINGS, (f"{SCHOOL}", f"{desk.family.liaison_id}"))
            for name in self._names:
                table = desk.model[name]
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


def _in_rounds(made: Office, desks: Sequence[Sequence[_Desk]]) -> Rounds:
    """All contenders in turns, with a client for each group of desks."""
    with _clients(made, desks) as clients:
        contenders = [name for pair in _PAIRS for name in pair]
        return [{name: _turn(clients, name) for name in contenders} for _ in range(_ROUNDS)]


def _turn(clients: Sequence[Connection], contender: str) -> _Done:
    for client in clients:
        client.send(contender)
    return sum((client.recv() for client in clients), _Done())


@contextmanager
def _clients(made: Office, desks: Sequence[Sequence[_Desk]]) -> Iterator[list[Connection]]:
    """Processes that do what they are sent the name of, for a while, and answer with what they did; gone afterwards."""
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe() for _ in desks]
    processes = [
        context.Process(target=_client, args=(made, mine, theirs), daemon=True)
        for mine, (_, theirs) in zip(desks, pipes, strict=True)
    ]
    for process, (_, theirs) in zip(processes, pipes, strict=True):
        process.start()
        theirs.close()
    ours = [pipe for pipe, _ in pipes]
    assert [pipe.recv() for pipe in ours] == ["ready"] * len(ours)
    yield ours
    for pipe, process in zip(ours, processes, strict=True):
        pipe.send(None)
        process.join(30)


def _client(made: Office, desks: Sequence[_Desk], orders: Connection) -> None:
    """With a service of its own: no connection is shared between processes."""
    mine = replace(made, service=build(replace(made.service.config, pool_size=1), made.service.clock))
    turns = itertools.cycle(desks)
    strangers, rows = _Writer(mine, tables=("occupancy",), strangers=True), _Writer(mine)
    works: dict[str, Work] = {
        "taking time": lambda: _take(mine, next(next(turns).later)),
        "bare inserts": lambda: strangers.write(next(turns)),
        "whole bookings": lambda: _booked(mine, next(turns)),
        "bare rows": lambda: rows.write(next(turns)),
    }
    for _, work in itertools.product(range(_WARM_UP), works.values()):
        work()
    orders.send("ready")
    for contender in iter(orders.recv, None):
        orders.send(_for_a_while(works[contender]))


def _booked(made: Office, desk: _Desk) -> Appointment:
    return _book(made, desk.family, next(desk.ours))


def _for_a_while(work: Work) -> _Done:
    until, begin, count = time.perf_counter() + _SECONDS, time.process_time(), 0
    while time.perf_counter() < until:
        work()
        count += 1
    return _Done(count, time.process_time() - begin)
