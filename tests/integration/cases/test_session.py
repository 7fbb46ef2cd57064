"""Logging in and out: who gets in, how fast strangers may guess, and what ends when."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher

from services.cases.adapters.passwords import Passwords
from services.cases.domain.accounts import SESSION_LIFETIME
from services.cases.usecases import administration, session
from services.cases.usecases.session import Credentials
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts, Unauthenticated
from shared.identity import TokenVerifier
from shared.tenancy import Scope
from tests.integration.cases.support import CHEAP, PASSWORD, SINCE, Web, World, body, person

LIAISON = {"email": "liaison@demo.example", "password": PASSWORD}


def log_in(web: Web, **given: Any) -> Any:
    return web.app.test_client().post("/cases/api/v1/session", json=LIAISON | given)


def attempt(world: World, password: str = "fout", email: str = "liaison@demo.example", network: str = "10.0.0.1") -> None:
    with pytest.raises(Unauthenticated):
        session.log_in(world.service, Credentials(email, password, network))


def test_the_right_password_gives_a_token_that_every_service_understands(web: Web, world: World) -> None:
    answer = log_in(web, email="Liaison@Demo.Example")
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 3600
    assert answer.json["user"] == {
        "id": str(world.users["liaison"]),
        "name": "Liaison",
        "role": "liaison",
        "school_ids": [str(world.schools["regenboog"])],
    }
    who = TokenVerifier(world.service.config.token_keys_file).verify(answer.json["access_token"], world.clock.now())
    assert who.school_ids == {world.schools["regenboog"]}


def test_wrong_is_the_same_whether_or_not_there_is_such_an_account(web: Web) -> None:
    wrong, unknown = log_in(web, password="fout"), log_in(web, email="niemand@demo.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.data == unknown.data
    assert wrong.content_type == "application/problem+json"
    assert {name for name, _ in wrong.headers} == {name for name, _ in unknown.headers}


class Counting(PasswordHasher):
    """Counts how often a password is checked, and with how much work."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked: list[str] = []

    def verify(self, kept: str | bytes, password: str | bytes) -> Any:
        self.checked.append(str(kept).split("$")[3])
        return super().verify(kept, password)


def test_and_so_is_the_work(web: Web, world: World) -> None:
    hasher = Counting()
    service = replace(world.service, passwords=Passwords(hasher))
    done = []
    for email in ("liaison@demo.example", "niemand@demo.example"):
        hasher.checked.clear()
        with web.queries() as statements, pytest.raises(Unauthenticated):
            session.log_in(service, Credentials(email, "fout", "10.0.0.1"))
        done.append((list(hasher.checked), [statement.split("where")[0] for statement in statements]))
    assert done[0] == done[1]
    assert len(done[0][0]) == 1


def test_ten_wrong_passwords_slow_the_account_down_known_or_not(web: Web, world: World) -> None:
    for email in ("liaison@demo.example", "niemand@demo.example"):
        for number in range(10):
            attempt(world, email=email, network=f"10.0.{number}.1")
        answer = log_in(web, email=email)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 30
    world.clock.advance(timedelta(seconds=31))
    assert log_in(web).status_code == 200


def test_ten_wrong_passwords_slow_the_network_address_down(web: Web, world: World) -> None:
    for number in range(10):
        attempt(world, email=f"niemand{number}@demo.example", network="127.0.0.1")
    assert log_in(web).status_code == 429
    login = session.log_in(world.service, Credentials("liaison@demo.example", PASSWORD, "10.9.9.9"))
    assert login.principal.role == "liaison"


def test_the_right_password_starts_the_account_anew_and_takes_one_off_the_network(world: World) -> None:
    for _ in range(9):
        attempt(world)
    session.log_in(world.service, Credentials("liaison@demo.example", PASSWORD, "10.0.0.1"))
    counts = {row["kind"]: row["count"] for row in world.rows("select kind, count from login_failures")}
    assert counts == {"network": 9}


def test_the_table_of_failures_names_nobody(world: World) -> None:
    attempt(world, email="liaison@demo.example")
    assert b"liaison" not in b"".join(bytes(row["subject"]) for row in world.rows("select subject from login_failures"))


def test_an_hour_later_nobody_remembers(world: World) -> None:
    for _ in range(10):
        attempt(world)
    world.clock.advance(timedelta(hours=2))
    attempt(world)
    assert {row["count"] for row in world.rows("select count from login_failures")} == {1}


