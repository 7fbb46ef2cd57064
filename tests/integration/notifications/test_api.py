"""The API: who sees what, in which form, and what bad input gets."""

from __future__ import annotations

import json

import pytest

from services.notifications.domain.retries import Refusal
from services.notifications.usecases.ports import Refused
from shared.errors import Failure
from shared.ids import new_id
from shared.tenancy import Role
from tests.integration.notifications.support import (
    KLIMOP,
    REGENBOOG,
    MemoryMailer,
    Post,
    Web,
    guardian,
    invitation,
    no_answer,
    refused,
)
from tests.integration.notifications.test_pages import browser

MESSAGES = "/notifications/api/v1/messages"


def test_a_message_as_the_contract_says(web: Web, post: Post, mailer: MemoryMailer) -> None:
    data = post.invites()
    post.dispatcher(mailer).run_once()
    (found,) = web.get(MESSAGES).json["items"]
    assert found["template"] == "appointment_invitation"
    assert found["template_version"] == 1
    assert found["language"] == "tr"
    assert found["subject"] == "Randevu 24 Kasım Salı, saat 14:00"
    assert found["status"] == "sent"
    assert found["attempts"] == 1
    assert found["case_id"] == str(data["case_id"])
    assert found["sent_at"] == "2026-11-23T09:00:00+00:00"


@pytest.mark.parametrize(
    ("role", "shown"),
    [("liaison", "fatma@voorbeeld.example"), ("school_staff", "f***@v***.example"), ("team_member", "f***@v***.example")],
)
def test_the_address_is_masked_for_who_may_not_read_it(web: Web, post: Post, role: str, shown: str) -> None:
    post.invites()
    (found,) = web.get(MESSAGES, role).json["items"]  # type: ignore[arg-type]  # a role's word
    assert found["recipient"] == shown


@pytest.mark.parametrize(("role", "reads"), [("liaison", True), ("team_member", False), ("school_staff", False)])
def test_an_address_that_the_server_repeats_is_masked_too(
    web: Web, post: Post, mailer: MemoryMailer, role: Role, reads: bool
) -> None:
    refusal = Refusal(550, "550 5.1.1 <fatma@voorbeeld.example>: fatma@voorbeeld.example is onbekend", about_this_mail=True)
    mailer.before_the_dot = [Refused(refusal)]
    post.invites()
    post.dispatcher(mailer).run_once()
    path = f"messages/{post.messages()[0]['id']}"
    answer = web.get(f"/notifications/api/v1/{path}", role)
    assert "onbekend" in answer.json["answer"]
    assert "onbekend" in answer.json["tries"][0]["answer"]
    assert ("fatma@voorbeeld.example" in answer.text) is reads
    assert (
        "fatma@voorbeeld.example" in browser(web, role).get(f"/notifications/berichten/{post.messages()[0]['id']}").text
    ) is reads


def test_another_schools_messages_are_not_there(web: Web, post: Post) -> None:
    post.invites()
    (message,) = post.messages()
    assert web.get(MESSAGES, schools=(KLIMOP,)).json["items"] == []
    assert web.get(f"{MESSAGES}?school_id={REGENBOOG}", schools=(KLIMOP,)).json["items"] == []
    other = web.get(f"{MESSAGES}/{message['id']}", schools=(KLIMOP,))
    unknown = web.get(f"{MESSAGES}/{new_id()}", schools=(KLIMOP,))
    assert (other.status_code, other.json) == (unknown.status_code, unknown.json)
    assert other.status_code == 404
    assert web.post_to(f"{MESSAGES}/{message['id']}/send-again", schools=(KLIMOP,)).status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_figures_and_administration_read_no_mail(web: Web, role: str) -> None:
    assert web.get(MESSAGES, role).status_code == 403  # type: ignore[arg-type]  # a role's word


def test_pages_follow_each_other_over_schools(web: Web, post: Post) -> None:
    person = guardian()
    for school in (REGENBOOG, KLIMOP):
        post.knows(person, school)
        for _ in range(4):
            post.asks(invitation(person), school)
    seen, cursor = [], ""
    while True:
        page = web.get(f"{MESSAGES}?limit=3{cursor}", schools=(REGENBOOG, KLIMOP)).json
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == sorted((str(row["id"]) for row in post.messages()), reverse=True)


def test_filters(web: Web, post: Post) -> None:
    data = post.invites()
    post.invites()
    assert [item["case_id"] for item in web.get(f"{MESSAGES}?case_id={data['case_id']}").json["items"]] == [str(data["case_id"])]
    assert len(web.get(f"{MESSAGES}?status=queued").json["items"]) == 2
    assert web.get(f"{MESSAGES}?status=sent").json["items"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "cursor=zzz", "cursor=%00", "status=gone", "case_id=1", "school_id=x"],
)
def test_bad_queries_are_refused_by_field(web: Web, query: str) -> None:
    answer = web.get(f"{MESSAGES}?{query}")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert list(answer.json["errors"]) == [query.split("=", maxsplit=1)[0]]


