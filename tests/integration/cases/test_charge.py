"""Who accompanies a case: deputies, hand-overs with a note for its readers, and the worker that lets them take effect."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from services.cases.usecases.handovers import take_due
from shared.database import Database
from shared.ids import new_id
from tests.integration.cases.support import Web, World, make_web
from tests.integration.cases.test_api import opened

NOTE = "Vader belt liever na zessen. Wees voorzichtig met het onderwerp werk."


@pytest.fixture
def web(world: World) -> Web:
    """With a second liaison at the school, who came today: every case so far has the first."""
    return make_web(world)


@pytest.fixture
def case(web: Web, world: World) -> dict[str, Any]:
    made = opened(web)
    world.hire("tweede", "liaison", "regenboog", since=world.clock.now().date())
    return made


@pytest.fixture
def second(web: Web, world: World, case: dict[str, Any]) -> str:
    return str(world.users["tweede"])


def handing(to: str, **more: Any) -> dict[str, Any]:
    return {"to": to, "takes_effect_on": "2026-11-23", "note": NOTE} | more


def work(world: World) -> int:
    worker = Database(world.database.sqlalchemy_url("worker"), pool_size=1)
    try:
        return take_due(worker, world.clock)
    finally:
        worker.dispose()


def as_second(web: Web) -> dict[str, Any]:
    return {"Authorization": f"Bearer {web.token('tweede', role='liaison')}"}


def mine(web: Web) -> Any:
    client = web.app.test_client()
    client.set_cookie("session", web.token("tweede", role="liaison"))
    return client.get("/cases/").text


def test_handed_over_today_the_colleague_is_the_liaison_and_the_note_is_theirs(
    web: Web, world: World, case: dict[str, Any], second: str
) -> None:
    path = f"/cases/{case['id']}/handovers"
    made = web.post(path, handing(second), headers={"If-Match": '"1"'})
    assert (made.status_code, made.json["status"], made.json["readers"]) == (201, "taken", ["liaison"])
    assert web.get(f"/cases/{case['id']}").json["assigned_to"] == second
    assert [each["id"] for each in web.get(f"/cases?assigned_to={second}").json["items"]] == [case["id"]]
    assert world.told("cases.case.changed")[-1]["data"]["liaison_id"] == second
    assert NOTE not in json.dumps(world.told())
    for key, note in (("liaison", NOTE), ("ib_regenboog", None), ("team", None)):
        (found,) = web.get(path, key).json["items"]
        assert (found["note"], found["to_name"]) == (note, "Tweede"), key
    assert NOTE not in web.browser("ib_regenboog").get(f"/cases/dossiers/{case['id']}/begeleiding").text
    assert "Lees de overdracht" in mine(web)
    accepted = f"{path}/{made.json['id']}/acceptance"
    assert web.post(accepted).status_code == 403
    assert web.call("POST", accepted, headers=as_second(web)).json["status"] == "accepted"
    assert "Lees de overdracht" not in mine(web)
    assert web.call("POST", accepted, headers=as_second(web)).status_code == 409
    places = [(each["place"], each["user_name"]) for each in web.get(f"/cases/{case['id']}/assignments").json["items"]]
    assert set(places) == {("liaison", "Tweede"), ("liaison", "Liaison")}


def test_planned_for_later_the_worker_lets_it_take_effect_on_its_day(
    web: Web, world: World, case: dict[str, Any], second: str
) -> None:
    path = f"/cases/{case['id']}/handovers"
    made = web.post(path, handing(second, takes_effect_on="2026-12-01")).json
    assert made["status"] == "planned"
    assert web.post(path, handing(second)).status_code == 409
    assert "Lees de overdracht" in mine(web)
    assert work(world) == 0
    assert web.get(f"/cases/{case['id']}").json["assigned_to"] != second
    world.clock.advance(timedelta(days=8))
    assert (work(world), work(world)) == (1, 0)
    found = web.get(f"/cases/{case['id']}").json
    assert (found["assigned_to"], found["version"]) == (second, 2)
    assert world.told("cases.case.changed")[-1]["data"]["liaison_id"] == second
    (item,) = web.get(path).json["items"]
    assert item["status"] == "taken"
    kinds = [each["kind"] for each in web.get(f"/cases/{case['id']}/timeline").json["items"]]
    assert kinds.count("handed_over") == 2


def test_what_makes_no_sense_any_more_on_its_day_is_off(web: Web, world: World, case: dict[str, Any], second: str) -> None:
    path = f"/cases/{case['id']}/handovers"
    web.post(path, handing(second, takes_effect_on="2026-12-01"))
    web.post(f"/cases/{case['id']}/phase", {"to": "closed", "reason": "Klaar."})
    world.clock.advance(timedelta(days=8))
    assert work(world) == 1
    (item,) = web.get(path).json["items"]
    assert item["status"] == "withdrawn"


def test_it_is_called_off_before_its_day_and_overtaken_by_another(
    web: Web, world: World, case: dict[str, Any], second: str
) -> None:
    path = f"/cases/{case['id']}/handovers"
    made = web.post(path, handing(second, takes_effect_on="2026-12-01")).json
    assert web.call("DELETE", f"{path}/{made['id']}").json["status"] == "withdrawn"
    assert web.call("DELETE", f"{path}/{made['id']}").status_code == 409
    web.post(path, handing(second, takes_effect_on="2026-12-01", readers=["liaison", "team"]))
    assert web.patch(f"/cases/{case['id']}", {"assigned_to": None}, "team").status_code == 200
    assert {each["status"] for each in web.get(path).json["items"]} == {"withdrawn"}


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"note": ""}, 422, "note"),
        ({"takes_effect_on": "2026-11-22"}, 422, "takes_effect_on"),
        ({"takes_effect_on": "2030-11-22"}, 422, "takes_effect_on"),
        ({"readers": ["school"]}, 422, "readers"),
        ({"readers": ["parents", "team"]}, 422, "readers"),
        ({"to": str(new_id())}, 422, "to"),
    ],
)
def test_a_wrong_handover_is_refused_by_field(
    web: Web, world: World, second: str, case: dict[str, Any], more: Any, status: int, field: str
) -> None:
    answer = web.post(f"/cases/{case['id']}/handovers", handing(second) | more)
    assert (answer.status_code, list(answer.json["errors"])) == (status, [field])
    assert world.rows("select * from handovers") == []


def test_the_school_hands_nothing_over_and_nobody_elsewhere_finds_it(web: Web, case: dict[str, Any], second: str) -> None:
    path = f"/cases/{case['id']}"
    deputy = {"user_id": second, "valid_from": "2026-11-23"}
    for tail, sent in (("handovers", handing(second)), ("deputies", deputy)):
        assert web.post(f"{path}/{tail}", sent, "ib_regenboog").status_code == 403
        assert web.post(f"{path}/{tail}", sent, "liaison_klimop").status_code == 404
    for tail in ("handovers", "assignments"):
        assert web.get(f"{path}/{tail}", "ib_klimop").status_code == 404
    assert web.post(f"{path}/handovers", handing(second), headers={"If-Match": '"9"'}).status_code == 412


def test_a_deputy_has_the_case_among_theirs_for_as_long_as_it_lasts(
    web: Web, world: World, case: dict[str, Any], second: str
) -> None:
    path = f"/cases/{case['id']}/deputies"
    sent = {"user_id": second, "valid_from": "2026-11-24", "valid_until": "2026-11-25"}
    made = web.post(path, sent)
    assert (made.status_code, made.json["place"]) == (201, "deputy")
    assert web.post(path, sent | {"valid_from": "2026-11-25", "valid_until": None}).status_code == 409
    seen = []
    for _ in range(4):
        seen.append("Aylin Y." in mine(web))
        world.clock.advance(timedelta(days=1))
    assert seen == [False, True, True, False]
    assert web.get(f"/cases/{case['id']}").json["assigned_to"] != second


def test_a_deputy_is_ended_and_it_stays_readable(web: Web, world: World, case: dict[str, Any], second: str) -> None:
    path = f"/cases/{case['id']}/deputies"
    made = web.post(path, {"user_id": second, "valid_from": "2026-11-23"}).json
    assert web.get(f"/cases/{case['id']}").json["deputy"]["user_name"] == "Tweede"
    world.clock.advance(timedelta(days=1))
    assert web.call("DELETE", f"{path}/{made['id']}").json["valid_until"] == "2026-11-23"
    assert web.call("DELETE", f"{path}/{made['id']}").status_code == 409
    assert web.call("DELETE", f"{path}/{new_id()}").status_code == 404
    assert web.get(f"/cases/{case['id']}").json["deputy"] is None
    assert len(web.get(f"/cases/{case['id']}/assignments").json["items"]) == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"valid_from": "2026-11-22"}, "valid_from"),
        ({"valid_until": "2026-11-22"}, "valid_until"),
        ({"valid_until": "2028-11-22"}, "valid_until"),
        ({"user_id": str(new_id())}, "user_id"),
    ],
)
def test_a_wrong_deputy_is_refused_by_field(web: Web, case: dict[str, Any], second: str, more: Any, field: str) -> None:
    answer = web.post(f"/cases/{case['id']}/deputies", {"user_id": second, "valid_from": "2026-11-23"} | more)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_through_the_page(web: Web, world: World, case: dict[str, Any], second: str) -> None:
    browser, page = web.browser("liaison"), f"/cases/dossiers/{case['id']}/begeleiding"
    assert page in browser.get(f"/cases/dossiers/{case['id']}").text
    standing_in = {"user_id": second, "valid_from": "24-11-2026", "valid_until": "30-11-2026"}
    assert browser.post(f"{page}/vervanging", standing_in, page).status_code == 303
    wrong = browser.post(f"{page}/overdracht", handing("", readers="liaison"), page)
    assert wrong.status_code == 422
    assert "Vader belt liever" in wrong.text
    sent = handing(second, takes_effect_on="01-12-2026", readers="liaison", version="1")
    assert browser.post(f"{page}/overdracht", sent, page).status_code == 303
    text = browser.get(page).text
    assert "gepland" in text
    assert "Vader belt liever" in text
    (made,) = web.get(f"/cases/{case['id']}/handovers").json["items"]
    assert browser.post(f"{page}/overdracht/{made['id']}/intrekken", {}, page).status_code == 303
    place = next(each for each in web.get(f"/cases/{case['id']}/assignments").json["items"] if each["place"] == "deputy")
    assert browser.post(f"{page}/vervanging/{place['id']}/beeindigen", {}, page).status_code == 303


def test_taking_a_case_up_and_opening_one_keep_who_and_since_when(web: Web, world: World) -> None:
    world.hire("tweede", "liaison", "regenboog")
    case = opened(web)
    assert case["assigned_to"] is None
    assert web.get(f"/cases/{case['id']}/assignments").json["items"] == []
    liaison = str(world.users["liaison"])
    web.patch(f"/cases/{case['id']}", {"assigned_to": liaison})
    (place,) = web.get(f"/cases/{case['id']}/assignments").json["items"]
    assert (place["place"], place["user_id"], place["valid_from"], place["valid_until"]) == (
        "liaison",
        liaison,
        "2026-11-23",
        None,
    )