def test_many_guesses_at_once_are_counted_one_by_one(world: World) -> None:
    """Ten are free, whoever asks in how many threads: an attempt is counted before it is tried."""
    for _ in range(8):
        attempt(world)
    results: list[str] = []

    def guess() -> None:
        try:
            session.log_in(world.service, Credentials("liaison@demo.example", "fout", "10.0.0.1"))
        except (Unauthenticated, TooManyAttempts) as error:
            results.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["TooManyAttempts"] * 4 + ["Unauthenticated"] * 2


def test_logging_out_ends_it_here_at_once_and_tells_the_others(web: Web, world: World) -> None:
    token = log_in(web).json["access_token"]
    client, headers = web.app.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.get("/cases/api/v1/cases", headers=headers).status_code == 200
    assert client.delete("/cases/api/v1/session", headers=headers).status_code == 204
    assert client.get("/cases/api/v1/cases", headers=headers).status_code == 401
    assert client.post("/cases/api/v1/cases", json=body(world.schools["regenboog"]), headers=headers).status_code == 401
    assert client.delete("/cases/api/v1/session", headers=headers).status_code == 204
    ended = world.told("cases.session.ended")
    assert len(ended) == 1
    assert ended[0]["data"]["user_id"] == str(world.users["liaison"])
    assert "schoolid" not in ended[0]


def test_logging_out_of_one_device_leaves_the_other_in(web: Web) -> None:
    first, second = log_in(web).json["access_token"], log_in(web).json["access_token"]
    client = web.app.test_client()
    client.delete("/cases/api/v1/session", headers={"Authorization": f"Bearer {first}"})
    assert client.get("/cases/api/v1/cases", headers={"Authorization": f"Bearer {second}"}).status_code == 200


def test_a_session_can_be_renewed_for_twelve_hours_and_takes_todays_schools(world: World) -> None:
    login = session.log_in(world.service, Credentials("liaison@demo.example", PASSWORD, "10.0.0.1"))
    who = login.principal
    administration.assign(world.service, world.by, who.user_id, world.schools["klimop"], SINCE)
    world.clock.advance(timedelta(hours=11, minutes=30))
    again = session.renew(world.service, who.user_id, who.session_id)
    assert again.principal.school_ids == {world.schools["regenboog"], world.schools["klimop"]}
    assert again.principal.expires_at == login.ends_at == who.issued_at + SESSION_LIFETIME
    world.clock.advance(timedelta(minutes=31))
    with pytest.raises(Unauthenticated):
        session.renew(world.service, who.user_id, who.session_id)


def test_an_ended_or_another_persons_session_is_not_renewed(world: World) -> None:
    who = session.log_in(world.service, Credentials("liaison@demo.example", PASSWORD, "10.0.0.1")).principal
    with pytest.raises(Unauthenticated):
        session.renew(world.service, world.users["ib_regenboog"], who.session_id)
    session.log_out(world.service, who)
    with pytest.raises(Unauthenticated):
        session.renew(world.service, who.user_id, who.session_id)


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_whoever_reads_no_dossiers_gets_no_schools_in_their_token(web: Web, role: str) -> None:
    email = {"coordinator": "coordinator@demo.example", "administrator": "beheer@demo.example"}[role]
    answer = log_in(web, email=email)
    assert answer.json["user"]["role"] == role
    assert answer.json["user"]["school_ids"] == []


def enrolled(world: World) -> pyotp.TOTP:
    address = administration.enrol_code(world.service, world.users["liaison"])
    found = pyotp.parse_uri(address)
    assert isinstance(found, pyotp.TOTP)
    return found


def test_who_uses_an_app_needs_its_code_and_each_code_once(web: Web, world: World) -> None:
    app = enrolled(world)
    code = app.at(world.clock.now())
    assert log_in(web, code=code).status_code == 200
    assert log_in(web, code=code).status_code == 401
    world.clock.advance(timedelta(seconds=30))
    assert log_in(web, code=app.at(world.clock.now())).status_code == 200


def test_only_who_knows_the_password_learns_that_a_code_is_wanted(web: Web, world: World) -> None:
    enrolled(world)
    asked, wrong = log_in(web), log_in(web, password="fout")
    assert asked.status_code == wrong.status_code == 401
    assert asked.json["code_wanted"]
    assert "code_wanted" not in wrong.json
    assert world.rows("select count from login_failures where kind = 'account'") == [{"count": 1}]


