"""An administrator's work: schools, people by invitation, where they work, teams, and the log of all that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.usecases import administration
from shared.ids import new_id
from shared.tenancy import Scope
from tests.integration.cases.support import PASSWORD, Web, World, person

NEW = {"name": "Fatima Haddad", "email": "Fatima@Voorbeeld.example", "role": "liaison", "phone": "06 12345678"}
CHOSEN = "een heel lang wachtwoord"


def admin(web: Web, method: str, path: str, **options: Any) -> Any:
    return web.call(method, path, "beheer", **options)


def invited(web: Web, **more: Any) -> dict[str, Any]:
    answer = admin(web, "POST", "/users", json=NEW | more)
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def token(world: World) -> str:
    return str(world.told("cases.staff.invited")[-1]["data"]["token"])


def choose(web: Web, token: str, password: str = CHOSEN) -> Any:
    return web.app.test_client().post("/cases/api/v1/password", json={"token": token, "password": password})


def log_in(web: Web, email: str = "fatima@voorbeeld.example", password: str = CHOSEN) -> Any:
    return web.app.test_client().post("/cases/api/v1/session", json={"email": email, "password": password})


def actions(web: Web) -> list[str]:
    return [each["action"] for each in admin(web, "GET", "/administration-log").json["items"]]


def test_who_is_invited_chooses_a_password_once_and_is_in(web: Web, world: World) -> None:
    made = invited(web)
    assert (made["state"], made["first_name"], made["assignments"]) == ("invited", "Fatima", [])
    told = world.told("cases.staff.invited")[-1]
    assert told["data"]["email"] == "Fatima@voorbeeld.example"
    assert "schoolid" not in told
    assert log_in(web).status_code == 401
    assert choose(web, token(world), "kort").status_code == 422
    assert choose(web, token(world)).status_code == 204
    assert choose(web, token(world), "een ander lang wachtwoord").status_code == 410
    assert log_in(web).status_code == 200
    assert admin(web, "GET", f"/users/{made['id']}").json["state"] == "active"
    assert actions(web)[:2] == ["password_chosen", "user_invited"]
    assert CHOSEN not in str(admin(web, "GET", "/administration-log").json)
    assert token(world) not in str(admin(web, "GET", "/administration-log").json)


def test_a_link_that_is_over_withdrawn_replaced_or_forged_opens_nothing(web: Web, world: World) -> None:
    made = invited(web)
    first = token(world)
    admin(web, "POST", f"/users/{made['id']}/invitation")
    assert choose(web, first).status_code == 410
    second = token(world)
    assert admin(web, "DELETE", f"/users/{made['id']}/invitation").status_code == 204
    assert admin(web, "DELETE", f"/users/{made['id']}/invitation").status_code == 409
    assert choose(web, second).status_code == 410
    assert admin(web, "GET", f"/users/{made['id']}").json["state"] == "not_invited"
    admin(web, "POST", f"/users/{made['id']}/invitation")
    world.clock.advance(timedelta(days=7))
    assert choose(web, token(world)).status_code == 410
    assert admin(web, "GET", f"/users/{made['id']}").json["state"] == "invitation_over"
    assert choose(web, "x" + token(world)[1:]).status_code == 404


def test_an_address_is_invited_once(web: Web) -> None:
    invited(web)
    assert admin(web, "POST", "/users", json=NEW | {"email": "fatima@voorbeeld.example"}).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"email": "fatima"}, {"role": "baas"}, {"phone": "12"}, {"password": "x"}, {"first_name": 1}]
)
def test_who_is_invited_wrongly_is_refused_by_field(web: Web, wrong: dict[str, Any]) -> None:
    answer = admin(web, "POST", "/users", json=NEW | wrong)
    assert (answer.status_code, set(answer.json["errors"])) == (422, set(wrong))


def test_a_forgotten_password_is_chosen_anew_and_whoever_was_in_is_out(web: Web, world: World) -> None:
    old = log_in(web, "liaison@demo.example", PASSWORD).json["access_token"]
    client = web.app.test_client()
    asked = [client.post("/cases/api/v1/password/forgotten", json={"email": each}) for each in ("liaison@demo.example", "x@y.nl")]
    assert [each.status_code for each in asked] == [202, 202]
    assert asked[0].data == asked[1].data
    assert len(world.told("cases.staff.invited")) == 1
    assert world.told("cases.staff.invited")[0]["data"]["purpose"] == "new_password"
    world.clock.advance(timedelta(seconds=1))
    assert choose(web, token(world)).status_code == 204
    assert client.get("/cases/api/v1/cases", headers={"Authorization": f"Bearer {old}"}).status_code == 401
    assert log_in(web, "liaison@demo.example", PASSWORD).status_code == 401
    assert log_in(web, "liaison@demo.example").status_code == 200
    assert world.rows("select 1 from sessions where ended_at is null and expires_at > %s", world.clock.now()) != []


def test_a_mailbox_is_not_filled_with_links(web: Web, world: World) -> None:
    for _ in range(5):
        web.app.test_client().post("/cases/api/v1/password/forgotten", json={"email": "liaison@demo.example"})
    assert len(world.told("cases.staff.invited")) == 3


def test_a_shut_account_cannot_be_opened_by_a_link(web: Web, world: World) -> None:
    made = invited(web)
    admin(web, "POST", f"/users/{made['id']}/deactivate")
    assert choose(web, token(world)).status_code == 410
    assert admin(web, "POST", f"/users/{made['id']}/invitation").status_code == 409


def test_schools_are_registered_renamed_stopped_and_resumed(web: Web, world: World) -> None:
    made = admin(web, "POST", "/schools", json={"name": "De Wilg", "brin": "14gh00"})
    assert (made.status_code, made.json["brin"]) == (201, "14GH00")
    path = f"/schools/{made.json['id']}"
    changed = admin(web, "PATCH", path, json={"name": "De Treurwilg"}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json["brin"]) == (200, "14GH00")
    stale = admin(web, "PATCH", path, json={"name": "x"}, headers={"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412
    assert world.told("cases.school.registered")[-1]["data"]["name"] == "De Treurwilg"
    assert admin(web, "PATCH", path, json={"brin": "1"}).json["errors"].keys() == {"brin"}
    assert admin(web, "POST", f"{path}/stop", json={"last_day": "2026-11-23"}).json["stopped_on"] == "2026-11-23"
    user = world.users["liaison"]
    sent = {"school_id": made.json["id"], "valid_from": "2026-11-24"}
    assert admin(web, "POST", f"/users/{user}/assignments", json=sent).status_code == 409
    assert admin(web, "POST", f"{path}/resume").json["stopped_on"] is None
    assert admin(web, "POST", f"/users/{user}/assignments", json=sent).status_code == 201


def test_a_school_with_open_dossiers_goes_on_and_one_without_lets_everybody_go(web: Web, world: World) -> None:
    world.opens()
    path = f"/schools/{world.schools['regenboog']}/stop"
    refused = admin(web, "POST", path, json={"last_day": "2026-11-23"})
    assert refused.status_code == 409
    assert "1 dossiers" in refused.json["detail"]
    empty = world.schools["klimop"]
    assert admin(web, "POST", f"/schools/{empty}/stop", json={"last_day": "2026-11-23"}).status_code == 200
    running = world.rows("select 1 from assignments where school_id = %s and valid_until is distinct from '2026-11-23'", empty)
    assert running == []
    assert {each["data"]["school_id"] for each in world.told("cases.staff.released")} == {str(empty)}


def test_people_change_and_the_others_hear_it_where_they_work(web: Web, world: World) -> None:
    path = f"/users/{world.users['team']}"
    before = admin(web, "GET", path)
    answer = admin(web, "PATCH", path, json={"name": "Team Anders"}, headers={"If-Match": before.headers["ETag"]})
    assert answer.json["name"] == "Team Anders"
    told = [each["data"] for each in world.told("cases.staff.assigned")][-2:]
    assert {each["name"] for each in told} == {"Team Anders"}
    assert len({each["school_id"] for each in told}) == 2
    assert admin(web, "PATCH", path, json={"name": "x"}, headers={"If-Match": before.headers["ETag"]}).status_code == 412
    assert admin(web, "PATCH", path, json={"email": "x@y.nl"}).status_code == 422


def test_another_role_waits_until_nobody_reads_with_the_old_one(web: Web, world: World) -> None:
    path = f"/users/{world.users['ib_regenboog']}"
    assert admin(web, "PATCH", path, json={"role": "liaison"}).status_code == 409
    school = str(world.schools["regenboog"])
    ended = {"school_id": school, "last_day": "2026-11-22"}
    assert admin(web, "POST", f"{path}/assignments/end", json=ended).status_code == 204
    assert admin(web, "PATCH", path, json={"role": "liaison"}).json["role"] == "liaison"
    sent = {"school_id": school, "valid_from": "2026-11-23"}
    assert admin(web, "POST", f"{path}/assignments", json=sent).json["role"] == "liaison"
    roles = [each["role"] for each in admin(web, "GET", path).json["assignments"]]
    assert roles == ["liaison", "school_staff"]


def test_the_last_administrator_stays(web: Web, world: World) -> None:
    path = f"/users/{world.users['beheer']}"
    assert admin(web, "POST", f"{path}/deactivate").status_code == 403
    assert admin(web, "PATCH", path, json={"role": "coordinator"}).status_code == 409
    second = administration.add_user(world.service, world.by, person("tweede", "administrator"))
    assert admin(web, "PATCH", path, json={"role": "coordinator"}).status_code == 200
    by = Scope(audience="administration", actor_id=second.id)
    with pytest.raises(Exception, match="laatste beheerder"):
        administration.change_user(world.service, by, second.id, {"role": "coordinator"})


def test_who_is_shut_out_is_out_everywhere_and_comes_back_without_schools(web: Web, world: World) -> None:
    user = world.users["team"]
    access = log_in(web, "team@demo.example", PASSWORD).json["access_token"]
    world.clock.advance(timedelta(seconds=1))
    assert admin(web, "POST", f"/users/{user}/deactivate").status_code == 204
    headers = {"Authorization": f"Bearer {access}"}
    assert web.app.test_client().get("/cases/api/v1/cases", headers=headers).status_code == 401
    assert world.rows("select 1 from sessions where user_id = %s and ended_at is null", user) == []
    released = [UUID(each["data"]["person_id"]) for each in world.told("cases.staff.released")]
    assert released == [user, user]
    assert admin(web, "POST", f"/users/{user}/reactivate").status_code == 204
    world.clock.advance(timedelta(days=1))
    assert log_in(web, "team@demo.example", PASSWORD).json["user"]["school_ids"] == []


def test_a_team_is_of_people_and_schools_and_gives_them_to_each_other_when_asked(web: Web, world: World) -> None:
    sent = {
        "name": "OAT Noord",
        "school_ids": [str(world.schools["regenboog"]), str(world.schools["klimop"])],
        "user_ids": [str(world.users["liaison"])],
    }
    made = admin(web, "POST", "/teams", json=sent)
    assert made.status_code == 201
    assert set(made.json["school_ids"]) == set(sent["school_ids"])
    assert admin(web, "POST", "/teams", json=sent).status_code == 422
    path = f"/teams/{made.json['id']}"
    fewer = sent | {"school_ids": sent["school_ids"][:1]}
    changed = admin(web, "PUT", path, json=fewer, headers={"If-Match": made.headers["ETag"]})
    assert changed.json["school_ids"] == fewer["school_ids"]
    assert admin(web, "PUT", path, json=fewer, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    for wrong in ({"user_ids": [str(world.users["ib_regenboog"])]}, {"school_ids": [str(new_id())]}):
        assert admin(web, "PUT", path, json=sent | wrong).json["errors"].keys() == wrong.keys()
    assert admin(web, "DELETE", path).status_code == 204
    assert admin(web, "GET", path).status_code == 404


def test_another_alliance_sees_and_changes_nothing_here(web: Web, world: World) -> None:
    other = administration.found_alliance(world.service, "Elders", person("elders", "administrator"))
    world.users["beheer"], ours = other.id, world.users["liaison"]
    assert [each["name"] for each in admin(web, "GET", "/users").json["items"]] == ["Elders"]
    assert admin(web, "GET", "/teams").json["items"] == []
    assert actions(web) == ["alliance_founded"]
    asked = [
        ("GET", f"/users/{ours}", None),
        ("PATCH", f"/users/{ours}", {"name": "x"}),
        ("POST", f"/users/{ours}/invitation", None),
        ("DELETE", f"/users/{ours}/invitation", None),
        ("POST", f"/users/{ours}/deactivate", None),
        ("POST", f"/users/{ours}/reactivate", None),
        ("GET", f"/schools/{world.schools['klimop']}", None),
        ("PATCH", f"/schools/{world.schools['klimop']}", {"name": "x"}),
        ("POST", f"/schools/{world.schools['klimop']}/stop", {"last_day": "2026-11-23"}),
    ]
    for method, path, sent in asked:
        assert admin(web, method, path, json=sent).status_code == 404, path


@pytest.mark.parametrize("key", ["liaison", "ib_regenboog", "team", "coordinator"])
def test_only_an_administrator_administers(web: Web, key: str) -> None:
    for method, path in (("GET", "/users"), ("GET", "/administration-log"), ("GET", "/teams"), ("POST", "/schools")):
        assert web.call(method, path, key, json={} if method == "POST" else None).status_code == 403


def test_the_log_is_only_ever_added_to(web: Web, world: World) -> None:
    granted = world.rows(
        "select privilege_type as may from information_schema.role_table_grants"
        " where grantee = 'cases_app' and table_name = 'administration_log'"
    )
    assert {each["may"] for each in granted} == {"SELECT", "INSERT"}
    for number in range(3):
        admin(web, "POST", "/schools", json={"name": f"School {number}"})
    first = admin(web, "GET", "/administration-log?limit=2").json
    second = admin(web, "GET", f"/administration-log?limit=2&cursor={first['next_cursor']}").json
    assert [each["about_name"] for each in (*first["items"], *second["items"])][:3] == ["School 2", "School 1", "School 0"]
    assert first["items"][0]["actor_name"] == "Beheer"


def test_everybody_at_once_costs_as_much_as_one(web: Web, world: World) -> None:
    with web.queries() as few:
        admin(web, "GET", "/users")
    for number in range(12):
        world.hire(f"nieuw{number}", "liaison", "klimop", since=date(2026, 9, 1))
    with web.queries() as many:
        assert len(admin(web, "GET", "/users").json["items"]) == 19
    assert len(few) == len(many) <= 8


def test_the_pages_do_what_the_api_does(web: Web, world: World) -> None:
    browser = web.browser("beheer")
    school = browser.post("/cases/beheer/scholen/nieuw", {"name": "De Linde", "brin": "15JK00"})
    assert school.status_code == 303
    form = {"name": "Fatima Haddad", "email": "fatima@voorbeeld.example", "role": "liaison"}
    assert browser.post("/cases/beheer/mensen/nieuw", form | {"email": "fatima"}).status_code == 422
    person_page = browser.post("/cases/beheer/mensen/nieuw", form).location
    assert "Uitgenodigd" in browser.get(person_page).text
    linde = next(each for each in admin(web, "GET", "/schools").json["items"] if each["name"] == "De Linde")["id"]
    given = {"school_id": linde, "valid_from": "2026-11-01", "valid_until": ""}
    assert browser.post(f"{person_page}/scholen", given, person_page).status_code == 303
    assert "De Linde" in browser.get(person_page).text
    wrong = browser.post(f"{person_page}/scholen", given | {"valid_until": "2026-10-01"}, person_page)
    assert (wrong.status_code, "Kies een dag na de eerste." in wrong.text) == (422, True)
    ended = {"ending_school_id": linde, "last_day": "2026-11-22"}
    assert browser.post(f"{person_page}/scholen/einde", ended, person_page).status_code == 303
    assert "voorbij" in browser.get(person_page).text
    assert "Fatima Haddad" in browser.get(f"/cases/beheer/scholen/{linde}").text
    team = {"name": "OAT Zuid", "school_ids": [linde], "user_ids": [person_page.rsplit("/", 1)[1]]}
    assert browser.post("/cases/beheer/teams/nieuw", team).status_code == 303
    listed = browser.get("/cases/beheer/teams").text
    assert "OAT Zuid" in listed
    one = listed.partition('href="/cases/beheer/teams/')[2].partition('"')[0]
    while one == "nieuw":
        listed = listed.partition('href="/cases/beheer/teams/nieuw')[2]
        one = listed.partition('href="/cases/beheer/teams/')[2].partition('"')[0]
    browser.post(f"/cases/beheer/teams/{one}/toewijzen", page=f"/cases/beheer/teams/{one}")
    assert world.rows("select 1 from assignments where school_id = %s and valid_from = '2026-11-23'", linde) != []
    log = browser.get("/cases/beheer/logboek").text
    assert log.index("Aan een school toegewezen") < log.index("Team gemaakt") < log.index("School toegevoegd")
    assert browser.post(f"{person_page}/uitzetten", page=person_page).status_code == 303
    assert "Uitgezet" in browser.get(person_page).text


def test_the_page_of_the_link_says_who_it_is_for_and_takes_two_equal_passwords(web: Web, world: World) -> None:
    invited(web)
    path, client = f"/cases/uitnodiging/{token(world)}", web.app.test_client()
    page = client.get(path).text
    assert "Welkom" in page
    assert "Maasoevers" in page
    wrong = client.post(path, data={"password": CHOSEN, "again": "iets anders"})
    assert wrong.status_code == 422
    assert "iets anders dan het wachtwoord hierboven" in wrong.text
    assert client.post(path, data={"password": CHOSEN, "again": CHOSEN}).location == "/cases/inloggen"
    assert client.get(path).status_code == 410
    assert log_in(web).status_code == 200
    said = [client.post("/cases/wachtwoord-vergeten", data={"email": each}) for each in ("fatima@voorbeeld.example", "x@y.nl")]
    assert [each.location for each in said] == ["/cases/inloggen"] * 2
    assert len(world.told("cases.staff.invited")) == 2
