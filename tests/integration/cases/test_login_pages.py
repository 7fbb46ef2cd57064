"""Coming in and going out, in a browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.cases.usecases import administration
from tests.integration.cases.support import PASSWORD, SINCE, Web, World, make_web

DOSSIERS = "/cases/dossiers"


def test_whoever_is_not_in_is_sent_to_log_in_and_then_on(web: Web) -> None:
    client = web.app.test_client()
    sent = client.get(f"{DOSSIERS}?phase=closed")
    assert sent.location == "/cases/inloggen?naar=%2Fcases%2Fdossiers%3Fphase%3Dclosed"
    given = {"email": "liaison@demo.example", "password": PASSWORD, "naar": f"{DOSSIERS}?phase=closed"}
    answer = client.post("/cases/inloggen", data=given)
    assert answer.location == f"{DOSSIERS}?phase=closed"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=ey")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert client.get(answer.location).status_code == 200
    assert client.get("/cases/inloggen").location == "/cases/"


def test_over_https_the_cookie_is_bound_to_this_host(world: World) -> None:
    secure = make_web(world, public_url="https://partnerschap.example")
    given = {"email": "liaison@demo.example", "password": PASSWORD}
    cookie = (
        secure.app.test_client()
        .post("/cases/inloggen", data=given, base_url="https://partnerschap.example")
        .headers["Set-Cookie"]
    )
    assert cookie.startswith("__Host-session=ey")
    assert "Secure" in cookie


@pytest.mark.parametrize("target", ["https://elders.example/", "//elders.example", "/\\elders.example", "javascript:alert(1)"])
def test_logging_in_leads_nowhere_else(web: Web, target: str) -> None:
    given = {"email": "liaison@demo.example", "password": PASSWORD, "naar": target}
    assert web.app.test_client().post("/cases/inloggen", data=given).location == "/cases/"


def test_a_wrong_password_keeps_the_address_and_says_the_same_to_all(web: Web) -> None:
    client = web.app.test_client()
    for email in ("liaison@demo.example", "niemand@demo.example"):
        answer = client.post("/cases/inloggen", data={"email": email, "password": "een fout woord"})
        assert answer.status_code == 401
        assert "Dit e-mailadres en wachtwoord horen niet bij elkaar." in answer.text
        assert f'value="{email}"' in answer.text
        assert "een fout woord" not in answer.text


def test_too_many_wrong_passwords_say_when_to_come_back(web: Web) -> None:
    client = web.app.test_client()
    for _ in range(10):
        client.post("/cases/inloggen", data={"email": "liaison@demo.example", "password": "mis"})
    answer = client.post("/cases/inloggen", data={"email": "liaison@demo.example", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Te veel pogingen" in answer.text


def test_a_form_of_another_site_logs_nobody_in(web: Web) -> None:
    given = {"email": "liaison@demo.example", "password": PASSWORD}
    headers = {"Origin": "https://elders.example"}
    assert web.app.test_client().post("/cases/inloggen", data=given, headers=headers).status_code == 403


def logged_in(web: Web) -> Any:
    client = web.app.test_client()
    client.post("/cases/inloggen", data={"email": "liaison@demo.example", "password": PASSWORD})
    return client


def test_a_login_is_renewed_in_silence_for_twelve_hours_and_then_asked_for(web: Web, world: World) -> None:
    client = logged_in(web)
    for _ in range(11):
        world.clock.advance(timedelta(hours=1))
        sent = client.get(f"{DOSSIERS}?q=a")
        assert sent.location == "/cases/sessie/vernieuwen?naar=%2Fcases%2Fdossiers%3Fq%3Da"
        assert client.get(sent.location).location == f"{DOSSIERS}?q=a"
        assert client.get(DOSSIERS).status_code == 200
    world.clock.advance(timedelta(minutes=41))
    sent = client.get(client.get(DOSSIERS).location)
    assert sent.location == "/cases/inloggen?naar=%2Fcases%2Fdossiers"
    assert client.get(sent.location).status_code == 200


def test_renewing_leads_nowhere_else_and_needs_a_login(web: Web) -> None:
    assert logged_in(web).get("/cases/sessie/vernieuwen?naar=https://elders.example").location == "/cases/"
    assert web.app.test_client().get("/cases/sessie/vernieuwen").location == "/cases/inloggen"


def test_logging_out_takes_the_cookie_and_the_token(web: Web) -> None:
    client = logged_in(web)
    page = client.get("/cases/").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    stolen = client.get_cookie("session").value
    assert client.post("/cases/uitloggen").status_code == 403
    assert client.post("/cases/uitloggen", data={"csrf_token": token}).location == "/cases/inloggen"
    assert client.get_cookie("session") is None
    assert "U bent uitgelogd." in client.get("/cases/inloggen").text
    thief = web.app.test_client()
    thief.set_cookie("session", stolen)
    sent = thief.get("/cases/")
    assert sent.location == "/cases/sessie/vernieuwen?naar=%2Fcases%2F"
    assert thief.get(sent.location).location == "/cases/inloggen"
    assert thief.get_cookie("session") is None


def test_whose_schools_change_gets_a_new_token_unasked(web: Web, world: World) -> None:
    client = logged_in(web)
    world.clock.advance(timedelta(seconds=1))
    administration.assign(world.service, world.by, world.users["liaison"], world.schools["klimop"], SINCE)
    sent = client.get(DOSSIERS)
    assert sent.location == "/cases/sessie/vernieuwen?naar=%2Fcases%2Fdossiers"
    assert client.get(sent.location).location == DOSSIERS
    assert "De Klimop" in client.get(DOSSIERS).text


def test_the_demo_says_who_can_log_in_and_a_real_site_does_not(world: World, web: Web) -> None:
    demo = make_web(world, demo=True)
    assert "ouderfunctionaris@demo.example" in demo.app.test_client().get("/cases/inloggen").text
    assert "demo.example" not in web.app.test_client().get("/cases/inloggen").text
