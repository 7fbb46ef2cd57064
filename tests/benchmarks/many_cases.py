"""The list of cases on a million over 1,000 schools, beside the same on ten thousand over ten, in turns.

The caller works for ten schools of a thousand cases each, in both: what others have must not cost them anything. Page 1,000 is
reached from page to page, as a reader would, and every case is met once.

A search reads all that is the caller's (a pattern cannot use an index under a policy), ten thousand cases in both; of a million
PostgreSQL expects fewer of them than there are and fetches them one by one instead of block by block, which takes up to three
times as long and no more, however many the others have.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg

from services.cases.domain.listing import Filters
from services.cases.domain.phases import PHASES
from services.cases.usecases import dossiers
from shared.pagination import PageRequest
from shared.tenancy import Principal
from tests.benchmarks._places import own_server, world_in
from tests.integration.cases.support import World

_A_SCHOOL, _OWN = 1_000, 10
_SIZES = {"10 thousand": 10, "a million": 1_000}
_PAGE, _LAST = 10, 1_000
_TURNS, _WARM_UP = 60, 10
_WANTED, _WANTED_OF_SEARCH = 1.5, 3.0
# Copies of one that was opened by the use case: whatever columns there are, they hold what they should.
_SCHOOLS = (
    "insert into schools select made.* from (select schools as row from schools limit 1) as one,"
    " generate_series(1, %s) as number, jsonb_populate_record(one.row,"
    " jsonb_build_object('school_id', uuidv7(), 'name', 'School ' || number)) as made returning school_id"
)
_CASES = (
    "insert into cases select made.* from (select cases as row from cases where id = %(id)s) as one,"
    " unnest(%(schools)s) as school, generate_series(1, %(count)s) as number,"
    " jsonb_populate_record(one.row, jsonb_build_object('school_id', school, 'id', uuidv7(), 'reference', 'C-' || number,"
    " 'opened_at', (one.row).opened_at - random() * interval '4 years',"
    " 'search_text', 'c-' || number || ' kind' || number || ' familie' || number %% 97)) as made"
)
Work = Callable[[], object]


def run(out: dict[str, Any]) -> None:
    """Some two minutes, most of them to fill the larger database."""
    with own_server(durable=False) as databases, ExitStack() as stack:
        worlds = {size: stack.enter_context(world_in(databases)) for size in _SIZES}
        readers = {size: _fill(world, _SIZES[size]) for size, world in worlds.items()}
        work = {size: _work(worlds[size], readers[size]) for size in _SIZES}
        out["many_cases"] = _rows({what: _in_turns({size: work[size][what] for size in _SIZES}) for what in work["a million"]})


def _rows(times: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    rows = []
    for what, found in times.items():
        ratio = found["a million"] / found["10 thousand"]
        figures = {f"{size}, ms": value for size, value in found.items()}
        rows.append(
            {
                "what": what,
                **figures,
                "ratio": f"{ratio:.2f}",
                "reached": ratio <= (_WANTED_OF_SEARCH if "search" in what else _WANTED),
            }
        )
    return rows


def _fill(world: World, schools: int) -> Principal:
    """Gives somebody who works for ten of the schools."""
    case_id = world.opens().case.id
    with psycopg.connect(world.database.url("admin"), autocommit=True) as connection:
        made: list[UUID] = [row[0] for row in connection.execute(_SCHOOLS, (schools,)).fetchall()]
        connection.execute(_CASES, {"id": case_id, "schools": made, "count": _A_SCHOOL})
        connection.execute("vacuum analyze")
    spread = made[:: len(made) // _OWN][:_OWN]
    return replace(world.who("liaison"), school_ids=frozenset(spread))


def _work(world: World, who: Principal) -> dict[str, Work]:
    last = _cursor_of_the_last(world, who)

    def listing(filters: Filters, cursor: str | None = None) -> Work:
        return lambda: dossiers.list_cases(world.service, who, filters, PageRequest(_PAGE, cursor))

    return {
        "page 1": listing(Filters()),
        f"page {_LAST:,}": listing(Filters(), last),
        "search, some found": listing(Filters(q="familie13")),
        "search, none found": listing(Filters(q="niemand")),
        "a phase": listing(Filters(phase=PHASES[0])),
    }


def _cursor_of_the_last(world: World, who: Principal) -> str | None:
    """Of page 1,000, the last there is."""
    cursor, met = None, set()
    for _ in range(_LAST - 1):
        page = dossiers.list_cases(world.service, who, Filters(), PageRequest(_PAGE, cursor))
        met |= {case.id for case in page.items}
        cursor = page.next_cursor
    assert len(met) == (_LAST - 1) * _PAGE, "every case once"
    return cursor


def _in_turns(contenders: Mapping[str, Work]) -> dict[str, float]:
    """The median of each, in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(-_WARM_UP, _TURNS):
        for name, work in contenders.items():
            begin = time.perf_counter()
            work()
            if turn >= 0:
                times[name].append((time.perf_counter() - begin) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}
