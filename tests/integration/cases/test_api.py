"""The contract of cases over HTTP, and every kind of bad input: the answer says what is wrong, and nothing half is done."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from tests.integration.cases.support import API, Web, World, body, guardian_values

ADDRESS = {"street": "Putselaan", "house_number": "114", "postcode": "3074jh", "city": "Rotterdam"}


def opened(web: Web, key: str = "ib_regenboog", **more: Any) -> dict[str, Any]:
    answer = web.post("/cases", body(web.world.schools["regenboog"], **more), key)
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json
    return case


def test_a_school_opens_a_case_and_its_only_liaison_gets_it(web: Web, world: World) -> None:
    answer = web.post("/cases", body(world.schools["regenboog"]), "ib_regenboog")
    case = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{API}/cases/{case['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert (case["reference"], case["phase"], case["kind"]) == ("2026-0001", "referred", "family")
    assert case["assigned_to"] == str(world.users["liaison"])
    assert case["guardians"][0]["phone"] == "+31612345678"
    assert opened(web)["reference"] == "2026-0002"


def test_references_count_per_school_and_school_year(web: Web, world: World) -> None:
    opened(web)
    other = web.post("/cases", body(world.schools["klimop"]), "ib_klimop")
    assert other.json["reference"] == "2026-0001"
    world.clock.advance(timedelta(days=300))
    assert opened(web, planned_end_on="2028-05-01")["reference"] == "2027-0001"


def test_with_several_liaisons_somebody_has_to_take_it_up(web: Web, world: World) -> None:
    world.hire("tweede", "liaison", "regenboog")
    case = opened(web)
    assert case["assigned_to"] is None
    taken = web.patch(f"/cases/{case['id']}", {"assigned_to": str(world.users["liaison"])})
    assert taken.json["assigned_to_name"] == "Liaison"


def test_the_defaults_are_the_contracts(web: Web) -> None:
    bare = {"first_name": "Elif", "last_name": "Yılmaz", "relation": "moeder", "email": "elif@voorbeeld.example"}
    guardian = opened(web, guardians=[bare])["guardians"][0]
    assert guardian == bare | {
        "id": guardian["id"],
        "phone": None,
        "language": "nl",
        "custody": "unknown",
        "interpreter_needed": False,
        "channel": "email",
        "address_secret": False,
        "address": None,
    }


def test_without_a_child_it_is_a_coaching_case(web: Web) -> None:
    case = opened(web, child=None, guardians=[])
    assert (case["kind"], case["child"], case["guardians"]) == ("coaching", None, [])


def test_others_are_told_of_the_case_without_the_child_and_of_each_guardian_apart(web: Web, world: World) -> None:
    father = guardian_values(first_name="Murat", email="murat@voorbeeld.example")
    case = opened(web, guardians=[guardian_values(), father])
    (told,) = world.told("cases.case.opened")
    assert told["data"]["guardian_ids"] == [each["id"] for each in case["guardians"]]
    assert "Aylin" not in json.dumps(told)
    persons = world.told("cases.person.registered")
    assert [each["data"]["email"] for each in persons] == ["elif@voorbeeld.example", "murat@voorbeeld.example"]
    assert {"custody", "address", "address_secret"}.isdisjoint(persons[0]["data"])


def test_contact_details_travel_in_events_about_persons_alone(web: Web, world: World) -> None:
    case = opened(web)
    web.patch(f"/cases/{case['id']}", {"reason": "Iets anders."})
    web.post(f"/cases/{case['id']}/phase", {"to": "getting_acquainted"})
    others = world.told("cases.case")
    assert len(others) == 3
    for told in others:
        text = json.dumps(told)
        assert "elif@" not in text
        assert "Iets anders" not in text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"speling": 1}, "speling"),
        ({"reason": ""}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": 5}, "reason"),
        ({"reason": "a\u0000b"}, "reason"),
        ({"reason": "x" * 5000}, "reason"),
        ({"planned_end_on": "2027-02-30"}, "planned_end_on"),
        ({"planned_end_on": "volgend jaar"}, "planned_end_on"),
        ({"planned_end_on": "2026-11-22"}, "planned_end_on"),
        ({"planned_end_on": "2099-01-01"}, "planned_end_on"),
        ({"planned_end_on": 20270501}, "planned_end_on"),
        ({"school_id": "regenboog"}, "school_id"),
        ({"child": {"first_name": "Aylin"}}, "child.last_name"),
        ({"child": "Aylin"}, "child"),
        ({"guardians": {}}, "guardians"),
        ({"guardians": []}, "guardians"),
        ({"guardians": [guardian_values()] * 9}, "guardians"),
        ({"guardians": [guardian_values(email="elif")]}, "guardians.0.email"),
        ({"guardians": [guardian_values(), guardian_values(email=None)]}, "guardians.1.email"),
        ({"guardians": [guardian_values(phone=None, channel="phone")]}, "guardians.0.phone"),
        ({"guardians": [guardian_values(phone="bel")]}, "guardians.0.phone"),
        ({"guardians": [guardian_values(language="klingons")]}, "guardians.0.language"),
        ({"guardians": [guardian_values(custody="misschien")]}, "guardians.0.custody"),
        ({"guardians": [guardian_values(interpreter_needed="ja")]}, "guardians.0.interpreter_needed"),
        ({"guardians": [guardian_values(address={**ADDRESS, "postcode": "nergens"})]}, "guardians.0.address.postcode"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(web: Web, world: World, more: dict[str, Any], field: str) -> None:
    answer = web.post("/cases", body(world.schools["regenboog"]) | more, "ib_regenboog")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["errors"]
    assert world.rows("select * from cases") == world.rows("select * from case_counters") == []
    assert world.told("cases.case") == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"a": NaN}'])
def test_broken_json_is_refused(web: Web, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert web.call("POST", "/cases", data=content, headers=headers).status_code in (400, 422)


def test_ten_megabytes_are_too_much_and_a_form_is_no_json(web: Web, world: World) -> None:
    large = body(world.schools["regenboog"], reason="x" * 10 * 1024 * 1024)
    assert web.post("/cases", large).status_code == 413
    assert web.call("POST", "/cases", data={"reason": "x"}).status_code in (415, 422)


def test_a_change_says_what_it_was_based_on(web: Web) -> None:
    case = opened(web)
    path = f"/cases/{case['id']}"
    etag = web.get(path).headers["ETag"]
    assert web.patch(path, {"reason": "Eerst dit."}, headers={"If-Match": etag}).headers["ETag"] == '"2"'
    stale = web.patch(path, {"reason": "Dan dat."}, headers={"If-Match": etag})
    assert stale.status_code == 412
    assert web.get(path).json["reason"] == "Eerst dit."
    assert web.patch(path, {"reason": "Toch."}, headers={"If-Match": "*"}).status_code == 200
    for foreign in ('"iets"', 'W/"x"', '"1", "2"'):
        assert web.patch(path, {"reason": "x"}, headers={"If-Match": foreign}).status_code == 412


def test_what_stays_the_same_is_no_change(web: Web, world: World) -> None:
    case = opened(web)
    answer = web.patch(f"/cases/{case['id']}", {"reason": case["reason"], "planned_end_on": case["planned_end_on"]})
    assert answer.json["version"] == 1
    assert web.patch(f"/cases/{case['id']}", {}).status_code == 200
    assert world.told("cases.case.changed") == []


def test_part_of_the_child_may_change_and_a_search_finds_it(web: Web) -> None:
    case = opened(web)
    answer = web.patch(f"/cases/{case['id']}", {"child": {"last_name": "Öztürk"}})
    assert answer.json["child"] == {"first_name": "Aylin", "last_name": "Öztürk", "group": "5"}
    assert len(web.get("/cases?q=ozturk").json["items"]) == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"phase": "closed"}, "phase"),
        ({"reason": ""}, "reason"),
        ({"planned_end_on": "2020-01-01"}, "planned_end_on"),
        ({"child": None}, "child"),
        ({"child": {"group": ""}}, "child.group"),
        ({"assigned_to": str(new_id())}, "assigned_to"),
        ({"assigned_to": "liaison"}, "assigned_to"),
    ],
)
def test_a_wrong_change_is_refused_by_field(web: Web, sent: dict[str, Any], field: str) -> None:
    answer = web.patch(f"/cases/{opened(web)['id']}", sent)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_only_the_alliance_assigns_and_only_a_liaison_of_the_school(web: Web, world: World) -> None:
    case = opened(web)
    other = {"assigned_to": str(world.users["liaison_klimop"])}
    assert web.patch(f"/cases/{case['id']}", other).status_code == 422
    assert web.patch(f"/cases/{case['id']}", {"assigned_to": None}, "ib_regenboog").status_code == 403
    assert web.patch(f"/cases/{case['id']}", {"assigned_to": None}, "team").json["assigned_to"] is None
    assert web.get(f"/cases?assigned_to={world.users['liaison']}").json["items"] == []


def test_a_coaching_case_gets_no_child(web: Web) -> None:
    case = opened(web, child=None, guardians=[])
    assert "child" in web.patch(f"/cases/{case['id']}", {"child": {"first_name": "X"}}).json["errors"]


def test_the_list_is_filtered_searched_and_paged_newest_first(web: Web, world: World) -> None:
    made = []
    for name in ("Aylin", "Jakub", "Noor"):
        made.append(opened(web, child={"first_name": name, "last_name": "Yılmaz", "group": "5"})["id"])
        world.clock.advance(timedelta(minutes=1))
    first = web.get("/cases?limit=2").json
    assert [each["id"] for each in first["items"]] == [made[2], made[1]]
    second = web.get(f"/cases?limit=2&cursor={first['next_cursor']}").json
    assert [each["id"] for each in second["items"]] == [made[0]]
    assert second["next_cursor"] is None
    assert [each["id"] for each in web.get("/cases?q=jakub yilmaz").json["items"]] == [made[1]]
    assert web.get("/cases?q=elif").json["items"]
    assert web.get("/cases?q=2026-0003").json["items"][0]["id"] == made[2]
    assert web.get("/cases?q=100%25").json["items"] == []
    assert web.get("/cases?phase=closed").json["items"] == []
    assert len(web.get(f"/cases?phase=referred&school_id={world.schools['regenboog']}").json["items"]) == 3
    assert web.get(f"/cases?school_id={world.schools['klimop']}").json["items"] == []
    assert len(web.get(f"/cases?assigned_to={world.users['liaison']}").json["items"]) == 3


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=veel", "cursor=x", "cursor=bnVsbA", "phase=weg", "school_id=x"])
def test_a_wrong_question_is_refused_by_field(web: Web, query: str) -> None:
    answer = web.get(f"/cases?{query}")
    assert answer.status_code == 422
    assert query.split("=", maxsplit=1)[0] in answer.json["errors"]


def test_a_page_through_several_schools_misses_none_and_repeats_none(web: Web, world: World) -> None:
    for number in range(7):
        school, key = (("regenboog", "ib_regenboog"), ("klimop", "ib_klimop"))[number % 2]
        web.post("/cases", body(world.schools[school]), key)
    seen: list[str] = []
    cursor = ""
    while True:
        page = web.get(f"/cases?limit=2{cursor}", "team").json
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 7


def test_a_step_without_its_usual_conditions_names_them_and_a_reason_goes_on(web: Web) -> None:
    path = f"/cases/{opened(web)['id']}/phase"
    assert web.post(path, {"to": "getting_acquainted"}).json["phase"] == "getting_acquainted"
    refused = web.post(path, {"to": "agreeing"})
    assert refused.status_code == 409
    assert refused.json["missing"] == ["story", "wish"]
    assert "het verhaal van de ouders, een wens van de ouders" in refused.json["detail"]
    moved = web.post(path, {"to": "agreeing", "reason": "De ouders willen meteen afspraken."})
    assert moved.status_code == 200
    assert web.post(path, {"to": "referred"}).json["phase"] == "referred"
    assert web.post(path, {"to": "referred"}).status_code == 409


def test_the_reason_is_kept_on_the_timeline(web: Web) -> None:
    case = opened(web)["id"]
    web.post(f"/cases/{case}/phase", {"to": "paused", "reason": "Moeder vraagt om rust."})
    newest = web.get(f"/cases/{case}/timeline").json["items"][0]
    assert newest["kind"] == "phase_changed"
    assert newest["data"] == {"before": "referred", "to": "paused", "reason": "Moeder vraagt om rust."}
    assert web.get(f"/cases/{case}").json["paused_from"] == "referred"


@pytest.mark.parametrize(
    "sent", [{}, {"to": "weg"}, {"to": None}, {"to": "closed", "reason": ""}, {"to": "closed", "waarom": "x"}]
)
def test_a_wrong_phase_is_refused(web: Web, sent: dict[str, Any]) -> None:
    assert web.post(f"/cases/{opened(web)['id']}/phase", sent).status_code == 422


def test_the_same_key_does_nothing_twice(web: Web, world: World) -> None:
    headers = {"Idempotency-Key": "een-keer"}
    sent = body(world.schools["regenboog"])
    first, second = (web.post("/cases", sent, "ib_regenboog", headers=headers) for _ in range(2))
    assert first.data == second.data
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["ETag"] == '"1"'
    assert len(world.rows("select id from cases")) == 1
    assert len(world.told("cases.case.opened")) == 1
    other = web.post("/cases", sent | {"reason": "Iets anders."}, "ib_regenboog", headers=headers)
    assert other.status_code == 422


def test_a_failed_call_frees_its_key(web: Web, world: World) -> None:
    headers = {"Idempotency-Key": "nog-een"}
    wrong = body(world.schools["regenboog"], planned_end_on="2020-01-01")
    assert web.post("/cases", wrong, "ib_regenboog", headers=headers).status_code == 422
    assert web.post("/cases", body(world.schools["regenboog"]), "ib_regenboog", headers=headers).status_code == 201


def test_the_callers_schools_and_who_works_there(web: Web, world: World) -> None:
    assert web.get("/schools", "team").json == {
        "items": [
            {"id": str(world.schools[name]), "name": f"De {name.title()}", "brin": None} for name in ("klimop", "regenboog")
        ],
        "next_cursor": None,
    }
    assert len(web.get("/schools", "coordinator").json["items"]) == 3
    staff = web.get(f"/schools/{world.schools['regenboog']}/staff", "ib_regenboog").json["items"]
    assert {each["role"] for each in staff} == {"school_staff", "liaison", "team_member"}
    assert UUID(staff[0]["id"]) in world.users.values()
    assert web.get(f"/schools/{world.schools['klimop']}/staff", "ib_regenboog").status_code == 404
