"""What people decide at their desks: trial mode, languages, calls and letters; and the log of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.notifications.domain.bounces import BounceReport
from services.notifications.usecases.bounces import record_bounce
from shared.clock import FixedClock
from shared.ids import new_id
from tests.integration.notifications.support import KLIMOP, REGENBOOG, STARTS_AT, MemoryMailer, Post, Web, guardian, invitation
from tests.integration.notifications.test_colleagues import employs
from tests.integration.notifications.test_pages import browser, csrf, items

API = "/notifications/api/v1"
DESK = "/notifications"


def administers(web: Web) -> FlaskClient:
    return browser(web, "administrator", ())


def advance(post: Post, by: timedelta) -> None:
    assert isinstance(post.clock, FixedClock)
    post.clock.advance(by)


def test_a_school_on_trial_writes_to_its_list_alone(web: Web, post: Post, mailer: MemoryMailer) -> None:
    first = post.invites()
    post.invites(first_name="Anneke", email="anneke@school.example")
    body = {"allowed": ["@School.example", " test@x.example "]}
    answer = web.app.test_client().put(f"{API}/trial-modes/{REGENBOOG}", json=body, headers=web.bearer("administrator", ()))
    assert answer.json is not None
    assert answer.json["allowed"] == ["@school.example", "test@x.example"]
    post.dispatcher(mailer).run_once()
    assert [mail.recipient for mail in mailer.delivered] == ["anneke@school.example"]
    kept = next(row for row in post.messages() if row["person_id"] == first["person_id"])
    assert (kept["status"], kept["reason"]) == ("suppressed", "trial_mode")
    assert post.told() == ["notifications.message.sent.v1"], "what is kept back is in no record, and nobody is to call about it"
    page = browser(web).get(f"{DESK}/berichten").text
    assert "Op proef: De Regenboog" in page
    assert "bewaard en niet verstuurd" in page
    assert "Niemand te bellen" in browser(web).get(f"{DESK}/bellijst").text
    ended = web.app.test_client().delete(f"{API}/trial-modes/{REGENBOOG}", headers=web.bearer("administrator", ()))
    assert ended.status_code == 204
    web.post_to(f"{API}/messages/{kept['id']}/send-again")
    post.dispatcher(mailer).run_once()
    assert mailer.delivered[-1].recipient == "fatma@voorbeeld.example"
    assert "Op proef" not in browser(web).get(f"{DESK}/berichten").text


def test_an_administrator_sets_the_trial_on_a_page(web: Web, post: Post) -> None:
    post.invites()
    client, path = administers(web), f"{DESK}/proef/{REGENBOOG}"
    assert "De Regenboog" in client.get(f"{DESK}/proef").text
    token = csrf(client.get(path).text)
    wrong = client.post(path, data={"allowed": "geen adres", "csrf_token": token})
    assert (wrong.status_code, "geen adres" in wrong.text) == (422, True)
    assert client.post(path, data={"allowed": "a@x.example\r\n@y.example", "csrf_token": token}).status_code == 303
    assert "Op proef" in client.get(f"{DESK}/proef").text
    assert client.post(f"{path}/stoppen", data={"csrf_token": token}).status_code == 303
    assert client.post(f"{path}/stoppen", data={"csrf_token": token}).status_code == 404
    log = client.get(f"{DESK}/handelingen").text
    assert "Zette de proef aan" in log
    assert "Zette de proef uit" in log
    assert client.get(f"{DESK}/proef/{new_id()}").status_code == 404
    assert browser(web).get(f"{DESK}/proef").status_code == 403


@pytest.mark.parametrize(
    ("fallback", "read", "language", "languages"),
    [
        ("both", False, "tr", "tr, nl"),
        ("alone", False, "tr", "tr"),
        ("dutch", False, "nl", "nl"),
        ("dutch", True, "tr", "tr, nl"),
    ],
)
def test_a_language_that_nobody_has_read_is_used_as_was_chosen(
    web: Web, post: Post, mailer: MemoryMailer, fallback: str, read: bool, language: str, languages: str
) -> None:
    body = {"fallback": fallback, "read_by_native": read}
    answer = web.app.test_client().put(f"{API}/languages/tr", json=body, headers=web.bearer("administrator", ()))
    assert answer.json == body | {"tag": "tr"}
    post.invites()
    post.dispatcher(mailer).run_once()
    assert post.messages()[0]["language"] == language
    assert f"Content-Language: {languages}\r\n".encode() in mailer.delivered[0].content


def test_languages_are_decided_on_a_page(web: Web) -> None:
    client = administers(web)
    page = client.get(f"{DESK}/talen").text
    assert page.count("Nog niet gelezen") == 4
    token = csrf(page)
    sent = {"fallback": "dutch", "read_by_native": "true", "csrf_token": token}
    assert client.post(f"{DESK}/talen/ar", data=sent).status_code == 303
    assert client.get(f"{DESK}/talen").text.count("Nog niet gelezen") == 3
    assert client.post(f"{DESK}/talen/xx", data=sent).status_code == 404
    dutch = client.post(f"{DESK}/talen/nl", data=sent)
    assert (dutch.status_code, "Deze taal is al gelezen" in dutch.text) == (409, True)
    assert client.post(f"{DESK}/talen/tr", data={"csrf_token": token}).status_code == 422


def calls(web: Web, **more: Any) -> list[dict[str, Any]]:
    return list(web.get(f"{API}/calls", **more).json["items"])


def test_who_got_no_mail_is_called_once_about_each_thing_and_its_newest_version(
    web: Web, post: Post, mailer: MemoryMailer
) -> None:
    person = guardian(channel="phone", interpreter_needed=True)
    post.knows(person)
    soon = STARTS_AT + timedelta(days=10)
    data = invitation(person, starts_at=soon)
    post.asks(data)
    post.dispatcher(mailer).run_once()
    post.asks(data | {"method": "update", "sequence": 1, "place": "at_school"})
    post.dispatcher(mailer).run_once()
    post.invites(first_name="Mehmet")
    post.dispatcher(mailer).run_once()
    (row,) = calls(web)
    assert (row["person_id"], row["templates"], row["tries"]) == (str(person["person_id"]), ["appointment_invitation"], 0)
    call = web.get(f"{API}/calls/{person['person_id']}").json
    (topic,) = call["topics"]
    turkish, dutch = topic["words"]
    assert (turkish["language"], dutch["language"]) == ("tr", "nl")
    assert "Plaats: op school" in dutch["text"]
    assert "Klik" not in dutch["text"]
    assert "Bel" in dutch["text"]
    assert calls(web, schools=(KLIMOP,)) == []
    assert web.get(f"{API}/calls/{person['person_id']}", schools=(KLIMOP,)).status_code == 404
    assert web.get(f"{API}/calls", role="school_staff").status_code == 403


def outcome(web: Web, person_id: UUID, result: str, *message_ids: str) -> Any:
    body = {"outcome": result, "message_ids": list(message_ids)}
    return web.post_to(f"{API}/calls/{person_id}/outcomes", body)


def test_a_call_that_is_made_leaves_the_list_and_counts_as_told(web: Web, post: Post, mailer: MemoryMailer) -> None:
    data = post.invites(channel="phone")
    person = data["person_id"]
    post.dispatcher(mailer).run_once()
    (message,) = post.messages()
    assert outcome(web, person, "not_reached", str(message["id"])).status_code == 200
    assert calls(web)[0]["tries"] == 1
    assert post.told() == ["notifications.message.suppressed.v1"], "nobody was reached yet"
    assert outcome(web, person, "reached", str(message["id"])).json["topics"] == []
    assert calls(web) == []
    assert post.told()[1:] == ["notifications.message.settled.v1"]
    assert outcome(web, person, "reached", str(message["id"])).status_code == 409
    assert outcome(web, person, "reached").status_code == 422
    assert len(post.told()) == 2
    post.asks(data | {"method": "cancel", "sequence": 1})
    post.dispatcher(mailer).run_once()
    (again,) = calls(web)
    assert again["templates"] == ["appointment_cancelled"], "who was told by phone must hear of it too"
    contacts = web.get(f"{API}/calls/{person}").json["contacts"]
    assert [each["outcome"] for each in contacts] == ["reached", "not_reached"]


def test_a_reminder_of_what_was_told_is_no_call_of_its_own(web: Web, post: Post, mailer: MemoryMailer) -> None:
    data = post.invites(channel="phone", starts_at=STARTS_AT + timedelta(days=10))
    advance(post, timedelta(days=8))
    post.dispatcher(mailer).run_once()
    (message,) = post.messages()
    assert {row["status"] for row in post.reminders()} == {"suppressed", "scheduled"}
    (topic,) = web.get(f"{API}/calls/{data['person_id']}").json["topics"]
    assert topic["message_id"] == str(message["id"])
    assert outcome(web, data["person_id"], "reached", topic["message_id"]).json["topics"] == []
    assert calls(web) == []


def test_what_comes_while_somebody_calls_is_still_to_be_told(web: Web, post: Post, mailer: MemoryMailer) -> None:
    data = post.invites(channel="phone")
    post.dispatcher(mailer).run_once()
    (message,) = post.messages()
    post.asks(data | {"method": "update", "sequence": 1})
    post.dispatcher(mailer).run_once()
    assert outcome(web, data["person_id"], "reached", str(message["id"])).status_code == 409
    assert len(calls(web)) == 1


def test_a_bounce_is_a_call_to_make_until_the_moment_is_over(web: Web, post: Post, mailer: MemoryMailer) -> None:
    employs(post)
    post.invites()
    post.dispatcher(mailer).run_once()
    record_bounce(post.service, BounceReport(post.messages()[0]["id"], REGENBOOG, "failed", "5.1.1", "550 nobody"))
    assert len(calls(web)) == 1
    advance(post, timedelta(days=2))
    assert calls(web) == []


def test_the_list_and_the_call_are_pages(web: Web, post: Post, mailer: MemoryMailer) -> None:
    data = post.invites(channel="phone", language="ar", interpreter_needed=True)
    post.dispatcher(mailer).run_once()
    client, path = browser(web), f"{DESK}/bellijst/{data['person_id']}"
    assert path in client.get(f"{DESK}/bellijst").text
    page = client.get(path).text
    assert "Regel eerst een tolk" in page
    assert 'lang="ar" dir="rtl"' in page
    token, message = csrf(page), post.messages()[0]["id"]
    none = client.post(path, data={"message_ids": str(message), "csrf_token": token})
    assert none.status_code == 422
    done = client.post(path, data={"message_ids": str(message), "outcome": "letter", "csrf_token": token})
    assert done.status_code == 303
    assert "Niets meer te vertellen" in client.get(path).text
    assert client.get(f"{path}/brief").status_code == 404


@pytest.mark.parametrize("language", ["nl", "ar", "tr"])
def test_a_letter_is_printed_with_an_address_that_is_kept_nowhere(
    web: Web, post: Post, mailer: MemoryMailer, language: str
) -> None:
    data = post.invites(channel="letter", language=language, first_name="Fatma #panic()")
    post.dispatcher(mailer).run_once()
    client, path = browser(web), f"{DESK}/bellijst/{data['person_id']}/brief"
    token = csrf(client.get(path).text)
    letter = client.post(path, data={"address": "F. Yilmaz\r\nGeheimstraat 12\r\n3011 AA Rotterdam", "csrf_token": token})
    assert letter.status_code == 200
    assert letter.data.startswith(b"%PDF")
    assert letter.headers["Cache-Control"] == "no-store"
    tables = [row["name"] for row in post.rows("select tablename as name from pg_tables where schemaname = 'public'")]
    assert not [name for name in tables if post.rows(f"select 1 from {name} each where each::text like '%%Geheimstraat%%'", *())]


def test_the_log_tells_who_did_what(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites(channel="phone")
    post.dispatcher(mailer).run_once()
    (message,) = post.messages()
    assert web.post_to(f"{API}/messages/{message['id']}/send-again").status_code == 200
    (entry,) = web.get(f"{API}/audit").json["items"]
    assert (entry["action"], entry["subject"], entry["actor_name"]) == (
        "message.sent_again",
        str(message["id"]),
        "Samira Bakkali",
    )
    assert web.get(f"{API}/audit", schools=(KLIMOP,)).json["items"] == []
    assert "Liet een bericht opnieuw versturen" in browser(web).get(f"{DESK}/berichten/{message['id']}").text


def test_figures_count_what_was_asked_for(web: Web, post: Post, mailer: MemoryMailer) -> None:
    for language in ("tr", "tr", "ar"):
        post.invites(language=language)
    advance(post, timedelta(seconds=30))
    post.invites(channel="phone")
    post.dispatcher(mailer).run_once()
    found = web.get(f"{API}/figures?days=14").json
    assert found["statuses"] == {"sent": 3, "suppressed": 1}
    assert found["languages"] == {"tr": 3, "ar": 1}
    assert len(found["days"]) == 14
    assert found["days"][-1] == {"day": "2026-11-23", "total": 4, "sent": 3, "not_arrived": 0}
    assert found["waits"]["median"] == 30.0
    assert web.get(f"{API}/figures?days=14", schools=(KLIMOP,)).json["statuses"] == {}
    page = browser(web).get(f"{DESK}/cijfers?days=90").text
    assert "<svg" in page
    assert "30 seconden" in page


def test_the_outbox_is_filtered(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites(language="ar", first_name="Mehmet")
    post.invites()
    post.dispatcher(mailer).run_once()
    advance(post, timedelta(days=8))
    client = browser(web)
    for query, count in {
        "language=ar": 1,
        "template=appointment_invitation": 2,
        "template=case_closed": 0,
        "side=staff": 0,
        "side=guardian": 2,
        "days=7": 0,
        "days=30": 2,
        "days=x&language=zz&template=zz": 2,
    }.items():
        page = client.get(f"{DESK}/berichten?{query}").text
        assert page.count("/notifications/berichten/") == count, query
    since = post.clock.now().isoformat().replace("+", "%2B")
    assert web.get(f"{API}/messages?asked_from={since}").json["items"] == []
    assert len(web.get(f"{API}/messages?asked_before={since}&side=guardian&language=tr").json["items"]) == 1


def test_versions_are_compared(web: Web) -> None:
    client, path = administers(web), f"{DESK}/teksten/case_closed"
    sources = items(client, "templates/case_closed/versions")[0]["sources"]
    changed = {**sources, "nl": sources["nl"].replace("Dank u wel.", "Bedankt.")}
    assert web.post_to(f"{API}/templates/case_closed/versions", {"sources": changed}, "administrator", ()).status_code == 201
    page = client.get(f"{path}?versie=2").text
    assert "Wat versie 2 anders zegt dan versie 1" in page
    assert "<ins>" in page
    assert "<del>" in page
    assert "Samira Bakkali" in page


def test_some_of_the_failures_are_replayed(web: Web, post: Post) -> None:
    ids = [new_id() for _ in range(3)]
    for number, letter in enumerate(ids):
        post.rows(
            "insert into parked_events"
            " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
            " values (%s, %s, 'cases.parents.asked.v1', %s, 1, '', 'dead', 8, 'KeyError', now(), now()) returning id",
            letter,
            REGENBOOG,
            f"ask/{number}",
        )
    client = browser(web)
    page = client.get(f"{DESK}/storingen").text
    assert "Er ontbrak een gegeven." in page
    token = csrf(page)
    chosen = {"id": [str(ids[0]), str(ids[1]), "x"], "csrf_token": token}
    assert client.post(f"{DESK}/storingen/gekozen", data=chosen).status_code == 303
    assert len(web.get(f"{API}/dead-letters").json["items"]) == 1
    none = client.post(f"{DESK}/storingen/gekozen", data={"csrf_token": token})
    assert (none.status_code, "Kies eerst" in none.text) == (422, True)
    assert web.post_to(f"{API}/dead-letters/replay", {"ids": [str(ids[2]), str(new_id())]}).json == {"replayed": 1}
    assert len(web.get(f"{API}/audit").json["items"]) == 3


def test_the_call_list_costs_the_same_for_one_and_for_many(web: Web, post: Post, mailer: MemoryMailer, queries: Any) -> None:
    post.invites(channel="phone")
    post.dispatcher(mailer).run_once()
    with queries(web) as few:
        browser(web).get(f"{DESK}/bellijst")
    for _ in range(12):
        post.invites(channel="phone")
    post.dispatcher(mailer, batch=50).run_once()
    with queries(web) as many:
        browser(web).get(f"{DESK}/bellijst")
    assert len(few) == len(many)
    first = calls(web, schools=(REGENBOOG,))
    page = web.get(f"{API}/calls?limit=5").json
    rest = web.get(f"{API}/calls?limit=50&cursor={page['next_cursor']}").json
    assert [each["person_id"] for each in page["items"] + rest["items"]] == [each["person_id"] for each in first]
    assert date(2026, 11, 23).isoformat() in first[0]["since"]
