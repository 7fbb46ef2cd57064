"""The story, the wishes, the guardians' addresses: who reads them, what is kept of them, and where they show."""

from __future__ import annotations

from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened

STORY = "Aylin vertelt thuis niets over school."


def everything_they_get(web: Web, case_id: str, key: str) -> str:
    """Every answer of the API about a case, and every page, as one text."""
    paths = ("", "/timeline", "/access-log", "/story", "/story/versions")
    answers = [web.get(f"/cases/{case_id}{path}", key).text for path in paths] + [web.get("/cases?q=aylin", key).text]
    browser = web.browser(key)
    pages = ("", "/tijdlijn", "/inzage", "/verhaal/versies", "/wijzigen", "/fase", "/krachten", "/doelen")
    answers += [browser.get(f"/cases/dossiers/{case_id}{path}").text for path in pages]
    answers += [browser.get(path).text for path in ("/cases/", "/cases/dossiers")]
    return "\n".join(answers)


def test_an_unshared_story_is_nowhere_for_the_school_and_the_team(web: Web) -> None:
    case = opened(web)["id"]
    before = {key: web.get(f"/cases/{case}/timeline", key).json["items"] for key in ("ib_regenboog", "team")}
    assert web.put(f"/cases/{case}/story", {"text": STORY, "shared_with_school": False}).status_code == 200
    web.post(f"/cases/{case}/wishes", {"text": "Met plezier naar school."})
    for key in ("ib_regenboog", "team"):
        unknown = web.get(f"/cases/{new_id()}/story", key)
        hidden = web.get(f"/cases/{case}/story", key)
        assert hidden.status_code == 404
        assert hidden.data == unknown.data
        found = everything_they_get(web, case, key)
        for trace in (STORY, "Met plezier", "story_written", "wish_added", "verhaal aangevuld", "Wens toegevoegd"):
            assert trace not in found
        assert web.get(f"/cases/{case}/timeline", key).json["items"] == before[key]
    assert STORY in everything_they_get(web, case, "liaison")


def test_a_shared_story_is_read_by_all_and_taken_back_by_none_but_the_liaison(web: Web) -> None:
    path = f"/cases/{opened(web)['id']}/story"
    shared = web.put(path, {"text": STORY, "shared_with_school": True})
    assert shared.json["readers"] == ["parents", "school", "liaison", "team"]
    assert web.get(path, "ib_regenboog").json["text"] == STORY
    web.put(path, {"text": "Toch liever niet.", "shared_with_school": False})
    assert web.get(path, "ib_regenboog").status_code == 404
    assert web.get(f"{path}/versions", "ib_regenboog").status_code == 404


def test_sharing_a_new_version_does_not_open_the_old_one(web: Web) -> None:
    path = f"/cases/{opened(web)['id']}/story"
    web.put(path, {"text": "Dit vertelde moeder aan de keukentafel."})
    web.put(path, {"text": "Dit mag de school lezen.", "shared_with_school": True})
    assert [each["version"] for each in web.get(f"{path}/versions", "ib_regenboog").json["items"]] == [2]
    assert [each["version"] for each in web.get(f"{path}/versions").json["items"]] == [2, 1]


def test_every_version_of_the_story_is_kept(web: Web, world: World) -> None:
    path = f"/cases/{opened(web)['id']}/story"
    for number in range(1, 4):
        answer = web.put(path, {"text": f"Versie {number}."})
        assert answer.json["version"] == number
        assert answer.headers["ETag"] == f'"{number}"'
    assert [row["text"] for row in world.rows("select text from stories order by version")] == [
        "Versie 1.",
        "Versie 2.",
        "Versie 3.",
    ]


def test_two_who_write_the_story_at_once_do_not_overwrite_each_other(web: Web) -> None:
    path = f"/cases/{opened(web)['id']}/story"
    assert web.put(path, {"text": "Eerst."}, headers={"If-Match": '"0"'}).status_code == 200
    assert web.put(path, {"text": "Ook eerst."}, headers={"If-Match": '"0"'}).status_code == 412
    assert web.get(path).json["text"] == "Eerst."


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 20001}, "text"),
        ({"text": "x", "shared_with_school": "ja"}, "shared_with_school"),
        ({"text": "x", "told_by": str(new_id())}, "told_by"),
        ({"text": "x", "readers": []}, "readers"),
    ],
)
def test_a_wrong_story_is_refused_by_field(web: Web, sent: dict[str, Any], field: str) -> None:
    answer = web.put(f"/cases/{opened(web)['id']}/story", sent)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_story_says_whose_words_it_is(web: Web) -> None:
    case = opened(web)
    mother = case["guardians"][0]["id"]
    assert web.put(f"/cases/{case['id']}/story", {"text": STORY, "told_by": mother}).json["told_by"] == mother


