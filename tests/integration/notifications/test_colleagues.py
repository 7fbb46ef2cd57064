"""Mails to colleagues: who gets one, when, once, and in nobody's record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.people import ALLIANCE
from services.notifications.persistence.unit_of_work import Work, work
from services.notifications.usecases import choices, colleagues, people
from services.notifications.usecases.bounces import record_bounce
from services.notifications.usecases.housekeeping import report_failures
from shared.clock import FixedClock
from shared.ids import new_id
from shared.tenancy import NOBODY, Scope
from tests.integration.notifications.support import KLIMOP, REGENBOOG, STARTS_AT, MemoryMailer, Post, Web, guardian
from tests.integration.notifications.test_pages import browser, csrf

Told = Callable[[Work, UUID, dict[str, Any], datetime], None]


def told(post: Post, use: Told, data: dict[str, Any], school: UUID = REGENBOOG) -> None:
    with work(post.service.database, Scope.of_schools({school})) as opened:
        use(opened, school, data, post.clock.now())


def employs(post: Post, role: str = "liaison", school: UUID = REGENBOOG, **more: Any) -> UUID:
    """A colleague of the school, known from `cases`."""
    data = {
        "person_id": new_id(),
        "name": "Samira Bakkali",
        "first_name": "Samira",
        "role": role,
        "email": "samira@alliantie.example",
        "phone": None,
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
    } | more
    with work(post.service.database, Scope.of_schools({school})) as opened:
        people.keep_staff(opened, school, data)
    return UUID(str(data["person_id"]))


def answer(host: UUID, parent: UUID, response: str = "accepted", **more: Any) -> dict[str, Any]:
    participants = [{"person_id": parent, "response": response}, {"person_id": host, "response": "accepted"}]
    return {
        "appointment_id": new_id(),
        "case_id": new_id(),
        "starts_at": STARTS_AT,
        "host_id": host,
        "participants": participants,
        "changed_by": parent,
    } | more


def advance(post: Post, by: timedelta) -> None:
    assert isinstance(post.clock, FixedClock)
    post.clock.advance(by)


def test_the_host_hears_the_newest_answer_of_a_parent(post: Post, mailer: MemoryMailer) -> None:
    host, parent = employs(post), new_id()
    data = answer(host, parent)
    told(post, colleagues.tell_answer, data)
    advance(post, timedelta(seconds=5))
    told(post, colleagues.tell_answer, answer(host, parent, "declined", appointment_id=data["appointment_id"]))
    post.dispatcher(mailer).run_once()
    assert [(row["status"], row["template"]) for row in post.messages()] == [
        ("cancelled", "parent_answered"),
        ("sent", "parent_answered"),
    ]
    (mail,) = mailer.delivered
    assert mail.recipient == "samira@alliantie.example"
    assert b"nee, kan niet" in mail.content
    assert post.told() == []
    assert post.is_consistent()


@pytest.mark.parametrize("by", ["host", "nobody", "a stranger"])
def test_who_knows_already_is_not_told(post: Post, by: str) -> None:
    host, parent = employs(post), new_id()
    changed_by = {"host": host, "nobody": None, "a stranger": new_id()}[by]
    told(post, colleagues.tell_answer, answer(host, parent, changed_by=changed_by))
    assert post.messages() == []


def test_a_mail_that_came_back_asks_the_liaison_to_call(post: Post, mailer: MemoryMailer) -> None:
    liaison = employs(post)
    employs(post, "team_member", email="marjan@alliantie.example")
    employs(post, email="weg@alliantie.example", valid_until=date(2026, 6, 30))
    post.invites()
    post.dispatcher(mailer).run_once()
    (sent,) = post.messages()
    assert record_bounce(post.service, BounceReport(sent["id"], REGENBOOG, "failed", "5.1.1", "550 no such user"))
    failed = {"message_id": sent["id"], "case_id": sent["case_id"], "person_id": sent["person_id"], "template": sent["template"]}
    told(post, colleagues.tell_to_call, failed)
    asked = [row for row in post.messages() if row["template"] == "parent_to_call"]
    assert [row["person_id"] for row in asked] == [liaison]
    told(post, colleagues.tell_to_call, failed | {"template": "parent_to_call"})
    assert len(post.messages()) == 2
    post.dispatcher(mailer).run_once()
    assert b"Yilmaz" not in mailer.delivered[-1].content
    assert mailer.delivered[-1].recipient == "samira@alliantie.example"


def test_who_left_the_school_hears_nothing_of_it(post: Post, mailer: MemoryMailer) -> None:
    host = employs(post, valid_until=date(2026, 6, 30))
    told(post, colleagues.tell_answer, answer(host, new_id()))
    post.dispatcher(mailer).run_once()
    assert [(row["status"], row["reason"]) for row in post.messages()] == [("suppressed", "has_left")]
    assert post.told() == []


def test_one_digest_in_the_morning_adds_up_the_schools(post: Post, mailer: MemoryMailer) -> None:
    person = employs(post)
    employs(post, school=KLIMOP, person_id=person)
    on = date(2026, 11, 24)
    for school, count in ((REGENBOOG, 2), (KLIMOP, 3)):
        told(
            post,
            colleagues.tell_digest,
            {"person_id": person, "on": on, "reviews_due": count, "cases_ending": 0, "waiting": 1},
            school,
        )
    (digest,) = post.messages()
    assert (digest["school_id"], digest["status"]) == (ALLIANCE, "scheduled")
    assert digest["not_before"] == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert post.dispatcher(mailer).run_once() == 0
    advance(post, digest["not_before"] - post.clock.now())
    post.dispatcher(mailer).run_once()
    assert b"terug te kijken: 5" in mailer.delivered[0].content
    assert post.is_consistent()


def test_coordinators_are_told_of_emergency_access_and_schools_see_nothing_of_it(post: Post, mailer: MemoryMailer) -> None:
    coordinator = new_id()
    with work(post.service.database, NOBODY) as opened:
        people.keep_colleague(
            opened, {"user_id": coordinator, "name": "Ruben Osei", "email": "r@x.example", "role": "coordinator", "active": True}
        )
    access = {"access_id": new_id(), "case_id": new_id(), "person_id": new_id(), "coordinator_ids": [coordinator]}
    told(post, colleagues.tell_emergency, access)
    told(post, colleagues.tell_emergency, access)
    post.dispatcher(mailer).run_once()
    assert [mail.recipient for mail in mailer.delivered] == ["r@x.example"]
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        assert opened.messages.schools() == []
    assert {row["school_id"] for row in post.messages()} == {ALLIANCE}


def test_an_invitation_holds_the_link_until_it_is_over(web: Web, post: Post, mailer: MemoryMailer) -> None:
    user, ends = new_id(), post.clock.now() + timedelta(days=7)
    data = {"user_id": user, "name": "Noor el Idrissi", "email": "noor@x.example", "token": "welkom-token", "expires_at": ends}
    data["purpose"] = "invitation"
    with work(post.service.database, NOBODY) as opened:
        colleagues.invite(opened, data, post.clock.now())
    post.dispatcher(mailer).run_once()
    assert b"/cases/uitnodiging/welkom-token" in mailer.delivered[0].content
    (copy,) = post.rows("select text from message_copies")
    (listed,) = web.get("/notifications/api/v1/alliance-messages", "administrator", ()).json["items"]
    assert listed["recipient"] == "noor@x.example"
    assert web.get("/notifications/api/v1/alliance-messages").status_code == 403
    assert web.get("/notifications/api/v1/messages").json["items"] == []
    post.invites()
    page = browser(web, "administrator", ()).get("/notifications/berichten").text
    assert "Noor el Idrissi" in page
    assert "Fatma" not in page
    assert "welkom-token" not in copy["text"]


def test_administrators_hear_of_failures_once_an_hour(post: Post) -> None:
    with work(post.service.database, NOBODY) as opened:
        known = {"user_id": new_id(), "name": "Petra Kuipers", "email": "p@x.example", "role": "administrator", "active": True}
        people.keep_colleague(opened, known)
        people.keep_colleague(opened, known | {"user_id": new_id(), "active": False})
    report_failures(post.service)
    assert post.messages() == []
    for number in range(2):
        post.rows(
            "insert into parked_events"
            " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
            " values (%s, %s, 'x', %s, 1, '', 'dead', 8, 'KeyError', %s, now()) returning id",
            new_id(),
            REGENBOOG,
            f"appointment/{number}",
            post.clock.now(),
        )
        report_failures(post.service)
    assert [row["template"] for row in post.messages()] == ["events_failed"]


def test_a_parent_chooses_a_time_unless_there_is_nothing_to_choose_any_more(post: Post, mailer: MemoryMailer) -> None:
    people_asked = [guardian(email=f"ouder{number}@voorbeeld.example") for number in range(2)]
    choice = {
        "choice_id": new_id(),
        "case_id": people_asked[0]["case_id"],
        "kind": "home_visit",
        "place": "at_home",
        "slots": [
            {"starts_at": STARTS_AT + timedelta(days=n), "ends_at": STARTS_AT + timedelta(days=n, hours=1)} for n in range(3)
        ],
        "host_first_name": "Samira",
        "host_phone": None,
        "reply_token": "kies-token",
        "expires_at": STARTS_AT,
    }
    for person in people_asked:
        post.knows(person)
        told(post, choices.request_choice, choice | {"person_id": person["person_id"]})
        told(post, choices.request_choice, choice | {"person_id": person["person_id"]})
    post.dispatcher(mailer, batch=1).run_once()
    told(post, choices.close_choice, choice)
    post.dispatcher(mailer).run_once()
    assert sorted(row["status"] for row in post.messages()) == ["cancelled", "sent"]
    assert b"/scheduling/reply/kies-token" in mailer.delivered[0].content
    assert post.is_consistent()


def test_an_administrator_lifts_a_colleagues_address_and_no_parents(web: Web, post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    invited = {
        "user_id": new_id(),
        "name": "Nora Smit",
        "email": "nora@school.example",
        "token": "geheim",
        "purpose": "invitation",
    }
    with work(post.service.database, NOBODY) as opened:
        colleagues.invite(opened, invited | {"expires_at": STARTS_AT}, post.clock.now())
    post.dispatcher(mailer).run_once()
    for row in post.messages():
        assert record_bounce(post.service, BounceReport(row["id"], row["school_id"], "failed", "5.2.2", "552 full"))
    path = "/notifications/api/v1/suppressions"
    (mine,) = web.get(path, "administrator", ()).json["items"]
    (theirs,) = web.get(path).json["items"]
    assert (mine["address"], theirs["address"]) == ("nora@school.example", "fatma@voorbeeld.example")
    headers = web.bearer("administrator", ())
    assert web.app.test_client().delete(f"{path}/{theirs['id']}", headers=headers).status_code == 404
    assert web.app.test_client().delete(f"{path}/{mine['id']}", headers=web.bearer()).status_code == 404
    page = browser(web, "administrator", ())
    shown = page.get("/notifications/adressen").text
    assert ("nora@school.example" in shown, "fatma" in shown) == (True, False)
    lifted = page.post(f"/notifications/adressen/{mine['id']}/weer-gebruiken", data={"csrf_token": csrf(shown)})
    assert (lifted.status_code, web.get(path, "administrator", ()).json["items"]) == (303, [])
