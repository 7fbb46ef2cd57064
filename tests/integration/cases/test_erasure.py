"""Erasing a case: who may, when, and what stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from services.cases.events import SUBSCRIPTIONS
from shared.database import Database
from shared.ids import new_id
from shared.kept_answers import forget_old_answers
from shared.messaging.consumer import Consumer
from shared.tenancy import NOBODY
from tests.integration.cases.support import Web, World, body, guardian_values
from tests.integration.cases.test_api import ADDRESS, opened
from tests.integration.cases.test_charge import handing
from tests.integration.cases.test_circle import add
from tests.integration.cases.test_consents import consent, informed
from tests.integration.cases.test_efforts import COACHING, ENTRY
from tests.integration.cases.test_lifecycle import MORE
from tests.integration.cases.test_partnership import agreement, expectation, says

# The words of a text that was written anew go; the text itself stays.
INDEX = ("search_words", "name_words")
REASON = {"reason": "De bewaartermijn is voorbij."}


def lived(web: Web) -> dict[str, Any]:
    """A case with something in every table."""
    made = opened(web, guardians=[guardian_values(address=ADDRESS, address_secret=True)])
    path = f"/cases/{made['id']}"
    web.put(f"{path}/story", {"text": "Aylin vertelt weinig."})
    web.post(f"{path}/wishes", {"text": "Met plezier naar school."})
    about = expectation(web, made["id"])["id"]
    web.post(f"/expectations/{about}/evaluations", {"by": "parents", "met": "yes"})
    goal = web.post(f"/cases/{made['id']}/goals", {"text": "Samen."}).json["id"]
    agreed = agreement(web, made["id"], expectation_ids=[about], goal_id=goal)
    for key, by in (("ib_regenboog", "school"), ("liaison", "parents")):
        says(web, agreed, key, by, endorses=True)
    web.post(f"/agreements/{agreed['id']}/evaluations", {"by": "parents", "kept": "yes"})
    web.post(f"{path}/time-entries", ENTRY)
    web.post(f"{path}/coaching", COACHING)
    web.post(f"{path}/consents", consent(made))
    web.post(f"{path}/informed", informed(made))
    web.post(f"{path}/extensions", MORE)
    add(web, made)
    web.world.hire("tweede", "liaison", "regenboog")
    web.post(f"{path}/handovers", handing(str(web.world.users["tweede"])))
    return made


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return lived(web)


def close(web: Web, case: dict[str, Any]) -> None:
    assert web.post(f"/cases/{case['id']}/phase", {"to": "closed", "reason": "Klaar."}).status_code == 200


def ask(web: Web, case: dict[str, Any], key: str = "beheer", **more: Any) -> Any:
    return web.call("DELETE", f"/cases/{case['id']}", key, json=REASON | more)


def work_off(world: World) -> None:
    """The service's own worker hears what was asked."""
    worker = Database(world.database.sqlalchemy_url("worker"), pool_size=1)
    bodies = [json.dumps(each).encode() for each in world.told("cases.case.erased")]
    Consumer("cases", worker, SUBSCRIPTIONS, world.clock).receive(bodies)
    worker.dispose()


def holding(world: World, school_id: str) -> set[str]:
    """The tables with a row of this school."""
    tables = world.rows("select table_name as name from information_schema.columns where column_name = 'school_id'")
    return {each["name"] for each in tables if world.rows(f"select 1 from {each['name']} where school_id = %s", school_id)}


def test_a_closed_case_is_erased_and_a_receipt_stays(web: Web, world: World, case: dict[str, Any]) -> None:
    close(web, case)
    answer = ask(web, case)
    assert answer.status_code == 202
    assert answer.json["erased_at"] is None
    new = {"case_staff", "handovers", "handover_notes", "changed_ends", "involved", "child_views"}
    assert holding(world, case["school_id"]) > new
    assert len(holding(world, case["school_id"])) > 26
    work_off(world)
    stays = {"schools", "assignments", "case_counters", "erasures", "outbox", "idempotency_keys"}
    assert holding(world, case["school_id"]) <= stays
    assert web.get(f"/cases/{case['id']}").status_code == 404
    (receipt,) = web.get("/erasures", "beheer").json["items"]
    assert receipt["erased_at"] == "2026-11-23T09:00:00+00:00"
    assert not any(name in json.dumps(receipt, ensure_ascii=False) for name in ("Aylin", "Elif", "Yılmaz"))


