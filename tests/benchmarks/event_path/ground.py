"""One PostgreSQL and one RabbitMQ, durable, for all contenders; and how they are loaded and measured."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pika
import psycopg

from deploy.local import postgres, rabbitmq
from shared.database import Database
from shared.messaging.outbox import publish
from shared.messaging.transports import topology
from shared.migrations import OWN_SCHOOLS
from shared.provisioning import provision
from shared.tenancy import Scope
from tests.infrastructure import PASSWORDS, ServiceDatabase
from tests.rig import CONSUMER, SCHOOL, create_tables, invitation

_PREFILL = 500
_SUBJECTS = 100
_LATENCIES = (
    "select extract(epoch from pg_xact_commit_timestamp(marks.xmin) - pg_xact_commit_timestamp(told.xmin)) * 1000"
    " from told join marks using (value) where value >= %s order by 1"
)
# Up to the commit of the last effect, by PostgreSQL's own record.
_DRAINED = "select count(*), extract(epoch from max(pg_xact_commit_timestamp(xmin))) from marks where value >= %s"
_QUEUES = (topology.queue_name(CONSUMER), "celery")


@dataclass
class Ground:
    """Databases and broker; `loaded` counts the events told so far."""

    database: ServiceDatabase
    amqp_url: str
    loaded: int = 0

    def __post_init__(self) -> None:
        self._app = Database(self.database.sqlalchemy_url("app"))
        self._admin = psycopg.connect(self.database.url("admin"), autocommit=True)

    def tell(self, count: int) -> None:
        """Put events into the outbox, many a transaction."""
        for begin in range(self.loaded, self.loaded + count, _PREFILL):
            with self._app.transaction(Scope.of_schools([SCHOOL])) as session:
                publish(
                    session,
                    *(invitation(value, value % _SUBJECTS) for value in range(begin, min(begin + _PREFILL, self.loaded + count))),
                )
        self.loaded += count

    def tell_steadily(self, per_second: float, seconds: float) -> int:
        """One event a transaction, with the row that it tells of; gives the number of the first."""
        first, begin = self.loaded, time.monotonic()
        for at in range(int(per_second * seconds)):
            time.sleep(max(0.0, begin + at / per_second - time.monotonic()))
            with self._app.transaction(Scope.of_schools([SCHOOL])) as session:
                session.connection().exec_driver_sql("insert into told (value) values (%s)", (self.loaded,))
                publish(session, invitation(self.loaded, self.loaded % _SUBJECTS))
            self.loaded += 1
        return first

    def wait(self, seconds: float = 60.0) -> None:
        """Until every event told has its effect, and none two."""
        until = time.monotonic() + seconds
        while self._number("select count(*) from marks") < self.loaded:
            if time.monotonic() > until:
                raise RuntimeError("a contender lost events, or stands still")
            time.sleep(0.02)
        assert self._number("select count(*) from marks") == self._number("select count(distinct value) from marks")

    def drained_since(self, begin: float, backlog: int, seconds: float) -> float:
        """Effects a second from `begin` to the last of them, after `seconds` or when the backlog is gone."""
        before = self.loaded - backlog
        while self._number("select count(*) from marks") < self.loaded and time.time() < begin + seconds:
            time.sleep(0.1)
        count, last = self._admin.execute(_DRAINED, (before,)).fetchone() or (0, None)
        return count / (float(last) - begin) if last else 0.0

    def latencies(self, first: int) -> list[float]:
        """From commit to effect, in milliseconds, sorted, of the events from `first` on."""
        return [float(row[0]) for row in self._admin.execute(_LATENCIES, (first,)).fetchall()]

    def clear(self) -> None:
        """As before the first event: no rows and no messages."""
        self._admin.execute("truncate outbox, outbox_subjects, inbox, inbox_subjects, parked_events, marks, told")
        self._admin.execute("vacuum analyze")
        self.loaded = 0
        with pika.BlockingConnection(pika.URLParameters(self.amqp_url)) as connection:
            for queue in _QUEUES:
                connection.channel().queue_delete(queue)

    def close(self) -> None:
        self._admin.close()
        self._app.dispose()

    def _number(self, statement: str) -> float:
        row = self._admin.execute(statement.encode()).fetchone()
        return float(row[0]) if row and row[0] is not None else 0.0


@contextmanager
def ground() -> Iterator[Ground]:
    """Servers of our own with their data on disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="partnerschap-bench-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        server, broker = _postgres(folder / "postgres"), rabbitmq.start(folder / "rabbitmq")
        try:
            broker.wait_until_ready()
            made = Ground(_database(server.admin_url), broker.url)
            yield made
            made.close()
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


def _database(admin_url: str) -> ServiceDatabase:
    provision(admin_url, "cases", PASSWORDS, "bench")
    made = ServiceDatabase(admin_url, "cases", "bench")
    create_tables(made)
    with psycopg.connect(made.url("owner")) as connection:
        connection.execute("create table told (value int primary key)")
        connection.execute("create table marks (school_id uuid, value int, primary key (school_id, value))")
        connection.execute("create index on marks (value)")
        connection.execute("alter table marks enable row level security, force row level security")
        connection.execute(f"create policy own on marks using ({OWN_SCHOOLS})")
        connection.execute("grant insert on marks to cases_worker")
        connection.execute("grant insert on told to cases_app")
    return made
