"""How a case goes on, through API and pages: more time, a pause, opening it again, coaching."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import ADDRESS, opened

MORE = {"planned_end_on": "2027-07-01", "reason": "Vader is net betrokken."}
AGAIN = {"reason": "Het is weer stil.", "planned_end_on": "2027-07-01"}


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web)


def close(web: Web, case: dict[str, Any]) -> None:
    assert web.post(f"/cases/{case['id']}/phase", {"to": "closed", "reason": "Klaar."}).status_code == 200


def test_more_time_is_kept_with_why_and_told(web: Web, world: World, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}/extensions"
    made = web.post(path, MORE, "ib_regenboog", headers={"If-Match": '"1"'})
    assert (made.status_code, made.headers["ETag"]) == (201, '"2"')
    assert web.patch(f"/cases/{case['id']}", {"planned_end_on": "2027-08-01"}).status_code == 200
    found = [(each["was_on"], each["is_on"], each["reason"]) for each in web.get(path).json["items"]]
    assert found == [("2027-07-01", "2027-08-01", None), ("2027-05-01", "2027-07-01", "Vader is net betrokken.")]
    told = [each["data"]["planned_end_on"] for each in world.told("cases.case.changed")]
    assert told == ["2027-07-01", "2027-08-01"]
    kinds = [each["kind"] for each in web.get(f"/cases/{case['id']}/timeline").json["items"]]
    assert "case_extended" in kinds
    log = web.get(f"/cases/{case['id']}/access-log").json["items"]
    assert ("change", "einde") in {(each["action"], each["what"]) for each in log}


def test_who_extends_what_somebody_else_changed_is_told_so(web: Web, case: dict[str, Any]) -> None:
    web.patch(f"/cases/{case['id']}", {"reason": "Anders."})
    assert web.post(f"/cases/{case['id']}/extensions", MORE, headers={"If-Match": '"1"'}).status_code == 412


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"planned_end_on": "2027-05-01"}, "planned_end_on"),
        ({"planned_end_on": "2027-02-30"}, "planned_end_on"),
        ({"planned_end_on": "2040-01-01"}, "planned_end_on"),
    ],
)
def test_a_wrong_extension_is_refused_by_field(web: Web, world: World, case: dict[str, Any], more: Any, field: str) -> None:
    answer = web.post(f"/cases/{case['id']}/extensions", MORE | more)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.rows("select * from changed_ends") == []


def test_the_question_leads_to_more_time_or_to_closing(web: Web, case: dict[str, Any]) -> None:
    web.patch(f"/cases/{case['id']}", {"planned_end_on": "2026-12-01"})
    browser, page = web.browser("liaison"), f"/cases/dossiers/{case['id']}/nog-nodig"
    assert page in browser.get("/cases/").text
    assert f"/cases/dossiers/{case['id']}/fase?naar=closed" in browser.get(page).text
    wrong = browser.post(page, {"planned_end_on": "24-11-2026", "reason": "Dit blijft staan.", "version": "2"})
    assert wrong.status_code == 422
    assert "Dit blijft staan." in wrong.text
    sent = {"planned_end_on": "01-03-2027", "reason": "Nog een ronde.", "version": "2"}
    assert browser.post(page, sent).status_code == 303
    assert "Nog een ronde." in browser.get(page).text
    assert "Meer tijd: van" in browser.get(f"/cases/dossiers/{case['id']}").text
    assert browser.post(page, sent | {"planned_end_on": "01-04-2027"}).status_code == 412


def test_a_pause_says_why_since_when_and_until_when_and_ends(web: Web, world: World, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}/phase"
    assert web.post(path, {"to": "paused", "reason": "Verhuizing.", "resume_on": "2026-11-20"}).status_code == 422
    paused = web.post(path, {"to": "paused", "reason": "Verhuizing.", "resume_on": "2026-11-25"}).json
    assert (paused["pause_reason"], paused["resume_on"], paused["paused_from"]) == ("Verhuizing.", "2026-11-25", "referred")
    browser = web.browser("ib_regenboog")
    page = browser.get(f"/cases/dossiers/{case['id']}").text
    assert "Verhuizing." in page
    assert "Gaat u weer verder?" not in page
    world.clock.set(world.clock.now().replace(day=25))
    browser = web.browser("ib_regenboog")
    assert "Gaat u weer verder?" in browser.get("/cases/").text
    resumed = browser.post(f"/cases/dossiers/{case['id']}/hervatten", {"version": "2"}, f"/cases/dossiers/{case['id']}/pauze")
    assert resumed.status_code == 303
    found = web.get(f"/cases/{case['id']}").json
    assert (found["phase"], found["pause_reason"], found["resume_on"]) == ("referred", None, None)


def test_a_pause_through_its_page(web: Web, case: dict[str, Any]) -> None:
    browser, page = web.browser("liaison"), f"/cases/dossiers/{case['id']}/pauze"
    assert browser.post(page, {"reason": "", "resume_on": "01-01-2027"}).status_code == 422
    assert browser.post(page, {"reason": "Even rust.", "resume_on": "01-01-2027", "version": "1"}).status_code == 303
    assert "Even rust." in browser.get(page).text
    assert web.get(f"/cases/{case['id']}").json["resume_on"] == "2027-01-01"


def test_a_closed_case_goes_on_as_a_new_one_and_stays_closed(web: Web, world: World) -> None:
    mother, father = guardian_values(address=ADDRESS), guardian_values(first_name="Murat", address_secret=True, address=ADDRESS)
    old = opened(web, guardians=[mother, father], external_reference="ESIS-12")
    web.put(f"/cases/{old['id']}/story", {"text": "Aan de keukentafel."})
    assert web.post(f"/cases/{old['id']}/reopening", AGAIN).status_code == 409
    close(web, old)
    (before,) = world.rows("select phase, phase_since, version from cases where id = %s", old["id"])
    answer = web.post(f"/cases/{old['id']}/reopening", AGAIN)
    new = answer.json
    assert (answer.status_code, new["phase"], new["reopened_from"]) == (201, "referred", old["id"])
    assert (new["child"], new["external_reference"]) == (old["child"], "ESIS-12")
    assert [each["first_name"] for each in new["guardians"]] == ["Elif", "Murat"]
    assert {each["id"] for each in new["guardians"]} & {each["id"] for each in old["guardians"]} == set()
    assert new["guardians"][0]["address"] == old["guardians"][0]["address"] == ADDRESS | {"postcode": "3074 JH"}
    assert (new["guardians"][1]["address_secret"], new["guardians"][1]["address"]) == (True, None)
    assert "story" not in new
    (after,) = world.rows("select phase, phase_since, version from cases where id = %s", old["id"])
    assert after == before
    assert web.get(f"/cases/{old['id']}").json["reopened_as"] == new["id"]
    assert web.post(f"/cases/{old['id']}/reopening", AGAIN).status_code == 409
    told = [each["data"]["case_id"] for each in world.told("cases.case.opened")]
    assert told == [old["id"], new["id"]]
    registered = {each["data"]["person_id"] for each in world.told("cases.person.registered")}
    assert {each["id"] for each in new["guardians"]} <= registered


def test_erasing_the_older_case_leaves_the_newer(web: Web, world: World, case: dict[str, Any]) -> None:
    from tests.integration.cases.test_erasure import ask, work_off

    close(web, case)
    new = web.post(f"/cases/{case['id']}/reopening", AGAIN).json
    assert ask(web, case).status_code == 202
    work_off(world)
    found = web.get(f"/cases/{new['id']}").json
    assert (found["reopened_from"], found["child"]) == (None, case["child"])


def test_reopening_through_the_page_and_the_way_back(web: Web, case: dict[str, Any]) -> None:
    close(web, case)
    browser, old = web.browser("ib_regenboog"), f"/cases/dossiers/{case['id']}"
    assert f"{old}/heropenen" in browser.get(old).text
    assert browser.post(f"{old}/heropenen", AGAIN | {"reason": ""}).status_code == 422
    made = browser.post(f"{old}/heropenen", AGAIN | {"planned_end_on": "01-07-2027"})
    assert made.status_code == 303
    assert old in browser.get(made.headers["Location"]).text
    page = browser.get(old).text
    assert made.headers["Location"] in page
    assert f"{old}/heropenen" not in page


@pytest.mark.parametrize(("tail", "sent"), [("extensions", MORE), ("reopening", AGAIN)])
def test_another_school_finds_nothing(web: Web, case: dict[str, Any], tail: str, sent: Any) -> None:
    for key in (case["id"], new_id()):
        assert web.post(f"/cases/{key}/{tail}", sent, "ib_klimop").status_code == 404
    assert web.get(f"/cases/{case['id']}/extensions", "ib_klimop").status_code == 404
    for page in ("nog-nodig", "pauze", "heropenen"):
        assert web.browser("ib_klimop").get(f"/cases/dossiers/{case['id']}/{page}").status_code == 404


def test_its_other_number_is_kept_found_and_changed(web: Web, world: World) -> None:
    case = opened(web, external_reference="ParnasSys 4471")
    assert case["external_reference"] == "ParnasSys 4471"
    assert len(web.get("/cases?q=parnassys+4471").json["items"]) == 1
    web.patch(f"/cases/{case['id']}", {"external_reference": None})
    assert web.get("/cases?q=4471").json["items"] == []
    assert "4471" not in json.dumps(world.told())
    browser, page = web.browser("liaison"), f"/cases/dossiers/{case['id']}/wijzigen"
    sent = {"reason": "Anders.", "planned_end_on": "2027-06-01", "external_reference": "ESIS 9", "version": "2"}
    child = {"child-first_name": "Aylin", "child-last_name": "Yılmaz", "child-group": "5"}
    assert browser.post(page, sent | child).status_code == 303
    assert "eigen nummer ESIS 9" in browser.get(f"/cases/dossiers/{case['id']}").text


def test_coaching_of_a_colleague_needs_no_parent_and_its_page_reads_well(web: Web, world: World) -> None:
    browser, page = web.browser("liaison"), "/cases/dossiers/nieuw/coaching"
    sent = {"school_id": str(world.schools["regenboog"]), "reason": "Hoe voer ik dit gesprek?", "planned_end_on": "01-03-2027"}
    assert browser.post(page, sent).status_code == 422
    made = browser.post(page, sent | {"coaching_of": "colleague"})
    assert made.status_code == 303
    dossier = browser.get(made.headers["Location"]).text
    assert "Coaching van een collega" in dossier
    assert "Het verhaal van de ouders" not in dossier
    assert "Ouders en verzorgers" not in dossier
    (item,) = web.get("/cases").json["items"]
    assert (item["kind"], item["coaching_of"], item["child"]) == ("coaching", "colleague", None)


def test_coaching_of_parents_names_them(web: Web, world: World) -> None:
    browser, page = web.browser("liaison"), "/cases/dossiers/nieuw/coaching"
    sent = {"school_id": str(world.schools["regenboog"]), "reason": "Samen kijken.", "planned_end_on": "01-03-2027"}
    sent |= {"coaching_of": "parents", "guardians-0-custody": "unknown", "guardians-0-channel": "email"}
    assert "Voeg minstens één ouder of verzorger toe." in browser.post(page, sent).text
    parent = {f"guardians-0-{name}": str(value) for name, value in guardian_values().items()}
    assert browser.post(page, sent | parent).status_code == 303
    wrong = opened_with(web, world, coaching_of="school")
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["coaching_of"])


def opened_with(web: Web, world: World, **more: Any) -> Any:
    from tests.integration.cases.support import body

    return web.post("/cases", body(world.schools["regenboog"], **more))
