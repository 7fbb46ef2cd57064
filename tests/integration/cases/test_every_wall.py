"""Every policy of every table of a family is taken away and loosened in turn, and each time something gets through.

test_tenancy.py does so for the tables of the main road with a real family in them; here all tables are asked alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from tests.infrastructure import ServiceDatabase
from tests.integration.cases.walls import ELSEWHERE, FAMILIES, NEIGHBOUR, OTHER_PARENT, OWN, Scope, Tables

# Between schools; around a guardian; around emergency access. Who acts for the system sees what anybody does.
WALLS: dict[str, tuple[Scope, ...]] = {
    "scope": (Scope("liaison"), Scope("system")),
    "parents": (Scope("parents", user_id=OWN),),
    "emergency": (Scope("liaison", case_id=OWN), Scope("system", case_id=OWN)),
    "emergency_kept": (Scope("liaison", case_id=OWN), Scope("system", case_id=OWN)),
}
BEYOND = {
    "scope": {ELSEWHERE},
    "parents": {NEIGHBOUR, ELSEWHERE, OTHER_PARENT},
    "emergency": {NEIGHBOUR, ELSEWHERE},
    "emergency_kept": {NEIGHBOUR, ELSEWHERE},
}
# The log and the timeline: that somebody looked has to be written.
WRITTEN_IN_EMERGENCY = ("timeline", "access_log")
# A second lock on a door that another policy holds shut as well.
HELD_ELSEWHERE = {
    ("report_reactions_emergency", "reading loosened"): "who reads one reads its report, which has this wall",
    ("report_addenda_emergency", "reading loosened"): "who reads one reads its report, which has this wall",
    ("satisfaction_scores_parents", "reading loosened"): "no guardian reads scores: the first policy names who does",
    ("holds_parents", "dropped"): "no guardian sees or makes a hold: the first policy names who does",
    ("holds_parents", "reading loosened"): "the same",
    ("holds_parents", "writing loosened"): "the same",
}


@dataclass(frozen=True)
class Policy:
    table: str
    name: str
    kind: str
    roles: tuple[str, ...]
    command: str
    using: str
    check: str | None

    @property
    def wall(self) -> str:
        return self.name.removeprefix(f"{self.table}_")

    def breaks(self, tables: Tables) -> dict[str, str]:
        """Dropped, what lets people in at all shuts everybody out, and that is no leak."""
        found = {
            "reading loosened": f"alter policy {{policy}} on {{table}} using (true) {self.checking(self.check or self.using)}"
        }
        if self.kind == "RESTRICTIVE":
            found["dropped"] = "drop policy {policy} on {table}"
        if self.command == "ALL" and tables.is_written(self.table):
            found["writing loosened"] = "alter policy {policy} on {table} with check (true)"
        return found

    def checking(self, condition: str | None) -> str:
        return f"with check ({condition})" if condition and self.command == "ALL" else ""

    def again(self) -> str:
        what = f"create policy {{policy}} on {{table}} as {self.kind} for {self.command} to {', '.join(self.roles)}"
        return f"{what} using ({self.using}) {self.checking(self.check)}"


@pytest.fixture
def tables(database: Callable[[str], ServiceDatabase]) -> Iterator[Tables]:
    made = database("cases")
    with psycopg.connect(made.url("admin"), autocommit=True) as admin, psycopg.connect(made.url("app")) as app:
        found = Tables(admin, app)
        found.fill()
        yield found


def through(tables: Tables, wall: str, table: str) -> bool:
    """Something beyond the wall is seen, or something is written that must not be."""
    read_only = wall.startswith("emergency") and table not in WRITTEN_IN_EMERGENCY
    kept = FAMILIES if read_only else BEYOND[wall] - {OTHER_PARENT}
    return any(
        tables.seen(table, scope) & BEYOND[wall]
        or any(tables.taken(table, family, scope) for family in kept)
        or (wall == "parents" and tables.spoken_for(table, scope))
        for scope in WALLS[wall]
    )


def policies(tables: Tables) -> list[Policy]:
    found = tables.admin.execute(
        "select tablename, policyname, permissive, roles::text[], cmd, qual, with_check from pg_policies"
        " where policyname = any(%s) order by policyname",
        ([f"{table}_{wall}" for table in tables.names for wall in WALLS],),
    )
    return [
        Policy(table, name, kind, tuple(roles), command, using, check)
        for table, name, kind, roles, command, using, check in found.fetchall()
    ]


@contextmanager
def broken(tables: Tables, policy: Policy, statement: str) -> Iterator[None]:
    names = {"policy": sql.Identifier(policy.name), "table": sql.Identifier(policy.table)}
    tables.admin.execute(sql.SQL(statement).format(**names))
    yield
    for mending in ("drop policy if exists {policy} on {table}", policy.again()):
        tables.admin.execute(sql.SQL(mending).format(**names))


def test_nothing_gets_through_and_behind_each_wall_there_is_something(tables: Tables) -> None:
    assert [(wall, table) for wall in WALLS for table in tables.names if through(tables, wall, table)] == []
    assert len(tables.names) > 35
    for wall in ("scope", "emergency"):
        shut = [table for table in tables.names if not any(OWN in tables.seen(table, each) for each in WALLS[wall])]
        assert shut == ["emergency_accesses"], "seen by who asked for it: test_emergency.py"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_policy_of_every_table_is_needed(tables: Tables) -> None:
    unnoticed = set()
    for policy in policies(tables):
        for how, statement in policy.breaks(tables).items():
            with broken(tables, policy, statement):
                if not through(tables, policy.wall, policy.table):
                    unnoticed.add((policy.name, how))
    assert unnoticed == set(HELD_ELSEWHERE)
    assert [(each.wall, each.table) for each in policies(tables) if through(tables, each.wall, each.table)] == []
