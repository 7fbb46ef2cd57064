"""Where benchmarks of `cases` take place: a PostgreSQL of their own, and an alliance in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import postgres
from shared.clock import FixedClock
from tests.conftest import NOW
from tests.infrastructure import Databases
from tests.integration.cases.support import World, make_config, make_service


@contextmanager
def own_server(*, durable: bool = True) -> Iterator[Databases]:
    """Gone afterwards. Not durable is for what only reads: it is filled faster."""
    with tempfile.TemporaryDirectory(prefix="partnerschap-bench-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        server = postgres.start(folder / "postgres", durable=durable)
        try:
            yield Databases(server.admin_url, folder)
        finally:
            server.stop()


@contextmanager
def world_in(databases: Databases) -> Iterator[World]:
    """An alliance with schools and people on a new database."""
    database = databases("cases")
    service = make_service(make_config(database, databases.folder), FixedClock(NOW))
    yield World(service, database).build()
    service.database.dispose()
