"""Emergency access: one case of one school, to read, for a day, logged and told; and not one row beside it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from services.cases.usecases import administration
from shared.tenancy import Scope
from tests.integration.cases.leaks import seen
from tests.integration.cases.support import Web, World, guardian_values, person
from tests.integration.cases.test_api import ADDRESS, opened
from tests.integration.cases.test_parents import agreement

REASON = "De ouder belt, de collega is ziek."


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    """Of De Regenboog, for which `liaison_klimop` does not work."""
    made = opened(web, guardians=[guardian_values(address=ADDRESS, address_secret=True)])
    agreement(web, made)
    web.put(f"/cases/{made['id']}/story", {"text": "Aan de keukentafel."})
    opened(web, guardians=[guardian_values(first_name="Ander")])
    return made


def ask(web: Web, case: dict[str, Any], key: str = "liaison_klimop", **more: Any) -> Any:
    sent = {"school_id": case["school_id"], "reference": case["reference"], "reason": REASON} | more
    return web.post("/emergency-accesses", sent, key)


def test_one_case_is_read_for_a_day_and_everybody_can_know(web: Web, world: World, case: dict[str, Any]) -> None:
    assert web.get(f"/cases/{case['id']}", "liaison_klimop").status_code == 404
    made = ask(web, case)
    assert made.status_code == 201, made.text
    path = f"/emergency-accesses/{made.json['id']}"
    found = web.get(path, "liaison_klimop")
    assert found.json["story"]["text"] == "Aan de keukentafel."
    assert found.json["guardians"][0]["address"] is None
    (told,) = world.told("cases.access.emergency")
    assert told["data"]["coordinator_ids"] == [str(world.users["coordinator"])]
    assert REASON not in str(told)
    log = [each for each in web.get(f"/cases/{case['id']}/access-log").json["items"] if each["basis"] == "spoed"]
    assert {each["user_name"] for each in log} == {"Liaison Klimop"}
    assert len(log) == 2
    assert "keek met spoed" in web.browser("ib_regenboog").get(f"/cases/dossiers/{case['id']}/tijdlijn").text
    assert web.get(path, "team").status_code == web.get(f"/cases/{case['id']}", "liaison_klimop").status_code == 404
    world.clock.advance(timedelta(hours=25))
    assert web.get(path, "liaison_klimop").status_code == 410


def test_who_counts_on_through_the_numbers_does_not_come_far(web: Web, world: World, case: dict[str, Any]) -> None:
    numbers = [opened(web)["reference"] for _ in range(3)]
    answers = [ask(web, case, reference=number) for number in numbers]
    assert [each.status_code for each in answers] == [201] * 3
    refused = ask(web, case)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "86401")
    assert ask(web, case, reference="2026-9999").status_code == 429
    sent = {"school_id": case["school_id"], "reference": case["reference"], "reason": REASON}
    page = web.browser("liaison_klimop").post("/cases/spoed", sent)
    assert page.status_code == 429
    assert "Bel de coördinator" in page.text
    assert REASON in page.text
    assert ask(web, case, "team").status_code == 409
    world.clock.advance(timedelta(hours=25))
    assert ask(web, case).status_code == 201


def test_several_at_once_are_counted_one_after_the_other(web: Web, world: World, case: dict[str, Any]) -> None:
    numbers = [case["reference"], *(opened(web)["reference"] for _ in range(5))]
    with ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(lambda number: ask(web, case, reference=number).status_code, numbers))
    assert codes == [201] * 3 + [429] * 3


def test_who_may_not_and_what_is_not_there(web: Web, world: World, case: dict[str, Any]) -> None:
    assert [ask(web, case, key).status_code for key in ("ib_klimop", "coordinator", "beheer")] == [403] * 3
    assert ask(web, case, "liaison").status_code == 409
    assert ask(web, case, reference="2026-9999").status_code == 404
    assert ask(web, case, school_id=str(UUID(int=7))).status_code == 404
    refused = ask(web, case, reason="")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["reason"])
    assert world.rows("select 1 from emergency_accesses") == []


def test_the_walls_alone_leave_one_case_and_let_nothing_be_changed(web: Web, world: World, case: dict[str, Any]) -> None:
    ask(web, case)
    scope = replace(world.who("liaison_klimop").scope, schools=frozenset({world.schools["regenboog"]}))
    with seen(world.database, "app", scope, **{"app.case_id": case["id"]}) as inside:
        ids = {str(row[0]) for row in inside.execute("select id from cases")}
        assert ids == {case["id"]}
        for table in ("guardians", "agreements", "timeline", "access_log", "stories", "asks"):
            found = inside.execute(sql.SQL("select distinct case_id from {}").format(sql.Identifier(table))).fetchall()
            assert {str(row[0]) for row in found} == {case["id"]}, table
        assert inside.execute("select count(*) from agreement_versions").fetchone() == (1,)
        assert inside.execute("select count(*) from addresses").fetchone() == (0,)
    for change in (
        "update cases set reason = 'x'",
        "update guardians set phone = ''",
        "update stories set readers = '{liaison}'",
    ):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with seen(world.database, "app", scope, **{"app.case_id": case["id"]}) as inside, refused:
            inside.execute(change.encode())


def test_every_table_of_a_case_has_the_wall_of_the_emergency(world: World) -> None:
    """A table that is added later and forgets it turns this red."""
    of_cases = (
        "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'case_id'"
    )
    walled = {row["tablename"] for row in world.rows("select tablename from pg_policies where policyname like '%%\\_emergency'")}
    assert {row["name"] for row in world.rows(of_cases)} - walled <= {"erasures", "emergency_accesses"}


@dataclass(frozen=True)
class Asking:
    """What they see who ask for emergency access, asked for it, or hear of it; `elsewhere`: who coordinates another alliance."""

    world: World
    reference: str
    elsewhere: UUID

    def seen(self) -> dict[str, Any]:
        users = self.world.users
        asks = Scope(frozenset({self.world.schools["regenboog"]}), "emergency", users["liaison_klimop"])
        inside = replace(asks, audience="liaison")
        system = Scope(asks.schools, "system")
        counted = "select count(*) from emergency_accesses"
        return {
            "schools": self._rows(asks, "select school_id from schools"),
            "told": self._rows(asks, "select role from users where id <> (select current_setting('app.user_id'))::uuid"),
            "cases": self._rows(asks, "select reference from cases"),
            "numbers": self._rows(inside, "select count(*) from case_counters"),
            "mine": self._rows(asks, counted),
            "another's": self._rows(replace(asks, actor_id=users["liaison"], audience="liaison"), counted),
            "office": self._rows(Scope(frozenset(), "figures", users["coordinator"]), counted),
            "another office": self._rows(Scope(frozenset(), "figures", self.elsewhere), counted),
            "worker": self._rows(system, counted, "worker"),
            "worker elsewhere": self._rows(Scope(frozenset({self.world.schools["klimop"]}), "system"), counted, "worker"),
        }

    def _rows(self, scope: Scope, query: str, role: str = "app") -> set[str]:
        within = {"app.reference": self.reference}
        if "case_counters" in query:
            within["app.case_id"] = str(UUID(int=1))
        with seen(self.world.database, role, scope, **within) as connection:
            return {str(row[0]) for row in connection.execute(query.encode())}


def test_every_policy_of_asking_for_it_is_needed(web: Web, world: World, case: dict[str, Any]) -> None:
    """Taken away or loosened in turn, each time somebody sees too little or too much."""
    ask(web, case)
    first = administration.found_alliance(world.service, "Elders", person("elders", "administrator"))
    by = Scope(audience="administration", actor_id=first.id)
    administration.register_school(world.service, by, "De Verte", None)
    office = administration.add_user(world.service, by, person("kantoor_elders", "coordinator"))
    asking = Asking(world, case["reference"], office.id)
    whole = asking.seen()
    assert whole == {
        "schools": {str(each) for each in world.schools.values()},
        "told": {"coordinator"},
        "cases": {case["reference"]},
        "numbers": {"0"},
        "mine": {"1"},
        "another's": {"0"},
        "office": {"1"},
        "another office": {"0"},
        "worker": {"1"},
        "worker elsewhere": {"0"},
    }
    with psycopg.connect(world.database.url("admin"), autocommit=True) as owner:
        unnoticed = [broken for broken, mend in _ways_to_break(owner) if not _is_noticed(owner, asking, whole, broken, mend)]
    assert unnoticed == []
    assert asking.seen() == whole


_OF_ASKING = (
    "schools_emergency", "users_emergency", "cases_emergency_sought", "case_counters_emergency", "emergency_accesses_scope",
    "emergency_accesses_erasing",
)  # fmt: skip


def _ways_to_break(owner: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    """How each policy is broken, and how that is mended."""
    columns = "policyname, tablename, permissive, cmd, roles::text[], qual, with_check"
    query = f"select {columns} from pg_policies where policyname = any(%s)".encode()
    found = owner.execute(query, (list(_OF_ASKING),)).fetchall()
    assert len(found) == len(_OF_ASKING)
    for name, table, kind, command, roles, using, checked in found:
        of, check = f"{name} on {table}", f" with check ({checked})" if checked else ""
        again = f"create policy {of} as {kind} for {command} to {', '.join(roles)} using ({using}){check}"
        for broken in (f"drop policy {of}", f"alter policy {of} using (true){check}"):
            yield broken, f"drop policy if exists {of}; {again}"


def _is_noticed(owner: psycopg.Connection[Any], asking: Asking, whole: dict[str, Any], broken: str, mend: str) -> bool:
    owner.execute(broken.encode())
    noticed = asking.seen() != whole
    owner.execute(mend.encode())
    return noticed


def test_through_the_pages_it_is_asked_read_and_looked_over(web: Web, world: World, case: dict[str, Any]) -> None:
    browser = web.browser("liaison_klimop")
    assert "/cases/spoed" in browser.get("/cases/").text
    form = browser.get("/cases/spoed").text
    assert "De Regenboog" in form
    assert "De Klimop" not in form.partition("<form")[2].partition('name="reference"')[0]
    sent = {"school_id": case["school_id"], "reference": "2026-9999", "reason": REASON}
    wrong = browser.post("/cases/spoed", sent)
    assert wrong.status_code == 422
    assert REASON in wrong.text
    done = browser.post("/cases/spoed", sent | {"reference": case["reference"]})
    page = browser.get(done.headers["Location"]).text
    for text in ("Aan de keukentafel.", "De juf belt op vrijdag.", "U kunt niets veranderen"):
        assert text in page
    assert 'method="post"' not in page.partition('id="inhoud"')[2]
    office = web.browser("coordinator")
    listed = office.get("/cases/spoedtoegang").text
    for text in ("Liaison Klimop", "De Regenboog", REASON):
        assert text in listed
    assert "Aylin" not in listed + office.get("/cases/").text
    assert web.browser("beheer").get("/cases/spoedtoegang").status_code == 403