def test_one_life_tells_its_tries_and_hides_the_secret(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    mailer.before_the_dot.append(refused(451))
    hands = post.dispatcher(mailer)
    hands.run_once()
    post.clock.advance(hands.lease * 4)
    hands.run_once()
    (message,) = post.messages()
    found = web.get(f"{MESSAGES}/{message['id']}").json
    assert [(each["stage"], each["code"]) for each in found["tries"]] == [("refused", 451), ("accepted", 250)]
    assert "randevu" in found["text"]
    assert "geheim-token" not in json.dumps(found)


def test_an_uncertain_message_waits_for_a_person(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    mailer.at_the_dot.append(no_answer())
    post.dispatcher(mailer, when_uncertain={"appointment_invitation": "ask"}).run_once()
    path = f"{MESSAGES}/{post.messages()[0]['id']}"
    assert web.get(path).json["status"] == "uncertain"
    assert web.post_to(f"{path}/arrival").json["status"] == "sent"
    assert web.post_to(f"{path}/arrival").status_code == 409
    assert web.post_to(f"{path}/send-again").status_code == 409


def test_a_failed_message_can_be_sent_again(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    mailer.before_the_dot.append(refused(550, about_this_mail=True))
    post.dispatcher(mailer).run_once()
    path = f"{MESSAGES}/{post.messages()[0]['id']}"
    assert web.get(path).json["status"] == "failed"
    assert web.post_to(f"{path}/send-again", role="school_staff").status_code == 403
    assert web.post_to(f"{path}/send-again").json["status"] == "queued"
    post.dispatcher(mailer).run_once()
    assert web.get(path).json["status"] == "sent"
    assert "geheim-token" in mailer.delivered[0].content.decode()


def test_templates_and_their_preview_in_every_language(web: Web) -> None:
    templates = web.get("/notifications/api/v1/templates").json["items"]
    assert {each["name"] for each in templates} >= {"appointment_invitation", "appointment_changed", "appointment_cancelled"}
    unread = {language["tag"] for language in templates[0]["languages"] if not language["read_by_native"]}
    assert unread == {"ar", "en", "pl", "tr"}
    for tag in ("nl", "en", "tr", "ar", "pl"):
        found = web.get(f"/notifications/api/v1/templates/appointment_invitation/preview?language={tag}").json
        assert f'lang="{tag}" dir="{found["direction"]}"' in found["html"]
    assert web.get("/notifications/api/v1/templates/none/preview").status_code == 404
    assert web.get("/notifications/api/v1/templates/appointment_invitation/preview?language=xx").status_code == 422


def test_versions_are_drafted_checked_published_and_rolled_back(web: Web, post: Post, mailer: MemoryMailer) -> None:
    path = "/notifications/api/v1/templates/appointment_invitation/versions"
    (first,) = web.get(path, "administrator", ()).json["items"]
    sources = {tag: text.replace("Een afspraak met u", "Afspraak met u") for tag, text in first["sources"].items()}
    assert web.post_to(path, {"sources": sources}, "liaison").status_code == 403
    incomplete = web.post_to(path, {"sources": {"nl": sources["nl"], "xx": sources["nl"]}}, "administrator", ())
    assert incomplete.status_code == 422
    assert set(incomplete.json["errors"]) == {f"sources.{tag}" for tag in ("ar", "en", "pl", "tr", "xx")}
    child = {tag: text.replace("{host}", "{child}") for tag, text in sources.items()}
    refused = web.post_to(path, {"sources": child}, "administrator", ()).json["errors"]
    assert refused == {f"sources.{tag}": ["Dit kan het programma niet invullen: child."] for tag in sources}
    draft = web.post_to(path, {"sources": sources}, "administrator", ())
    assert (draft.status_code, draft.json["version"], draft.json["state"]) == (201, 2, "draft")
    assert web.post_to(f"{path}/2/publish", None, "administrator", ()).json["state"] == "published"
    post.invites(language="nl")
    post.dispatcher(mailer).run_once()
    assert post.messages()[0]["template_version"] == 2
    assert web.post_to(f"{path}/1/publish", None, "administrator", ()).json["state"] == "published"
    assert web.post_to(f"{path}/1/publish", None, "administrator", ()).status_code == 409
    assert web.post_to(f"{path}/9/publish", None, "administrator", ()).status_code == 404


def test_dead_letters_are_shown_and_replayed_by_who_may(web: Web, post: Post) -> None:
    letter = new_id()
    post.rows(
        "insert into parked_events"
        " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
        " values (%s, %s, 'cases.person.changed.v1', 'person/1', 1, '', 'dead', 8, %s, now(), now()) returning id",
        letter,
        REGENBOOG,
        Failure.__name__,
    )
    path = "/notifications/api/v1/dead-letters"
    assert [each["id"] for each in web.get(path).json["items"]] == [str(letter)]
    assert [each["id"] for each in web.get(path, "administrator", ()).json["items"]] == [str(letter)]
    assert web.get(path, schools=(KLIMOP,)).json["items"] == []
    assert web.post_to(f"{path}/{letter}/replay", schools=(KLIMOP,)).status_code == 404
    assert web.post_to(f"{path}/{letter}/replay").status_code == 202
    assert web.post_to(f"{path}/{letter}/replay").status_code == 404
