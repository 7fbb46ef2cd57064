"""The pages: what staff see of mail, and the demo's postbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.notifications.adapters.mailbox import FileMailer
from shared.ids import new_id
from shared.tenancy import Role
from tests.integration.notifications.support import KLIMOP, REGENBOOG, MemoryMailer, Post, Web, make_web, no_answer

LIST = "/notifications/berichten"


def browser(web: Web, role: Role = "liaison", schools: tuple[UUID, ...] = (REGENBOOG,)) -> FlaskClient:
    client = web.app.test_client()
    client.set_cookie("session", web.token(role, *schools))
    return client


def csrf(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def items(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    """Of a list of the API, as the browser's login reads it."""
    page = client.get(f"/notifications/api/v1/{path}").json
    assert page is not None
    return list(page["items"])


def test_the_list_tells_what_became_of_each_message(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    post.invites(first_name="Mehmet", channel="phone")
    post.dispatcher(mailer).run_once()
    page = browser(web).get(LIST).text
    assert "Fatma Yılmaz" in page
    assert "Verstuurd" in page
    assert "Deze ouder wil gebeld worden. Bel deze ouder." in page
    only = browser(web).get(f"{LIST}?status=aandacht").text
    assert "Mehmet" in only
    assert "Fatma" not in only


def test_nonsense_in_the_address_is_ignored(web: Web) -> None:
    assert browser(web).get(f"{LIST}?status=<b>&case_id=x&school_id=1").status_code == 200
    assert browser(web).get(f"{LIST}?cursor=zzz").status_code == 422


def test_one_life_shows_the_mail_in_a_frame_that_may_do_nothing(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites(first_name="<script>alert(1)</script>")
    post.dispatcher(mailer).run_once()
    path = f"{LIST}/{post.messages()[0]['id']}"
    page, frame = browser(web).get(path), browser(web).get(f"{path}/inhoud")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert frame.headers["Content-Security-Policy"].endswith("; sandbox")
    assert "script-src" not in frame.headers["Content-Security-Policy"]
    for text in (page.text, frame.text):
        assert "<script>alert" not in text
        assert "geheim-token" not in text


def test_another_schools_message_is_not_there(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    post.dispatcher(mailer).run_once()
    path = f"{LIST}/{post.messages()[0]['id']}"
    other = browser(web, schools=(KLIMOP,))
    assert [other.get(each).status_code for each in (path, f"{path}/inhoud")] == [404, 404]
    assert "Fatma" not in other.get(LIST).text


def test_an_uncertain_message_is_decided_by_a_button(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    mailer.at_the_dot.append(no_answer())
    post.dispatcher(mailer, when_uncertain={"appointment_invitation": "ask"}).run_once()
    path = f"{LIST}/{post.messages()[0]['id']}"
    client = browser(web)
    page = client.get(path).text
    assert "Is aangekomen" in page
    assert client.post(f"{path}/aangekomen").status_code == 403
    token = {"csrf_token": csrf(page)}
    assert client.post(f"{path}/aangekomen", data=token).status_code == 303
    assert post.messages()[0]["status"] == "sent"
    assert client.post(f"{path}/opnieuw", data=token).status_code == 303
    assert "kan niet opnieuw worden verstuurd" in client.get(path).text
    assert client.post(f"{LIST}/{new_id()}/opnieuw", data=token).status_code == 404


def test_school_staff_see_no_button(web: Web, post: Post) -> None:
    post.invites(channel="phone")
    post.dispatcher(MemoryMailer()).run_once()
    path = f"{LIST}/{post.messages()[0]['id']}"
    assert "Opnieuw versturen" in browser(web).get(path).text
    assert "Opnieuw versturen" not in browser(web, "school_staff").get(path).text


@pytest.fixture
def demo(post: Post, tmp_path: Path) -> Iterator[Web]:
    made = make_web(post, tmp_path, demo=True)
    yield made
    made.app.extensions["service"].database.dispose()


def test_the_demos_postbox_needs_no_account_and_its_link_works(demo: Web, post: Post) -> None:
    post.invites(language="ar")
    post.dispatcher(FileMailer(post.service.config.mail_folder)).run_once()
    (post.service.config.mail_folder / "odd.eml").write_bytes(b"\xff\x00")
    client = demo.app.test_client()
    path = f"/notifications/postbus/{post.messages()[0]['id']}"
    assert "Postbus van de ouders" in client.get("/notifications/postbus").text
    assert path in client.get("/notifications/postbus").text
    page, frame = client.get(path), client.get(f"{path}/inhoud")
    assert "METHOD:REQUEST" in page.text
    assert 'href="http://127.0.0.1:8000/scheduling/reply/geheim-token"' in frame.text
    assert frame.headers["Content-Security-Policy"].endswith("sandbox allow-popups allow-popups-to-escape-sandbox")
    assert client.get(f"/notifications/postbus/{new_id()}").status_code == 404


def test_without_demo_there_is_no_postbox(web: Web, post: Post) -> None:
    post.invites()
    post.dispatcher(FileMailer(post.service.config.mail_folder)).run_once()
    path = f"/notifications/postbus/{post.messages()[0]['id']}"
    for each in ("/notifications/postbus", path, f"{path}/inhoud"):
        assert web.app.test_client().get(each).status_code == 404
        assert browser(web).get(each).status_code == 404


def test_a_list_costs_the_same_for_one_and_for_many(web: Web, post: Post, queries: Any) -> None:
    post.invites()
    with queries(web) as few:
        browser(web).get(LIST)
    for _ in range(15):
        post.invites()
    with queries(web) as many:
        browser(web).get(LIST)
    assert len(few) == len(many) <= 6


TEXTS = "/notifications/teksten"


def test_texts_are_shown_side_by_side_with_what_no_native_speaker_has_read(web: Web) -> None:
    client = browser(web)
    assert "Herinnering" in client.get(TEXTS).text
    page = client.get(f"{TEXTS}/appointment_invitation")
    assert page.text.count("<iframe") == 5
    assert page.text.count("Nog niet gelezen door een moedertaalspreker") == 4
    assert 'lang="ar" dir="rtl"' in page.text
    assert "Wijzigen" not in page.text
    frame = client.get(f"{TEXTS}/appointment_invitation/1/ar/inhoud")
    assert 'dir="rtl"' in frame.text
    assert frame.headers["Content-Security-Policy"].endswith("; sandbox")
    for path in (
        "none",
        "appointment_invitation?versie=9",
        "appointment_invitation?versie=x",
        "appointment_invitation/9/nl/inhoud",
    ):
        assert client.get(f"{TEXTS}/{path}").status_code == 404
    assert client.get(f"{TEXTS}/appointment_invitation/1/xx/inhoud").status_code == 422


def test_an_administrator_writes_publishes_and_rolls_back(web: Web) -> None:
    client, path = browser(web, "administrator", ()), f"{TEXTS}/appointment_invitation"
    form = client.get(f"{path}/wijzigen").text
    token = csrf(form)
    version = items(client, "templates/appointment_invitation/versions")[0]
    fields = {f"sources-{tag}": text.replace("\n", "\r\n") for tag, text in version["sources"].items()}
    broken = client.post(f"{path}/wijzigen", data={**fields, "sources-nl": "subject: x\n\n{child}", "csrf_token": token})
    assert broken.status_code == 422
    assert "{child}" in broken.text
    assert "Dit kan het programma niet invullen: child." in broken.text
    fields["sources-nl"] = fields["sources-nl"].replace("Een afspraak met u", "Wij willen u graag spreken")
    saved = client.post(f"{path}/wijzigen", data={**fields, "csrf_token": token})
    assert saved.headers["Location"].endswith("?versie=2")
    assert "Wij willen u graag spreken" in client.get(f"{path}/2/nl/inhoud").text
    assert client.post(f"{path}/2/gebruiken", data={"csrf_token": token}).status_code == 303
    assert "Wij willen u graag spreken" in client.get(f"{path}/2/nl/inhoud").text
    client.post(f"{path}/2/gebruiken", data={"csrf_token": token})
    assert "al in gebruik" in client.get(path).text
    client.post(f"{path}/1/gebruiken", data={"csrf_token": token})
    assert "Een afspraak met u" in client.get(path).text
    assert browser(web).get(f"{path}/wijzigen").status_code == 403


def test_failures_are_replayed_one_by_one_or_all(web: Web, post: Post) -> None:
    for number in range(3):
        post.rows(
            "insert into parked_events"
            " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
            " values (%s, %s, 'scheduling.appointment.moved.v1', %s, 1, '', 'dead', 8, 'KeyError', now(), now()) returning id",
            new_id(),
            REGENBOOG,
            f"appointment/{number}",
        )
    client = browser(web)
    page = client.get("/notifications/storingen").text
    assert page.count("Een afspraak is verzet") == 3
    token = {"csrf_token": csrf(page)}
    (first, *_) = items(client, "dead-letters")
    assert client.post("/notifications/storingen/gekozen", data={**token, "id": first["id"]}).status_code == 303
    assert "We proberen 1 storing opnieuw." in client.get("/notifications/storingen").text
    client.post("/notifications/storingen/opnieuw", data=token)
    assert "We proberen 2 storingen opnieuw." in client.get("/notifications/storingen").text
    assert "Geen storingen" in client.get("/notifications/storingen").text


def test_addresses_that_returned_mail_are_lifted_by_who_may(web: Web, post: Post) -> None:
    (row,) = post.rows(
        "insert into suppressions (school_id, id, address, reason, created_at, expires_at)"
        " values (%s, %s, 'fatma@voorbeeld.example', 'returned', now(), now() + interval '1 year') returning id",
        REGENBOOG,
        new_id(),
    )
    school = browser(web, "school_staff").get("/notifications/adressen").text
    assert "f***@v***.example" in school
    assert "Weer gebruiken" not in school
    client = browser(web)
    page = client.get("/notifications/adressen").text
    assert "fatma@voorbeeld.example" in page
    client.post(f"/notifications/adressen/{row['id']}/weer-gebruiken", data={"csrf_token": csrf(page)})
    assert "Alle adressen werken" in client.get("/notifications/adressen").text
