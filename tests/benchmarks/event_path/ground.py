"""One PostgreSQL and one RabbitMQ, durable, for all contenders; a lane of them for each; and how a lane is loaded and read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from deploy.local import postgres, rabbitmq
from shared.database import Database
from shared.messaging.outbox import publish
from shared.migrations import OWN_SCHOOLS
from shared.provisioning import provision
from shared.tenancy import Scope
from tests.infrastructure import PASSWORDS, ServiceDatabase
from tests.rig import SCHOOL, create_tables, invitation

_TEMPLATE = "bench"
_TOGETHER = 500
_SUBJECTS = 100
_PATIENCE_SECONDS = 120.0
_DONE = "select count(*) from marks"
# PostgreSQL's own record of when each transaction was committed.
_LAST = "select extract(epoch from max(pg_xact_commit_timestamp(xmin))) from marks"
_LATENCIES = (
    "select extract(epoch from pg_xact_commit_timestamp(marks.xmin) - pg_xact_commit_timestamp(told.xmin)) * 1000"
    " from told join marks using (value) order by value"
)


@dataclass(frozen=True)
class Ground:
    """The servers that all contenders share."""

    server: postgres.Node
    broker: rabbitmq.Node

    @property
    def amqp_url(self) -> str:
        return self.broker.url

    def lane(self, name: str) -> Lane:
        """A database for one contender."""
        with psycopg.connect(self.server.admin_url, autocommit=True) as connection:
            connection.execute(f"create database {name} template {_TEMPLATE} owner cases_owner".encode())
        return Lane(ServiceDatabase(self.server.admin_url, "cases", name))

    def processor_seconds(self) -> float:
        """What both servers have used so far."""
        return processor_seconds(self.server.process.pid) + processor_seconds(self.broker.process.pid)


@dataclass
class Lane:
    """One contender's database; `told` counts the events so far."""

    database: ServiceDatabase
    told: int = 0

    def __post_init__(self) -> None:
        self._app = Database(self.database.sqlalchemy_url("app"))
        self._admin = psycopg.connect(self.database.url("admin"), autocommit=True)

    def tell(self, count: int) -> None:
        """Put events into the outbox, many a transaction."""
        end = self.told + count
        for begin in range(self.told, end, _TOGETHER):
            events = [invitation(value, value % _SUBJECTS) for value in range(begin, min(begin + _TOGETHER, end))]
            with self._app.transaction(Scope.of_schools([SCHOOL])) as session:
                publish(session, *events)
        self.told = end

    def tell_steadily(self, per_second: float, seconds: float) -> None:
        """One event a transaction, with the row that it tells of."""
        begin = time.monotonic()
        for at in range(int(per_second * seconds)):
            time.sleep(max(0.0, begin + at / per_second - time.monotonic()))
            with self._app.transaction(Scope.of_schools([SCHOOL])) as session:
                session.connection().exec_driver_sql("insert into told (value) values (%s)", (self.told,))
                publish(session, invitation(self.told, self.told % _SUBJECTS))
            self.told += 1

    def wait(self) -> float:
        """Until every event has had its effect; gives when the last was committed, in seconds since 1970."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._number(_DONE) < self.told:
            if time.monotonic() > until:
                raise RuntimeError(f"{self.database.name}: events are lost, or it stands still")
            time.sleep(0.02)
        return self._number(_LAST)

    def latencies(self) -> list[float]:
        """From the commit of an event to the commit of its effect, in milliseconds, of those told steadily, in their order."""
        return [float(row[0]) for row in self._admin.execute(_LATENCIES).fetchall()]

    def close(self) -> None:
        self._admin.close()
        self._app.dispose()

    def _number(self, statement: str) -> float:
        row = self._admin.execute(statement.encode()).fetchone()
        return float(row[0]) if row and row[0] is not None else 0.0


def processor_seconds(pid: int) -> float:
    """What a process and its children have used so far; those that ended as well."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(member.cpu_times()) for member in family if member.is_running())


@contextmanager
def ground() -> Iterator[Ground]:
    """Servers of our own with their data on disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="partnerschap-bench-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        broker, server = rabbitmq.start(folder / "rabbitmq"), _postgres(folder / "postgres")
        try:
            _make_template(server.admin_url)
            broker.wait_until_ready()
            yield Ground(server, broker)
        finally:
            broker.stop()
            server.stop()


def _postgres(folder: Path) -> postgres.Node:
    """With commit times on record: they are what latency is measured by."""
    server = postgres.start(folder)
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("alter system set track_commit_timestamp = on")
    server.stop()
    return postgres.start(folder)


def _make_template(admin_url: str) -> None:
    provision(admin_url, "cases", PASSWORDS, _TEMPLATE)
    template = ServiceDatabase(admin_url, "cases", _TEMPLATE)
    create_tables(template)
    with psycopg.connect(template.url("owner")) as connection:
        connection.execute("create table told (value int primary key)")
        connection.execute("create table marks (school_id uuid, value int, primary key (school_id, value))")
        connection.execute("alter table marks enable row level security, force row level security")
        connection.execute(f"create policy own on marks using ({OWN_SCHOOLS})".encode())
        connection.execute("grant insert on marks to cases_worker")
        connection.execute("grant insert on told to cases_app")