def test_wishes_strengths_and_goals_each_have_their_readers(web: Web) -> None:
    case = opened(web)["id"]
    wish = web.post(f"/cases/{case}/wishes", {"text": "Rust."})
    assert wish.status_code == 201
    assert wish.json["readers"] == ["parents", "liaison"]
    web.post(f"/cases/{case}/wishes", {"text": "Een vriendin.", "readers": ["parents", "school", "liaison", "team"]})
    web.post(f"/cases/{case}/strengths", {"text": "Zij tekent mooi.", "of": "child"}, "ib_regenboog")
    web.post(f"/cases/{case}/goals", {"text": "Elke dag één vraag."}, "ib_regenboog")
    seen = {key: web.get(f"/cases/{case}", key).json for key in ("liaison", "ib_regenboog")}
    assert [each["text"] for each in seen["liaison"]["wishes"]] == ["Rust.", "Een vriendin."]
    assert [each["text"] for each in seen["ib_regenboog"]["wishes"]] == ["Een vriendin."]
    assert seen["liaison"]["strengths"][0]["of"] == "child"
    assert seen["liaison"]["goals"][0]["text"] == "Elke dag één vraag."


def test_nobody_writes_what_they_cannot_read(web: Web) -> None:
    case = opened(web)["id"]
    sent = {"text": "x", "of": "child", "readers": ["parents", "liaison"]}
    answer = web.post(f"/cases/{case}/strengths", sent, "ib_regenboog")
    assert "readers" in answer.json["errors"]


def test_each_guardian_is_changed_apart_and_the_others_hear_what_concerns_them(web: Web, world: World) -> None:
    case = opened(web)
    added = web.post(f"/cases/{case['id']}/guardians", guardian_values(first_name="Murat", email="murat@voorbeeld.example"))
    assert added.status_code == 201
    assert added.headers["ETag"] == '"2"'
    path = f"/cases/{case['id']}/guardians/{added.json['id']}"
    assert web.patch(path, {"custody": "no"}).json["custody"] == "no"
    assert world.told("cases.person.changed") == []
    changed = web.patch(path, {"language": "AR", "phone": "010 1234567"})
    assert (changed.json["language"], changed.json["phone"]) == ("ar", "+31101234567")
    (told,) = world.told("cases.person.changed")
    assert told["data"]["language"] == "ar"
    assert len(world.told("cases.case.changed")[0]["data"]["guardian_ids"]) == 2
    assert web.get("/cases?q=murat").json["items"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": None}, "email"),
        ({"channel": "phone", "phone": None}, "phone"),
        ({"custody": None}, "custody"),
        ({"id": str(new_id())}, "id"),
        ({"address": {"street": "x"}}, "address.city"),
    ],
)
def test_a_wrong_change_of_a_guardian_is_refused_by_field(web: Web, sent: dict[str, Any], field: str) -> None:
    case = opened(web)
    answer = web.patch(f"/cases/{case['id']}/guardians/{case['guardians'][0]['id']}", sent)
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert web.get(f"/cases/{case['id']}").json["guardians"] == case["guardians"]


def test_a_guardian_of_another_case_is_not_found(web: Web) -> None:
    one, other = opened(web), opened(web)
    path = f"/cases/{one['id']}/guardians/{other['guardians'][0]['id']}"
    assert web.patch(path, {"first_name": "x"}).status_code == 404


def test_a_stale_change_of_a_guardian_is_refused(web: Web) -> None:
    case = opened(web)
    path = f"/cases/{case['id']}/guardians/{case['guardians'][0]['id']}"
    assert web.patch(path, {"first_name": "A"}, headers={"If-Match": '"1"'}).status_code == 200
    assert web.patch(path, {"first_name": "B"}, headers={"If-Match": '"1"'}).status_code == 412
    assert web.post(f"/cases/{case['id']}/guardians", guardian_values(), headers={"If-Match": '"1"'}).status_code == 412


def test_the_access_log_tells_who_looked_at_what_and_why_that_was_allowed(web: Web, world: World) -> None:
    case = opened(web)["id"]
    web.get(f"/cases/{case}", "team")
    web.get(f"/cases/{case}/timeline")
    web.patch(f"/cases/{case}", {"reason": "Anders."})
    log = web.get(f"/cases/{case}/access-log").json["items"]
    assert [(each["user_name"], each["action"], each["what"]) for each in log] == [
        ("Liaison", "change", "dossier"),
        ("Liaison", "read", "tijdlijn"),
        ("Team", "read", "dossier"),
        ("Ib Regenboog", "create", "dossier"),
    ]
    assert log[2]["basis"] == "schoolcontactpersoon van deze school"
    assert log[2]["role"] == "team_member"
    assert log[2]["on_behalf_of"] is None


def test_pages_are_logged_as_the_api_is(web: Web) -> None:
    case = opened(web)["id"]
    web.browser("team").get(f"/cases/dossiers/{case}")
    assert web.get(f"/cases/{case}/access-log").json["items"][0]["user_name"] == "Team"


def test_timeline_and_log_are_paged(web: Web) -> None:
    case = opened(web)["id"]
    for number in range(6):
        web.patch(f"/cases/{case}", {"reason": f"Reden {number}."})
    for part in ("timeline", "access-log"):
        seen: list[str] = []
        cursor = ""
        while True:
            page = web.get(f"/cases/{case}/{part}?limit=2{cursor}", "ib_regenboog").json
            seen += [each["id"] for each in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert len(seen) == len(set(seen)) >= 7
