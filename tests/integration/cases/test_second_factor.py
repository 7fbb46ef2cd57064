"""A code from an app: set up by oneself, asked for at the door, lost and reset; and the rest of one's own account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from services.cases.adapters.seal import Seal
from services.cases.domain.devices import device_of
from services.cases.service import CasesService
from services.cases.usecases import administration, second_factor, session
from services.cases.usecases.session import Credentials
from shared.errors import Unauthenticated
from tests.integration.cases.support import PASSWORD, Browser, Web, World

API = "/cases/api/v1"
LIAISON = "liaison@demo.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Somebody:
    """Somebody who is really logged in: their session is a row."""

    def __init__(self, web: Web, email: str = LIAISON) -> None:
        self.web, self.client = web, web.app.test_client()
        answer: Any = self.client.post(f"{API}/session", json={"email": email, "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer.json['access_token']}"}

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        return self.client.open(f"{API}/account{path}", method=method, json=json, headers=self.headers | headers)

    def enrol(self) -> tuple[pyotp.TOTP, list[str]]:
        app = pyotp.TOTP(self.call("POST", "/two-factor").json["secret"])
        answer = self.call("POST", "/two-factor/confirm", {"code": app.at(self.web.world.clock.now())})
        assert answer.status_code == 200, answer.json
        return app, answer.json["recovery_codes"]


def log_in(web: Web, code: str | None = None, password: str = PASSWORD, email: str = LIAISON) -> Any:
    given = {"email": email, "password": password} | ({"code": code} if code else {})
    return web.app.test_client().post(f"{API}/session", json=given)


def require_codes(web: Web, since: str | None) -> None:
    assert web.call("PATCH", "/alliance", "beheer", json={"totp_required_from": since}).status_code == 200


def test_who_sets_it_up_is_asked_from_then_on_and_a_recovery_code_stands_in_once(web: Web, world: World) -> None:
    me = Somebody(web)
    assert me.call("POST", "/two-factor/confirm", {"code": "123456"}).status_code == 410
    me.call("POST", "/two-factor")
    assert me.call("POST", "/two-factor/confirm", {"code": "000000"}).json["errors"].keys() == {"code"}
    assert log_in(web).status_code == 200
    app, codes = me.enrol()
    assert len(set(codes)) == 10
    assert log_in(web).json["code_wanted"]
    assert log_in(web, app.at(world.clock.now())).status_code == 401
    assert [log_in(web, codes[0].upper().replace("-", " ")).status_code for _ in range(2)] == [200, 401]
    world.clock.advance(timedelta(seconds=30))
    assert log_in(web, app.at(world.clock.now())).status_code == 200
    assert me.call("GET", "").json["recovery_codes_left"] == 9
    assert me.call("POST", "/two-factor").status_code == 409


def test_no_secret_lies_in_the_tables_in_the_log_or_among_kept_answers(web: Web, world: World) -> None:
    me = Somebody(web)
    secret = me.call("POST", "/two-factor", **{"Idempotency-Key": "a"}).json["secret"]
    sent = {"code": pyotp.TOTP(secret).at(world.clock.now())}
    codes = me.call("POST", "/two-factor/confirm", sent, **{"Idempotency-Key": "b"}).json["recovery_codes"]
    kept = str(world.rows("select * from recovery_codes")) + str(world.rows("select * from administration_log"))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert secret not in str(world.rows("select * from administration_log")) + str(world.rows("select * from accounts"))
    assert world.rows("select 1 from idempotency_keys") == []


def test_what_was_kept_open_still_works_and_is_sealed_by_its_first_use(web: Web, world: World) -> None:
    app, _codes = Somebody(web).enrol()
    world.rows("update accounts set totp_secret = %s, totp_last_step = null where email = %s returning 1", app.secret, LIAISON)
    assert log_in(web, app.at(world.clock.now())).status_code == 200
    (kept,) = world.rows("select totp_secret as of from accounts where email = %s", LIAISON)
    assert kept["of"].startswith("sealed:")
    world.clock.advance(timedelta(seconds=30))
    assert log_in(web, app.at(world.clock.now())).status_code == 200


def test_another_secret_key_needs_the_old_one_until_all_is_sealed_anew(web: Web, world: World) -> None:
    app, _codes = Somebody(web).enrol()
    old = world.service.config.secret_key
    kept = world.rows("select totp_secret as of from accounts where email = %s", LIAISON)[0]["of"]
    changed = _with_keys(world, "n" * 40, old)
    by = administration.administrator(changed, "beheer@demo.example")
    assert second_factor.reseal_all(_with_keys(world, "n" * 40, None), by) == (0, 1)
    assert second_factor.reseal_all(changed, by) == (1, 0)
    assert second_factor.reseal_all(_with_keys(world, "n" * 40, None), by) == (0, 0)
    anew = world.rows("select totp_secret as of from accounts where email = %s", LIAISON)[0]["of"]
    assert anew != kept
    assert Seal(["n" * 40]).open(world.users["liaison"], anew) == app.secret


def _with_keys(world: World, secret_key: str, old: str | None) -> CasesService:
    return replace(world.service, config=replace(world.service.config, secret_key=secret_key, old_secret_key=old))


def test_new_recovery_codes_make_the_old_ones_worthless(web: Web, world: World) -> None:
    me = Somebody(web)
    app, old = me.enrol()
    world.clock.advance(timedelta(seconds=30))
    assert me.call("POST", "/recovery-codes", {"code": "000000"}).status_code == 422
    new = me.call("POST", "/recovery-codes", {"code": app.at(world.clock.now())}).json["recovery_codes"]
    assert not set(old) & set(new)
    assert log_in(web, old[0]).status_code == 401
    assert log_in(web, new[0]).status_code == 200


def test_guessing_a_code_from_within_is_slowed_down_too(web: Web) -> None:
    me = Somebody(web)
    me.enrol()
    answers = [me.call("DELETE", "/two-factor", {"code": "000000"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_it_can_be_ended_unless_the_alliance_asks_for_it(web: Web, world: World) -> None:
    me = Somebody(web)
    _, codes = me.enrol()
    require_codes(web, "2027-01-01")
    assert me.call("DELETE", "/two-factor", {"code": codes[0]}).status_code == 409
    require_codes(web, None)
    assert me.call("DELETE", "/two-factor", {"code": codes[0]}).status_code == 204
    assert log_in(web).status_code == 200
    assert world.rows("select 1 from recovery_codes") == []


def test_who_lost_everything_is_let_in_again_by_the_administrator_and_everybody_else_is_out(web: Web, world: World) -> None:
    me = Somebody(web)
    me.enrol()
    path = f"/users/{world.users['liaison']}/two-factor"
    world.clock.advance(timedelta(seconds=1))
    assert web.call("DELETE", path, "liaison").status_code == 403
    assert web.call("DELETE", path, "beheer").status_code == 204
    assert web.call("DELETE", path, "beheer").status_code == 409
    assert me.call("GET", "").status_code == 401
    assert world.rows("select 1 from sessions where ended_at is null and user_id = %s", world.users["liaison"]) == []
    assert log_in(web).status_code == 200
    log = web.call("GET", "/administration-log", "beheer").json["items"]
    assert (log[0]["action"], log[0]["about_name"]) == ("totp_reset", "Liaison")


def test_where_codes_are_asked_for_nobody_comes_in_without_setting_one_up(web: Web, world: World) -> None:
    require_codes(web, "2026-11-23")
    refused = log_in(web)
    assert (refused.status_code, refused.json["enrolment_wanted"]) == (401, True)
    assert world.rows("select 1 from sessions where user_id = %s", world.users["liaison"]) == []
    client = web.app.test_client()
    given = {"email": LIAISON, "password": PASSWORD, "naar": "/cases/dossiers"}
    sent = client.post("/cases/inloggen", data=given)
    assert sent.location == "/cases/inloggen/code-instellen?naar=%2Fcases%2Fdossiers"
    page = client.get(sent.location).text
    secret = page.partition('<code id="sleutel">')[2].partition("</code>")[0]
    assert "<svg" in page
    assert client.post(sent.location, data={"code": "000000"}).status_code == 422
    assert client.get("/cases/dossiers").status_code == 303
    answer = client.post(sent.location, data={"code": pyotp.TOTP(secret).at(world.clock.now()), "naar": "/cases/dossiers"})
    assert answer.text.count("<li><code>") == 10
    assert client.get("/cases/dossiers").status_code == 200
    assert web.app.test_client().get("/cases/inloggen/code-instellen").status_code == 410


def test_the_door_stands_open_for_a_quarter_of_an_hour_and_for_the_last_who_knocked(web: Web, world: World) -> None:
    require_codes(web, "2026-11-23")
    clients = [web.app.test_client() for _ in range(2)]
    for client in clients:
        client.post("/cases/inloggen", data={"email": LIAISON, "password": PASSWORD})
    statuses = [client.get("/cases/inloggen/code-instellen").status_code for client in clients]
    assert statuses == [410, 200]
    world.clock.advance(timedelta(minutes=15))
    assert clients[1].get("/cases/inloggen/code-instellen").status_code == 410


def test_before_that_day_the_browser_is_led_past_it_and_may_go_on(web: Web) -> None:
    require_codes(web, "2026-12-01")
    client = web.app.test_client()
    sent = client.post("/cases/inloggen", data={"email": LIAISON, "password": PASSWORD, "naar": "/cases/dossiers"})
    assert sent.location == "/cases/account/code?naar=%2Fcases%2Fdossiers"
    page = client.get(sent.location).text
    assert "1 december 2026" in page
    assert 'href="/cases/dossiers"' in page
    assert log_in(web).status_code == 200


def test_another_password_ends_all_other_logins_and_this_one_goes_on(web: Web, world: World) -> None:
    here, elsewhere = Somebody(web), Somebody(web)
    new = "nog een heel lang wachtwoord"
    assert here.call("POST", "/password", {"current": "fout", "new": new}).json["errors"].keys() == {"current"}
    assert here.call("POST", "/password", {"current": PASSWORD, "new": "kort"}).json["errors"].keys() == {"new"}
    assert here.call("POST", "/password", {"current": PASSWORD, "new": new}).status_code == 204
    assert here.call("GET", "").status_code == 200
    assert elsewhere.call("GET", "").status_code == 401
    assert log_in(web).status_code == 401
    assert log_in(web, password=new).status_code == 200
    assert len(world.told("cases.session.ended")) == 1


def test_one_sees_where_one_is_logged_in_and_ends_it_there(web: Web, world: World) -> None:
    elsewhere = session.log_in(world.service, Credentials(LIAISON, PASSWORD, "10.0.0.1", device=device_of(FIREFOX)))
    here, other = Somebody(web), Somebody(web, "liaison_klimop@demo.example")
    sessions = here.call("GET", "").json["sessions"]
    assert {each["device"] for each in sessions} == {None, "Firefox, Windows"}
    path = f"/sessions/{elsewhere.principal.session_id}"
    assert other.call("DELETE", path).status_code == 404
    assert here.call("DELETE", path).status_code == 204
    assert here.call("DELETE", path).status_code == 404
    with pytest.raises(Unauthenticated):
        session.renew(world.service, elsewhere.principal.user_id, elsewhere.principal.session_id)
    third = Somebody(web)
    assert here.call("DELETE", "/sessions").status_code == 204
    assert (here.call("GET", "").status_code, third.call("GET", "").status_code) == (200, 401)


def test_the_pages_of_ones_own_account(web: Web, world: World) -> None:
    client = web.app.test_client()
    client.post("/cases/inloggen", data={"email": LIAISON, "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    browser = Browser(client)
    assert "Firefox, Windows" in browser.get("/cases/account").text
    begun = browser.post("/cases/account/code/beginnen", page="/cases/account/code").location
    page = browser.get(begun).text
    secret = page.partition('<code id="sleutel">')[2].partition("</code>")[0]
    sent = {"code": pyotp.TOTP(secret).at(world.clock.now())}
    assert browser.post("/cases/account/code", sent).text.count("<li><code>") == 10
    world.clock.advance(timedelta(seconds=30))
    sent = {"code": pyotp.TOTP(secret).at(world.clock.now())}
    assert browser.post("/cases/account/herstelcodes", sent, "/cases/account/code").text.count("<li><code>") == 10
    wrong = browser.post("/cases/account/wachtwoord", {"current": "x", "new": "y" * 12, "again": "z" * 12}, "/cases/account")
    assert "iets anders dan het wachtwoord hierboven" in wrong.text
    assert browser.post("/cases/account/sessies/uitloggen", page="/cases/account").status_code == 303
    world.clock.advance(timedelta(seconds=30))
    sent = {"code": pyotp.TOTP(secret).at(world.clock.now())}
    assert browser.post("/cases/account/code/uitzetten", sent, "/cases/account/code").location == "/cases/account"
    assert log_in(web).status_code == 200


def test_a_device_is_two_words() -> None:
    chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
    assert device_of(chrome) == "Chrome, Android"
    assert device_of("curl/8.0") is None
