"""Expectations and agreements over HTTP: symmetrical, in plain view of both, nothing overwritten, nobody spoken for."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.cases.support import Web, World
from tests.integration.cases.test_api import opened

SCHOOL, LIAISON = "ib_regenboog", "liaison"


@pytest.fixture
def case(web: Web) -> str:
    return str(opened(web)["id"])


def expectation(web: Web, case: str, key: str = LIAISON, direction: str = "parents_to_school") -> dict[str, Any]:
    answer = web.post(f"/cases/{case}/expectations", {"direction": direction, "text": "De juf belt op vrijdag."}, key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def agreement(web: Web, case: str, key: str = SCHOOL, **more: Any) -> dict[str, Any]:
    body = {"what": "De juf belt op vrijdag.", "who": "school", "review_on": "2026-12-18"} | more
    answer = web.post(f"/cases/{case}/agreements", body, key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def says(web: Web, found: dict[str, Any], key: str, by: str, endorses: bool, **headers: str) -> Any:
    body = {"by": by, "endorses": endorses, "note": None if endorses else "Vrijdag werk ik."}
    return web.post(f"/agreements/{found['id']}/endorsements", body, key, headers=headers)


def test_each_side_formulates_its_own_and_the_liaison_either(web: Web, case: str) -> None:
    expectation(web, case)
    expectation(web, case, LIAISON, "school_to_parents")
    expectation(web, case, SCHOOL, "school_to_parents")
    refused = web.post(f"/cases/{case}/expectations", {"direction": "parents_to_school", "text": "x"}, SCHOOL)
    assert refused.status_code == 403
    assert web.post(f"/cases/{case}/expectations", {"direction": "school_to_parents", "text": "x"}, "team").status_code == 403
    assert len(web.get(f"/cases/{case}/expectations", SCHOOL).json["items"]) == 3


def test_an_expectation_is_evaluated_in_rounds_by_each_side_for_itself(web: Web, case: str) -> None:
    path = f"/expectations/{expectation(web, case)['id']}/evaluations"
    for met in ("no", "partly"):
        assert web.post(path, {"by": "parents", "met": met, "note": "Zeggen wij."}).status_code == 201
    found = web.post(path, {"by": "school", "met": "yes"}, SCHOOL).json
    rounds = [(each["by"], each["round"], each["met"]) for each in found["evaluations"]]
    assert sorted(rounds) == [("parents", 1, "no"), ("parents", 2, "partly"), ("school", 1, "yes")]
    assert web.post(path, {"by": "parents", "met": "yes"}, SCHOOL).status_code == 403
    assert web.post(path, {"by": "school", "met": "yes"}, LIAISON).status_code == 403


def test_an_agreement_is_active_once_both_stand_behind_it(web: Web, case: str) -> None:
    about = expectation(web, case)["id"]
    made = agreement(web, case, expectation_ids=[about])
    assert (made["status"], made["version"], made["expectation_ids"]) == ("proposed", 1, [about])
    assert says(web, made, SCHOOL, "school", endorses=True).json["status"] == "proposed"
    assert says(web, made, LIAISON, "parents", endorses=False).json["status"] == "disputed"
    found = says(web, made, LIAISON, "parents", endorses=True).json
    assert found["status"] == "active"
    assert [each["note"] for each in found["endorsements"]] == [None, "Vrijdag werk ik.", None]


def test_an_agreement_serves_a_goal_that_both_sides_read(web: Web, case: str) -> None:
    def goal(of: str, **more: Any) -> str:
        return str(web.post(f"/cases/{of}/goals", {"text": "Aylin leest met plezier."} | more).json["id"])

    mine = goal(case)
    made = agreement(web, case, goal_id=mine)
    assert made["goal_id"] == web.get(f"/agreements/{made['id']}", SCHOOL).json["goal_id"] == mine
    assert agreement(web, case)["goal_id"] is None
    wish = web.post(f"/cases/{case}/wishes", {"text": "Een wens."}).json["id"]
    body = {"what": "x", "who": "school", "review_on": "2026-12-18"}
    for other in (goal(str(opened(web)["id"])), wish, goal(case, readers=["school", "liaison", "team"]), str(new_id())):
        refused = web.post(f"/cases/{case}/agreements", body | {"goal_id": other})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["goal_id"])
    browser = web.browser(LIAISON)
    assert "Voor welk doel is dit?" in browser.get(f"/cases/dossiers/{case}/afspraken").text
    assert "Aylin leest met plezier." in browser.get(f"/cases/afspraken/{made['id']}").text


def test_nobody_speaks_for_the_other_side(web: Web, case: str) -> None:
    made = agreement(web, case)
    assert says(web, made, SCHOOL, "parents", endorses=True).status_code == 403
    assert says(web, made, LIAISON, "school", endorses=True).status_code == 403
    assert says(web, made, "team", "school", endorses=True).status_code == 403
    assert web.get(f"/agreements/{made['id']}").json["endorsements"] == []


def test_a_revision_is_a_new_proposal_and_keeps_what_was(web: Web, case: str) -> None:
    made = agreement(web, case)
    for key, by in ((SCHOOL, "school"), (LIAISON, "parents")):
        says(web, made, key, by, endorses=True)
    words = {"what": "De juf stuurt op vrijdag een bericht.", "review_on": "2027-01-15", "reason": "Bellen lukte niet."}
    revised = web.post(f"/agreements/{made['id']}/revisions", words).json
    assert (revised["status"], revised["version"], revised["what"]) == ("proposed", 2, words["what"])
    assert [(each["version"], each["reason"]) for each in revised["versions"]] == [(1, None), (2, "Bellen lukte niet.")]
    assert [each["version"] for each in revised["endorsements"]] == [1, 1]


def test_both_look_back_and_an_ended_agreement_stays_as_it_was(web: Web, case: str) -> None:
    made = agreement(web, case)
    path = f"/agreements/{made['id']}"
    assert web.post(f"{path}/evaluations", {"by": "parents", "kept": "yes"}).status_code == 409
    for key, by in ((SCHOOL, "school"), (LIAISON, "parents")):
        says(web, made, key, by, endorses=True)
    assert web.post(f"{path}/evaluations", {"by": "parents", "kept": "partly", "note": "Soms."}).json["status"] == "active"
    assert web.post(f"{path}/evaluations", {"by": "school", "kept": "yes"}, SCHOOL).json["status"] == "evaluated"
    assert web.post(f"{path}/end", {"reason": "Klaar."}).json["status"] == "ended"
    for tail, body in (
        ("endorsements", {"by": "parents", "endorses": True}),
        ("evaluations", {"by": "parents", "kept": "yes"}),
        ("revisions", {"what": "x", "review_on": "2027-01-15", "reason": "x"}),
        ("end", {"reason": "x"}),
    ):
        assert web.post(f"{path}/{tail}", body).status_code == 409
    assert web.get(path).json["ended_reason"] == "Klaar."


def test_of_two_who_change_one_agreement_the_second_is_told(web: Web, case: str) -> None:
    made = agreement(web, case)
    read = web.get(f"/agreements/{made['id']}").headers["ETag"]
    assert says(web, made, SCHOOL, "school", endorses=True, **{"If-Match": read}).status_code == 201
    assert says(web, made, LIAISON, "parents", endorses=True, **{"If-Match": read}).status_code == 412
    assert len(web.get(f"/agreements/{made['id']}").json["endorsements"]) == 1


def test_two_revisions_at_once_are_one_after_the_other(web: Web, case: str) -> None:
    made = agreement(web, case)
    start, statuses = threading.Barrier(4), list[int]()

    def revise(number: int) -> None:
        words = {"what": f"Woorden {number}", "review_on": "2027-01-15", "reason": "Anders."}
        start.wait()
        statuses.append(web.post(f"/agreements/{made['id']}/revisions", words).status_code)

    threads = [threading.Thread(target=revise, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 4
    found = web.get(f"/agreements/{made['id']}").json
    assert [each["version"] for each in found["versions"]] == [1, 2, 3, 4, 5]
    assert len({each["what"] for each in found["versions"]}) == 5


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"what": ""}, "what"),
        ({"who": "buurman"}, "who"),
        ({"review_on": "2026-02-30"}, "review_on"),
        ({"review_on": "2026-11-22"}, "review_on"),
        ({"expectation_ids": ["x"]}, "expectation_ids.0"),
        ({"expectation_ids": [str(new_id())]}, "expectation_ids"),
        ({"kleur": "rood"}, "kleur"),
    ],
)
def test_a_wrong_agreement_is_refused_by_field(web: Web, world: World, case: str, more: dict[str, Any], field: str) -> None:
    body = {"what": "Bellen.", "who": "school", "review_on": "2026-12-18"} | more
    answer = web.post(f"/cases/{case}/agreements", body, SCHOOL)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert world.rows("select * from agreements") == []


def test_another_school_sees_and_changes_nothing(web: Web, world: World, case: str) -> None:
    made, about = agreement(web, case), expectation(web, case)
    other = "ib_klimop"
    assert web.get(f"/cases/{case}/agreements", other).status_code == 404
    assert web.get(f"/cases/{case}/expectations", other).status_code == 404
    unknown = web.get(f"/agreements/{new_id()}", other)
    assert web.get(f"/agreements/{made['id']}", other).data == unknown.data
    assert says(web, made, other, "school", endorses=True).status_code == 404
    assert web.post(f"/expectations/{about['id']}/evaluations", {"by": "school", "met": "yes"}, other).status_code == 404
    assert world.rows("select * from endorsements") == world.rows("select * from expectation_evaluations") == []


def test_rows_can_only_be_added(web: Web, world: World, case: str) -> None:
    agreement(web, case)
    granted = world.rows(
        "select table_name, privilege_type from information_schema.role_table_grants where grantee = 'cases_app'"
        " and table_name in ('agreement_versions', 'endorsements', 'agreement_evaluations', 'expectations',"
        " 'expectation_evaluations', 'agreement_expectations')"
    )
    assert {row["privilege_type"] for row in granted} == {"SELECT", "INSERT"}


def test_the_dossier_shows_both_sides_and_who_stands_behind_what(web: Web, case: str) -> None:
    made = agreement(web, case)
    expectation(web, case)
    for key, by in ((SCHOOL, "school"), (LIAISON, "parents")):
        says(web, made, key, by, endorses=True)
    page = web.browser(SCHOOL).get(f"/cases/dossiers/{case}").text
    assert "De ouders verwachten van de school" in page
    assert "Iedereen staat erachter" in page


def test_through_the_pages_a_stale_form_loses_nothing(web: Web, case: str) -> None:
    made = agreement(web, case)
    page = f"/cases/afspraken/{made['id']}"
    browser = web.browser(LIAISON)
    says(web, made, SCHOOL, "school", endorses=True)
    sent = {"what": "Iets anders.", "review_on": "2027-01-15", "revision_reason": "Omdat het zo beter past.", "version": "1"}
    answer = browser.post(f"{page}/bijstellen", sent, page)
    assert answer.status_code == 412
    assert "Omdat het zo beter past." in answer.text
    assert "Iets anders." in answer.text
    sent["version"] = "2"
    assert browser.post(f"{page}/bijstellen", sent, page).status_code == 303
    assert "Omdat het zo beter past." in browser.get(page).text


def test_a_round_is_one_sitting(web: Web, case: str) -> None:
    first, second = expectation(web, case), expectation(web, case, LIAISON, "school_to_parents")
    page = f"/cases/dossiers/{case}/terugkijken"
    browser = web.browser(SCHOOL)
    assert browser.post(page, {}).status_code == 422
    assert browser.post(page, {f"{first['id']}-met": "partly", f"{first['id']}-note": "Soms."}).status_code == 303
    found = {each["id"]: each["evaluations"] for each in web.get(f"/cases/{case}/expectations").json["items"]}
    assert [(each["by"], each["met"], each["note"]) for each in found[first["id"]]] == [("school", "partly", "Soms.")]
    assert found[second["id"]] == []
