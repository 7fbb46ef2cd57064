"""Closed cases that were kept long enough: found, shown, and erased like any other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.cases.usecases import administration, retention
from shared.clock import AMSTERDAM
from shared.database import Database
from shared.tenancy import Scope
from tests.integration.cases.support import Web, World, person
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_erasure import ask, close, work_off

ONE_DAY_SHORT = datetime(2029, 11, 22, 23, 59, tzinfo=AMSTERDAM)
OVER = datetime(2029, 11, 23, 0, 0, tzinfo=AMSTERDAM)


def due(world: World, **more: Any) -> list[str]:
    return [str(each.case_id) for each in retention.expired(world.service, world.by, 3, **more)]


def test_only_closed_and_only_when_the_term_is_over(web: Web, world: World) -> None:
    closed, still_open = opened(web), opened(web)
    close(web, closed)
    world.clock.set(ONE_DAY_SHORT)
    assert due(world) == []
    world.clock.set(OVER)
    assert due(world) == [closed["id"]]
    assert still_open["id"] not in due(world)
    assert due(world, kept=[UUID(closed["id"])]) == []


def test_looking_erases_nothing_and_purging_erases_once(web: Web, world: World) -> None:
    case = opened(web)
    close(web, case)
    world.clock.set(OVER)
    assert due(world) == [case["id"]]
    assert world.told("cases.case.erased") == []
    assert [str(each.case_id) for each in retention.purge(world.service, world.by, 3)] == [case["id"]]
    assert retention.purge(world.service, world.by, 3) == []
    work_off(world)
    assert world.rows("select 1 from cases where id = %s", case["id"]) == []
    assert len(world.rows("select 1 from erasures where erased_at is not null")) == 1


def test_another_alliance_purges_nothing_here(web: Web, world: World) -> None:
    case = opened(web)
    close(web, case)
    world.clock.set(OVER + timedelta(days=1))
    other = administration.found_alliance(world.service, "Elders", person("elders", "administrator"))
    assert retention.purge(world.service, Scope(audience="administration", actor_id=other.id), 3) == []
    assert due(world) == [case["id"]]


def hold(web: Web, case: dict[str, Any], reason: str = "Er loopt een klacht.", method: str = "PUT", key: str = "beheer") -> Any:
    return web.call(method, f"/cases/{case['id']}/hold", key, json={"reason": reason} if method == "PUT" else None)


def choose(web: Web, **values: Any) -> None:
    assert web.call("PATCH", "/alliance", "beheer", json=values).status_code == 200


def run_daily(world: World) -> int:
    worker = Database(world.database.sqlalchemy_url("worker"), pool_size=2)
    try:
        return retention.purge_daily(worker, world.clock)
    finally:
        worker.dispose()


def test_the_alliance_chooses_how_long(web: Web, world: World) -> None:
    case = opened(web)
    close(web, case)
    world.clock.set(OVER)
    choose(web, retention_years=4)
    assert web.get("/purge", "beheer").json["items"] == []
    choose(web, retention_years=3)
    (found,) = web.get("/purge", "beheer").json["items"]
    assert (found["case_id"], found["reference"]) == (case["id"], case["reference"])
    assert not any(name in str(found) for name in ("Aylin", "Elif", "Yılmaz"))
    assert web.call("PATCH", "/alliance", "beheer", json={"retention_years": 0}).status_code == 422


def test_what_is_held_is_neither_purged_nor_erased_until_it_is_let_go(web: Web, world: World) -> None:
    case = opened(web)
    close(web, case)
    assert hold(web, case, key="liaison").status_code == 403
    assert hold(web, case, "Klacht van moeder Elif.").status_code == 422
    assert hold(web, case).status_code == 204
    assert hold(web, case).status_code == 409
    (held,) = web.get("/holds", "beheer").json["items"]
    assert (held["reference"], held["reason"], held["set_by_name"]) == (case["reference"], "Er loopt een klacht.", "Beheer")
    assert "Er loopt een klacht." in web.browser("liaison").get(f"/cases/dossiers/{case['id']}").text
    world.clock.set(OVER)
    assert due(world) == []
    assert ask(web, case).status_code == 409
    choose(web, purges_daily=True)
    assert run_daily(world) == 0
    assert hold(web, case, method="DELETE").status_code == 204
    assert hold(web, case, method="DELETE").status_code == 404
    assert due(world) == [case["id"]]
    assert ask(web, case).status_code == 202
    assert hold(web, case).status_code == 409
    work_off(world)
    assert world.rows("select 1 from holds") == []


def test_another_alliance_holds_nothing_here(web: Web, world: World) -> None:
    case = opened(web)
    other = administration.found_alliance(world.service, "Elders", person("elders", "administrator"))
    world.users["beheer"] = other.id
    assert hold(web, case).status_code == 404
    assert web.get("/holds", "beheer").json["items"] == []


def test_the_daily_run_comes_once_a_day_where_it_is_wanted_and_in_the_name_of_who_chose_it(web: Web, world: World) -> None:
    first, second = opened(web), opened(web)
    close(web, first)
    world.clock.set(OVER)
    assert run_daily(world) == 0
    choose(web, purges_daily=True)
    assert [run_daily(world), run_daily(world)] == [1, 0]
    (receipt,) = web.get("/erasures", "beheer").json["items"]
    assert (receipt["case_id"], receipt["asked_by"]) == (first["id"], str(world.users["beheer"]))
    work_off(world)
    assert world.rows("select id from cases") == [{"id": UUID(second["id"])}]
    world.clock.advance(timedelta(days=1))
    assert run_daily(world) == 0
    assert [row["found"] for row in world.rows('select found from purge_runs order by "on"')] == [1, 0]


def test_many_workers_make_one_run(web: Web, world: World) -> None:
    close(web, opened(web))
    choose(web, purges_daily=True)
    world.clock.set(OVER)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: run_daily(world), range(4))) == 1
    assert len(world.told("cases.case.erased")) == 1


def test_on_the_page_only_what_was_shown_goes_and_only_when_sure(web: Web, world: World) -> None:
    shown, later = opened(web), opened(web)
    close(web, shown)
    world.clock.set(OVER)
    browser = web.browser("beheer")
    page = browser.get("/cases/beheer/bewaren/proef").text
    assert shown["reference"] in page
    assert "Aylin" not in page
    close(web, later)
    world.clock.set(datetime(2033, 1, 1, tzinfo=AMSTERDAM))
    browser = web.browser("beheer")
    sent = {"case_id": shown["id"]}
    path = "/cases/beheer/bewaren/wissen"
    assert browser.post(path, sent, "/cases/beheer/bewaren/proef").status_code == 422
    assert world.told("cases.case.erased") == []
    assert browser.post(path, sent | {"sure": "on"}, "/cases/beheer/bewaren/proef").status_code == 303
    assert [each["data"]["case_id"] for each in world.told("cases.case.erased")] == [shown["id"]]
    given = {"school_id": later["school_id"], "reference": later["reference"], "reason": "Rechtszaak."}
    kept = "/cases/beheer/bewaren"
    assert browser.post(f"{kept}/vasthouden", given | {"reference": "1999-0001"}, kept).status_code == 422
    assert browser.post(f"{kept}/vasthouden", given, kept).status_code == 303
    page = browser.get(kept).text
    assert "Rechtszaak." in page
    assert "De bewaartermijn is voorbij." in page
    assert browser.post(f"{kept}/{later['id']}/opheffen", page=kept).status_code == 303
    assert browser.post(kept, {"retention_years": "5", "version": "1"}, kept).status_code == 303
    assert browser.post(kept, {"retention_years": "6", "version": "1"}, kept).status_code == 412
