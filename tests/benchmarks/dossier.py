"""The page of a full dossier beside the time of its queries alone, in turns, in one process on one PostgreSQL.

- page: a whole answer, from the request to the last byte;
- queries: the same queries made by the same repositories in one transaction, nothing shown;
- statements: the bare statements by the driver, for comparison: what is between these two is SQLAlchemy's and ours.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from werkzeug.test import EnvironBuilder, run_wsgi_app

from services.cases.usecases import dossiers
from shared.ids import new_id
from shared.pagination import PageRequest
from tests.benchmarks._places import own_server, world_in
from tests.integration.cases import full_case
from tests.integration.cases.support import Web, make_web
from tests.statements import statements_with_values

_TURNS, _WARM_UP = 200, 30
_WANTED = 1.5
_ON_PAGE = 8


def run(out: dict[str, Any]) -> None:
    """Some fifteen seconds."""
    with own_server() as databases, world_in(databases) as world:
        web = make_web(world)
        case_id = full_case.open_case(world)
        full_case.fill(world, case_id)
        contenders = {
            "page": _page(web, case_id),
            "queries": _queries(web, case_id),
            "statements": _statements(web, case_id),
        }
        out["dossier"] = _rows(_in_turns(contenders))


def _rows(times: Mapping[str, list[float]]) -> list[dict[str, Any]]:
    middle = {name: statistics.median(values) for name, values in times.items()}
    rows: list[dict[str, Any]] = [{"what": name, "median ms": value} for name, value in middle.items()]
    ratio = middle["page"] / middle["queries"]
    rows[0] |= {"times its queries": f"{ratio:.2f}", "reached": ratio <= _WANTED}
    return rows


def _in_turns(contenders: Mapping[str, Callable[[], None]]) -> dict[str, list[float]]:
    """Milliseconds of each, one after the other again and again, so that what else the machine does falls on all alike."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(-_WARM_UP, _TURNS):
        for name, contender in contenders.items():
            begin = time.perf_counter()
            contender()
            if turn >= 0:
                times[name].append((time.perf_counter() - begin) * 1000)
    return times


def _page(web: Web, case_id: UUID) -> Callable[[], None]:
    environ = EnvironBuilder(f"/cases/dossiers/{case_id}", headers=[("Cookie", f"session={web.token('liaison')}")]).get_environ()

    def page() -> None:
        body, status, _ = run_wsgi_app(web.app, environ, buffered=True)
        assert status == "200 OK"
        assert b"</html>" in b"".join(body)

    return page


def _queries(web: Web, case_id: UUID) -> Callable[[], None]:
    who = web.world.who("liaison")

    def queries() -> None:
        dossiers.read_case(web.service, who, case_id, PageRequest(_ON_PAGE))

    return queries


def _statements(web: Web, case_id: UUID) -> Callable[[], None]:
    seen, engine = _seen(web, case_id), web.service.database.engine

    def statements() -> None:
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            for statement, values in seen:
                cursor.execute(statement, {**values, "id": new_id()} if statement.startswith("INSERT") else values)
                if cursor.description:
                    cursor.fetchall()
            connection.connection.commit()

    return statements


def _seen(web: Web, case_id: UUID) -> list[tuple[str, Any]]:
    """What one answer sends to the database."""
    with statements_with_values(web.service.database) as found:
        _page(web, case_id)()
    return found
