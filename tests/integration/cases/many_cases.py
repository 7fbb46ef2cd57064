"""A case with everything in it, copied many times over to many schools, table by table: nobody waits for the use cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from services.cases.domain.phases import PHASES
from services.cases.persistence.columns import metadata

SCHOOLS, A_SCHOOL = 8, 1_250
# Rows of a table for each case.
_MOST, _MOST_OF = 2, {"name_words": 12, "timeline": 4, "access_log": 4}
# What names something of the case; ids of people who work there stay as they are.
_OWN_IDS = (
    "id", "case_id", "guardian_id", "told_by", "about_id", "text_id", "agreement_id", "expectation_id", "report_id",
    "handover_id", "appointment_id", "person_id",
)  # fmt: skip
_NOT_OF_CASES = ("schools", "assignments", "teams", "team_schools", "team_members", "case_counters")
_SCHOOLS = (
    "insert into schools select made.* from (select schools as row from schools where school_id = %s) as one,"
    " generate_series(1, %s) as number, jsonb_populate_record(one.row,"
    " jsonb_build_object('school_id', uuidv7(), 'name', 'School ' || number)) as made returning school_id"
)
_RENEWED = "md5({column}::text || to_school || nth)::uuid"
# One in ten is the liaison's own, one in fifty has the names and words of the first, and all have one word.
_OTHERWISE = {
    ("cases", "reference"): "'C-' || nth",
    ("cases", "phase"): "(%(phases)s::text[])[1 + nth %% %(of_phases)s]",
    ("cases", "assigned_to"): "case when nth %% 10 = 0 then %(liaison)s else md5((nth %% 10)::text)::uuid end",
    ("name_words", "word"): "case when nth %% 50 = 0 then word else nth || word end",
    ("search_words", "word"): "case when nth %% 50 = 0 or word = 'stil' then word else word || nth end",
}


def copy(database_url: str, school_id: UUID, liaison: UUID) -> list[UUID]:
    """The only case of a school, with all that the school has, `A_SCHOOL` times to each of `SCHOOLS` new ones; gives those."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        schools = [row[0] for row in connection.execute(_SCHOOLS, (school_id, SCHOOLS)).fetchall()]
        values = {"from_school": school_id, "schools": schools, "count": A_SCHOOL, "liaison": liaison}
        values |= {"phases": list(PHASES), "of_phases": len(PHASES)}
        # Without triggers, which would write the words of each text anew and look up each reference.
        connection.execute("set session_replication_role = replica")
        for name in tables_of_the_record():
            connection.execute(_copying(name), values)
        connection.execute("vacuum analyze")
    return schools


def tables_of_the_record() -> list[str]:
    return [table.name for table in metadata.sorted_tables if "school_id" in table.c and table.name not in _NOT_OF_CASES]


def _copying(name: str) -> sql.Composed:
    columns = [column.name for column in metadata.tables[name].c if column.computed is None]
    made = [_made(name, each) for each in columns]
    statement = (
        "insert into {table} ({columns}) select {made}"
        " from (select * from {table} where school_id = %(from_school)s and {which} limit {most}) as one,"
        " unnest(%(schools)s::uuid[]) as to_school, generate_series(1, %(count)s) as nth"
    )
    return sql.SQL(statement).format(
        table=sql.Identifier(name),
        which=sql.SQL("kind = 'reason'" if name == "search_words" else "true"),
        most=sql.Literal(_MOST_OF.get(name, _MOST)),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        made=sql.SQL(", ").join(made),
    )


def _made(name: str, column: str) -> sql.Composable:
    kind: Any = metadata.tables[name].c[column].type
    known = sql.SQL("one.{}").format(sql.Identifier(column))
    if column == "school_id":
        return sql.SQL("to_school")
    if (name, column) in _OTHERWISE:
        return sql.SQL(_OTHERWISE[name, column])
    if column in _OWN_IDS:
        return sql.SQL(_RENEWED).format(column=known)
    if getattr(kind, "timezone", False):
        return known + sql.SQL(" - nth * interval '1 minute'")
    return known
