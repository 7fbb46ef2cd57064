"""How PostgreSQL answers what the application asks, under the policies: through an index that schools lead, never by reading all.

The record of ten thousand cases over eight schools is filled once; the plans are of the very statements that a request sends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection

from shared.clock import FixedClock
from tests.conftest import NOW
from tests.infrastructure import Databases
from tests.integration.cases import many_cases
from tests.integration.cases.conftest import Template
from tests.integration.cases.support import API, Web, World, make_config, make_service, make_web
from tests.integration.cases.test_erasure import lived
from tests.integration.cases.test_satisfaction import CHILD
from tests.integration.cases.test_tenancy import plan
from tests.statements import statements_with_values

# Some eight seconds to fill, once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("plans")]
_SCHOOLS = ("one", "two", "three")


@dataclass(frozen=True)
class Asked:
    """`through`: the indexes that answer it. `rows`: the most that any step of it reads of one table, left out or not."""

    path: str
    through: frozenset[str]
    rows: int

    @classmethod
    def of(cls, path: str, through: str, rows: int) -> Asked:
        return cls(path, frozenset(through.split()), rows)


# All that the three schools have. PostgreSQL takes it that a policy lets one row through, so nothing seems to be gained by
# reading in order and stopping after a page: while a school has few cases it may sort them all, and never another's.
_OF_SCHOOLS = 3 * many_cases.A_SCHOOL
ASKED = {
    "a list": Asked.of(f"{API}/cases?limit=10", "ix_cases_opened", _OF_SCHOOLS),
    "its page": Asked.of("/cases/dossiers", "ix_cases_opened", _OF_SCHOOLS),
    "one phase": Asked.of(f"{API}/cases?phase=evaluating&limit=10", "ix_cases_phase", _OF_SCHOOLS // 7 + 2),
    "an assignee's": Asked.of("/cases/dossiers?mijn=1", "ix_cases_assigned", _OF_SCHOOLS // 10),
    "a timeline": Asked.of(f"{API}/cases/{{case}}/timeline", "ix_timeline_case", 10),
    "an access log": Asked.of(f"{API}/cases/{{case}}/access-log", "ix_access_log_case", 20),
    "a dossier": Asked.of("/cases/dossiers/{case}", "pk_cases ix_timeline_case ix_statements_case ix_guardians_case", 10),
    "names": Asked.of(f"{API}/cases?q=aylin", "pk_name_words pk_cases", _OF_SCHOOLS // 50),
    # Nobody is called that: what resembles it is sought in all names of the three schools.
    "names alike": Asked.of(f"{API}/cases?q=ailin", "pk_name_words pk_cases", 12 * _OF_SCHOOLS),
    "texts": Asked.of(f"{API}/search?q=klas", "pk_search_words pk_cases", _OF_SCHOOLS // 50),
    # One of the words all texts have: how many there are is counted as far as five hundred, and no more of them are read.
    "texts with two words": Asked.of(f"{API}/search?q=stil+klas", "pk_search_words pk_cases", 500),
    # Reads the cases of the liaison's schools until two hundred are theirs, and what two hundred have.
    "Mijn werk": Asked.of("/cases/", "ix_cases_opened ix_appointments_case ix_guardians_case", _OF_SCHOOLS),
}
Node = dict[str, Any]


@dataclass
class Filled:
    """The application with the record in it; the liaison works for three of its schools. `indexes`: table and first column."""

    web: Web
    case_id: UUID
    record: frozenset[str]
    indexes: dict[str, tuple[str, str]]

    def wrong(self, asked: Asked) -> list[str]:
        """What is not as it should be with the plans of a request."""
        nodes = self._nodes(asked.path.format(case=self.case_id))
        used = {node["Index Name"] for node in nodes if "Index Name" in node}
        found = [f"not through {each}" for each in asked.through - used]
        found += [
            f"reads all of {node['Relation Name']}" for node in nodes if self._of_record(node) and "Seq" in node["Node Type"]
        ]
        led = {name: self.indexes[name] for name in used}
        found += [f"through {name}" for name, (table, first) in led.items() if table in self.record and first != "school_id"]
        most = max(_read(node) for node in nodes if self._of_record(node))
        return [*found, *([f"reads {most} rows"] if most > asked.rows else [])]

    def _of_record(self, node: Node) -> bool:
        return node.get("Relation Name") in self.record

    def _nodes(self, path: str) -> list[Node]:
        """Every step of every query that a request of the liaison sends, explained as it was sent."""
        (settings, given), *queries = self._sent(path)
        assert settings.startswith("select set_config")
        with self.web.service.database.engine.connect() as connection:
            connection.exec_driver_sql(settings, given)
            plans = [_explained(connection, *each) for each in queries if each[0].startswith(("SELECT", "WITH"))]
        return [node for plan in plans for node in _below(plan)]

    def _sent(self, path: str) -> list[tuple[str, dict[str, Any]]]:
        client, token = self.web.app.test_client(), self.web.token("liaison", *_SCHOOLS)
        client.set_cookie("session", token)
        with statements_with_values(self.web.service.database) as sent:
            answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return sent


def _explained(connection: Connection, statement: str, values: dict[str, Any]) -> Node:
    found: Node = connection.exec_driver_sql(f"explain (analyze, format json) {statement}", values).scalar_one()[0]["Plan"]
    return found


def _below(node: Node) -> Iterator[Node]:
    yield node
    for each in node.get("Plans", ()):
        yield from _below(each)


def _read(node: Node) -> int:
    left_out: int = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + left_out) * node["Actual Loops"])


@pytest.fixture(scope="module")
def filled(template: Template, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    made = databases.clone("cases", template.name)
    service = make_service(make_config(made, tmp_path_factory.mktemp("plans")), FixedClock(NOW))
    world = World(service, made, dict(template.schools), dict(template.users), template.by)
    web = make_web(world)
    school_id = _one_case(web)
    schools = many_cases.copy(made.url("admin"), school_id, world.users["liaison"])
    world.schools |= dict(zip(_SCHOOLS, schools, strict=False))
    (one,) = world.rows("select id from cases where school_id = %s and reference = 'C-700'", schools[0])
    indexes = {row["name"]: (row["of"], row["first"]) for row in world.rows(_INDEXES)}
    yield Filled(web, one["id"], frozenset(many_cases.tables_of_the_record()), indexes)
    service.database.dispose()
    databases.drop(made)


_INDEXES = (
    "select indexrelid::regclass::text as name, indrelid::regclass::text as of, attname as first from pg_index"
    " join pg_attribute on attrelid = indrelid and attnum = indkey[0] where indrelid::regclass::text not like 'pg\\_%%'"
)


def _one_case(web: Web) -> UUID:
    """With something in every table; gives its school."""
    case, liaison = lived(web), web.world.users["liaison"]
    answered = web.post(f"/cases/{case['id']}/satisfaction", CHILD)
    assert answered.status_code == 201, answered.text
    plan(web.world, UUID(case["school_id"]), UUID(case["id"]), UUID(case["guardians"][0]["id"]), liaison)
    return UUID(case["school_id"])


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_is_answered_through_an_index_of_the_schools(filled: Filled, what: str) -> None:
    assert filled.wrong(ASKED[what]) == []


def test_the_gate_closes_when_an_index_is_missing(filled: Filled) -> None:
    asked = ASKED["a timeline"]
    with psycopg.connect(filled.web.world.database.url("admin"), autocommit=True) as admin:
        ((made,),) = admin.execute("select pg_get_indexdef('ix_timeline_case'::regclass)").fetchall()
        admin.execute("drop index ix_timeline_case")
        assert filled.wrong(asked)[0] == "not through ix_timeline_case"
        admin.execute(made.encode())
    assert filled.wrong(asked) == []
