"""Reminders go with their appointment, and to nobody who said that they cannot come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases import people
from shared.tenancy import Scope
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post

STARTS_AT = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
THREE_DAYS_BEFORE = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
ONE_DAY_BEFORE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def answers(post: Post, data: dict[str, Any], response: str) -> None:
    told = {"appointment_id": data["appointment_id"], "participants": [{"person_id": data["person_id"], "response": response}]}
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        people.keep_answers(opened, REGENBOOG, told)


def test_two_reminders_leave_in_the_morning_three_days_and_one_day_before(post: Post, mailer: MemoryMailer) -> None:
    post.invites(starts_at=STARTS_AT)
    assert [(row["status"], row["not_before"]) for row in post.reminders()] == [
        ("scheduled", THREE_DAYS_BEFORE),
        ("scheduled", ONE_DAY_BEFORE),
    ]
    hands = post.dispatcher(mailer)
    hands.run_once()
    for at in (THREE_DAYS_BEFORE, ONE_DAY_BEFORE):
        post.clock.set(at - timedelta(minutes=1))
        assert hands.run_once() == 0
        post.clock.set(at)
        assert hands.run_once() == 1
    assert [row["status"] for row in post.reminders()] == ["sent", "sent"]
    last = mailer.delivered[-1].content.decode()
    assert "geheim-token" in last
    assert "text/calendar" not in last
    assert post.is_consistent()


def test_a_move_takes_its_reminders_along_and_a_cancellation_takes_them_away(post: Post, mailer: MemoryMailer) -> None:
    data = post.invites(starts_at=STARTS_AT)
    post.dispatcher(mailer).run_once()
    later = STARTS_AT + timedelta(days=7)
    post.asks(data | {"method": "update", "sequence": 1, "starts_at": later, "ends_at": later + timedelta(hours=1)})
    assert [(row["sequence"], row["status"]) for row in post.reminders()] == [
        (0, "cancelled"),
        (0, "cancelled"),
        (1, "scheduled"),
        (1, "scheduled"),
    ]
    post.dispatcher(mailer).run_once()
    post.asks(data | {"method": "cancel", "sequence": 2})
    assert {row["status"] for row in post.reminders()} == {"cancelled"}
    assert post.is_consistent()


@pytest.mark.parametrize(("response", "status"), [("declined", "cancelled"), ("another_time", "cancelled"), ("accepted", "sent")])
def test_who_cannot_come_is_not_reminded_of_it(post: Post, mailer: MemoryMailer, response: str, status: str) -> None:
    data = post.invites(starts_at=STARTS_AT)
    post.dispatcher(mailer).run_once()
    answers(post, data, response)
    post.clock.set(THREE_DAYS_BEFORE)
    post.dispatcher(mailer).run_once()
    assert post.reminders()[0]["status"] == status
    assert post.is_consistent()


def test_a_reminder_that_could_not_leave_in_the_morning_does_not_leave_at_night(post: Post, mailer: MemoryMailer) -> None:
    post.invites(starts_at=STARTS_AT)
    post.dispatcher(mailer).run_once()
    post.clock.set(THREE_DAYS_BEFORE + timedelta(hours=11))
    post.dispatcher(mailer).run_once()
    assert post.reminders()[0]["status"] == "expired"
    assert len(mailer.delivered) == 1


def test_an_appointment_of_tomorrow_needs_no_reminder(post: Post) -> None:
    post.invites(starts_at=datetime(2026, 11, 24, 13, 0, tzinfo=UTC))
    assert post.reminders() == []
