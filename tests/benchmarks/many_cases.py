"""Lists and searches on a million cases over 1,000 schools, beside the same on ten thousand over ten, in turns.

The caller works for ten schools of a thousand cases each, in both: what others have must not cost them anything. Page 1,000 is
reached from page to page, as a reader would, and every case is met once.

Names are sought by how they begin, which an index answers; of a name that nobody has, what resembles it is sought in all names of
the caller's schools. Texts are sought by a word that one in a hundred has, by one that all have beside it, by one that all have,
and by one that none has.

One school's words are made by the triggers, as they are when people write; the other schools have the same families, and get
copies of the words.
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

from services.cases.domain.listing import Filters, ListedCase
from services.cases.domain.phases import PHASES
from services.cases.domain.searching import Hit, Sought
from services.cases.usecases import dossiers, searching
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal
from tests.benchmarks._places import own_server, world_in
from tests.integration.cases.support import World

_A_SCHOOL, _OWN = 1_000, 10
_SIZES = {"10 thousand": 10, "a million": 1_000}
_PAGE, _LAST = 10, 1_000
_TURNS, _WARM_UP = 60, 10
_WANTED, _WANTED_OF_ALIKE = 1.5, 2.0
_RARE, _ALL, _NONE = "zwemmen", "vertrouwen", "onvindbaar"
# Copies of one that was opened by the use case: whatever columns there are, they hold what they should.
_SCHOOLS = (
    "insert into schools select made.* from (select schools as row from schools limit 1) as one,"
    " generate_series(1, %s) as number, jsonb_populate_record(one.row,"
    " jsonb_build_object('school_id', uuidv7(), 'name', 'School ' || number)) as made returning school_id"
)
_OPENED = "'opened_at', (one.row).opened_at - random() * interval '4 years'"
# What is told of one in a hundred, and of all.
_REASON = (
    f"'Wij werken aan {_ALL}, kind' || number || ' houdt van ' ||"
    f" case when number %% 100 = 0 then '{_RARE}' else 'hobby' || number %% 89 end"
)
_FIRST = (
    "insert into cases select made.* from (select cases as row from cases where id = %(id)s) as one,"
    " generate_series(1, %(count)s) as number, jsonb_populate_record(one.row, jsonb_build_object("
    f"'school_id', %(school)s::uuid, 'id', uuidv7(), 'reference', 'C-' || number, {_OPENED}, 'reason', {_REASON},"
    " 'search_text', 'c-' || number || ' kind' || number || ' familie' || number %% 97)) as made"
)
_OTHERS = (
    "insert into cases select made.* from unnest(%(others)s) as school,"
    " (select cases as row from cases where school_id = %(school)s) as one, jsonb_populate_record(one.row,"
    f" jsonb_build_object('school_id', school, 'id', uuidv7(), {_OPENED})) as made"
)
_OF_OTHERS = (
    "join cases as was on (was.school_id, was.id) = (one.school_id, one.case_id)"
    " join cases as made on made.reference = was.reference and made.school_id = any (%(others)s) where one.school_id = %(school)s"
)
_NAMES = (
    f"insert into name_words (school_id, word, case_id) select made.school_id, word, made.id from name_words as one {_OF_OTHERS}"
)
_WORDS = (
    "insert into search_words (school_id, word, written_at, text_id, kind, case_id, readers)"
    f" select made.school_id, word, made.opened_at, made.id, kind, made.id, readers from search_words as one {_OF_OTHERS}"
)
Work = Callable[[], object]


def run(out: dict[str, Any]) -> None:
    """Some six minutes, most of them to fill the larger database."""
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
                "reached": ratio <= (_WANTED_OF_ALIKE if "alike" in what else _WANTED),
            }
        )
    return rows


def _fill(world: World, schools: int) -> Principal:
    """Gives somebody who works for ten of the schools."""
    case_id = world.opens().case.id
    with psycopg.connect(world.database.url("admin"), autocommit=True) as connection:
        made: list[UUID] = [row[0] for row in connection.execute(_SCHOOLS, (schools,)).fetchall()]
        values = {"id": case_id, "school": made[0], "others": made[1:], "count": _A_SCHOOL}
        connection.execute(_FIRST, values)
        connection.execute("analyze")
        # Without triggers: the words come as copies, and what refers to something refers to what there is.
        connection.execute("set session_replication_role = replica")
        for statement in (_OTHERS, _NAMES, _WORDS):
            connection.execute(statement, values)
        connection.execute("vacuum analyze")
    spread = made[:: len(made) // _OWN][:_OWN]
    return replace(world.who("liaison"), school_ids=frozenset(spread))


def _work(world: World, who: Principal) -> dict[str, Work]:
    last = _cursor_of_the_last(world, who)

    def listing(filters: Filters, cursor: str | None = None) -> Callable[[], Page[ListedCase]]:
        return lambda: dossiers.list_cases(world.service, who, filters, PageRequest(_PAGE, cursor))

    def looking(q: str) -> Callable[[], Page[Hit]]:
        return lambda: searching.search(world.service, who, Sought(q), PageRequest(_PAGE))

    expected = {_ALL: _PAGE, _RARE: _PAGE, f"{_ALL} {_RARE}": _PAGE, _NONE: 0}
    assert {q: len(looking(q)().items) for q in expected} == expected
    return {
        "page 1": listing(Filters()),
        f"page {_LAST:,}": listing(Filters(), last),
        "a phase": listing(Filters(phase=PHASES[0])),
        "names, found": listing(Filters(q="familie13")),
        "names, none found and none alike": listing(Filters(q=_NONE)),
        "texts, a word of one in a hundred": looking(_RARE),
        "texts, that and a word of all": looking(f"{_ALL} {_RARE}"),
        "texts, a word of all": looking(_ALL),
        "texts, a word of none": looking(_NONE),
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