def test_asked_and_heard_twice_is_erased_once(web: Web, world: World, case: dict[str, Any]) -> None:
    close(web, case)
    first, second = ask(web, case).json, ask(web, case, reason="Nog eens.").json
    assert first == second
    work_off(world)
    work_off(world)
    assert ask(web, case).status_code == 404
    assert len(web.get("/erasures", "beheer").json["items"]) == 1


def test_only_an_administrator_and_only_what_is_closed(web: Web, world: World, case: dict[str, Any]) -> None:
    assert ask(web, case).status_code == 409
    close(web, case)
    for key in ("liaison", "ib_regenboog", "team", "coordinator"):
        assert ask(web, case, key).status_code == 403
    unknown = web.call("DELETE", f"/cases/{new_id()}", "beheer", json=REASON)
    assert unknown.status_code == 404
    assert world.rows("select * from erasures") == []


@pytest.mark.parametrize("reason", ["", "Moeder Elif vroeg erom.", "aylin is verhuisd", None])
def test_the_reason_stays_and_so_names_nobody(web: Web, world: World, case: dict[str, Any], reason: str | None) -> None:
    close(web, case)
    answer = ask(web, case, reason=reason)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])
    assert world.told("cases.case.erased") == []


def test_the_web_application_itself_can_delete_nothing(world: World) -> None:
    granted = world.rows(
        "select table_name as name from information_schema.role_table_grants"
        " where grantee = 'cases_app' and privilege_type = 'DELETE'"
    )
    of_staff = {"teams", "team_schools", "team_members", "recovery_codes"}
    others = {"addresses", "login_failures", "idempotency_keys", "sessions", *INDEX}
    assert {each["name"] for each in granted} <= others | of_staff


def test_answers_that_are_kept_are_forgotten_and_what_they_answered_is_not_done_again(
    web: Web, world: World, case: dict[str, Any]
) -> None:
    key, other = {"Idempotency-Key": "a"}, {"Idempotency-Key": "b"}
    wish = {"text": "Aylin met plezier naar school."}
    web.post(f"/cases/{case['id']}/wishes", wish, headers=key)
    web.post("/cases", body(world.schools["klimop"]), "liaison_klimop", headers=other)
    close(web, case)
    ask(web, case)
    kept = "select body is null as gone from idempotency_keys order by key"
    assert world.rows(kept) == [{"gone": False}, {"gone": False}]
    work_off(world)
    assert world.rows(kept) == [{"gone": True}, {"gone": False}]
    again = web.post(f"/cases/{case['id']}/wishes", wish, headers=key)
    assert again.status_code == 409
    assert "Idempotency-Key" in again.json["detail"]
    assert web.post("/cases", body(world.schools["klimop"]), "liaison_klimop", headers=other).status_code == 201


def test_keys_of_over_a_day_ago_are_forgotten(web: Web, world: World, case: dict[str, Any]) -> None:
    web.post(f"/cases/{case['id']}/wishes", {"text": "x"}, headers={"Idempotency-Key": "a"})
    worker = Database(world.database.sqlalchemy_url("worker"), pool_size=1)
    for hours, left in ((23, 1), (25, 0)):
        with psycopg.connect(world.database.url("admin")) as connection:
            connection.execute("update idempotency_keys set created_at = now() - make_interval(hours => %s)", (hours,))
        with worker.transaction(NOBODY) as opened:
            forget_old_answers(opened, datetime.now(UTC))
        assert len(world.rows("select 1 from idempotency_keys")) == left
    worker.dispose()