def test_guessing_codes_is_slowed_down_as_well(web: Web, world: World) -> None:
    enrolled(world)
    answers = [log_in(web, code="000000").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_a_shut_account_stays_out_and_its_tokens_end(web: Web, world: World) -> None:
    token = log_in(web).json["access_token"]
    world.clock.advance(timedelta(seconds=1))
    administration.deactivate(world.service, world.by, world.users["liaison"])
    headers = {"Authorization": f"Bearer {token}"}
    assert web.app.test_client().get("/cases/api/v1/cases", headers=headers).status_code == 401
    assert log_in(web).status_code == 401
    assert world.told("cases.access.revoked")[-1]["data"]["user_id"] == str(world.users["liaison"])
    with pytest.raises(Forbidden):
        administration.deactivate(world.service, world.by, world.users["beheer"])


def test_rights_follow_the_dates_of_the_assignment(world: World) -> None:
    today = world.clock.now().date()
    key = "invaller"
    user_id = world.hire(key, "liaison", "klimop", since=today + timedelta(days=1), until=today + timedelta(days=2))
    seen: list[frozenset[UUID]] = []
    for _ in range(4):
        seen.append(session.log_in(world.service, Credentials(f"{key}@demo.example", PASSWORD, "10.0.0.1")).principal.school_ids)
        world.clock.advance(timedelta(days=1))
    there = frozenset({world.schools["klimop"]})
    assert seen == [frozenset(), there, there, frozenset()]
    assert user_id in {UUID(event["data"]["person_id"]) for event in world.told("cases.staff.assigned")}


def test_who_is_released_loses_the_school_with_the_next_token(web: Web, world: World) -> None:
    token = log_in(web).json["access_token"]
    world.clock.advance(timedelta(seconds=1))
    yesterday = world.clock.now().date() - timedelta(days=1)
    administration.release(world.service, world.by, world.users["liaison"], world.schools["regenboog"], yesterday)
    headers = {"Authorization": f"Bearer {token}"}
    assert web.app.test_client().get("/cases/api/v1/cases", headers=headers).status_code == 401
    world.clock.advance(timedelta(seconds=1))
    assert log_in(web).json["user"]["school_ids"] == []
    assert world.told("cases.staff.released")[0]["data"]["valid_until"] == yesterday.isoformat()
    with pytest.raises(NotFound):
        administration.release(world.service, world.by, world.users["liaison"], world.schools["klimop"], yesterday)


def test_weaker_hashes_are_made_stronger_when_their_owner_logs_in(world: World) -> None:
    stronger = replace(world.service, passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    session.log_in(stronger, Credentials("liaison@demo.example", PASSWORD, "10.0.0.1"))
    kept = world.rows("select password_hash from accounts where email = 'liaison@demo.example'")[0]["password_hash"]
    assert "t=2" in kept
    assert CHEAP.verify(kept, PASSWORD)


def test_an_address_is_of_one_account_and_a_password_is_long(world: World) -> None:
    with pytest.raises(Conflict):
        administration.add_user(world.service, world.by, person("liaison", "liaison"))
    with pytest.raises(Invalid):
        administration.add_user(world.service, world.by, replace(person("nieuw", "liaison"), password="kort"))


def test_administration_stays_within_its_alliance(world: World) -> None:
    stranger = administration.found_alliance(world.service, "Elders", person("elders", "administrator"))
    by = Scope(audience="administration", actor_id=stranger.id)
    with pytest.raises(NotFound):
        administration.assign(world.service, by, world.users["liaison"], world.schools["regenboog"], SINCE)
    with pytest.raises(NotFound):
        administration.deactivate(world.service, by, world.users["liaison"])
    here = administration.register_school(world.service, by, "De Vreemde", "12AB00")
    with pytest.raises(NotFound):
        administration.assign(world.service, world.by, world.users["liaison"], here.id, SINCE)
    assert administration.administrator(world.service, "elders@demo.example") == by
    with pytest.raises(NotFound):
        administration.administrator(world.service, "liaison@demo.example")


def test_a_brin_is_of_one_school_and_school_staff_of_one_too(world: World) -> None:
    administration.register_school(world.service, world.by, "De Eerste", "12AB00")
    with pytest.raises(Invalid):
        administration.register_school(world.service, world.by, "De Tweede", "12ab00")
    with pytest.raises(Invalid):
        administration.assign(world.service, world.by, world.users["ib_regenboog"], world.schools["klimop"], SINCE)


SHAPES: list[dict[str, Any]] = [
    {"email": None},
    {"email": ""},
    {"email": "a\u0000b"},
    {"password": 5},
    {"password": "x" * 2000},
    {"code": "1" * 30},
    {"extra": 1},
]


@pytest.mark.parametrize("given", SHAPES)
def test_a_login_of_the_wrong_shape_is_refused_by_field(web: Web, given: dict[str, Any]) -> None:
    answer = log_in(web, **given)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == set(given)


def test_the_keys_are_published_for_others_to_verify_with(web: Web, world: World) -> None:
    answer = web.app.test_client().get("/cases/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.json == json.loads(world.service.config.token_keys_file.read_text())
    assert all("d" not in key for key in answer.json["keys"])
