"""A mail for later: at its minute, changed or taken back by its key, and not at all once it is too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.asked import AskFacts
from services.notifications.domain.message import Message
from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases import schedule
from shared.ids import new_id
from shared.tenancy import Scope
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post, guardian
from tests.integration.notifications.test_dispatch import Meddling

KEY = "evaluation/1"


@pytest.fixture
def message(post: Post) -> Message:
    """A question for in two hours, that makes sense for one."""
    person = guardian(language="nl")
    post.knows(person)
    at = post.clock.now() + timedelta(hours=2)
    return Message(
        id=new_id(),
        school_id=REGENBOOG,
        person_id=person["person_id"],
        template="evaluation_request",
        dedup_key=KEY,
        facts=AskFacts("eerste", None, "Samira").to_json(),
        created_at=post.clock.now(),
        status="scheduled",
        not_before=at,
        expires_at=at + timedelta(hours=1),
    )


def done(post: Post, what: Callable[..., bool], *arguments: Any) -> bool:
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        return what(opened, *arguments)


def moved(message: Message, at: datetime) -> Message:
    facts = AskFacts("tweede", None, "Samira").to_json()
    return replace(message, id=new_id(), facts=facts, not_before=at, expires_at=at + timedelta(hours=1), happened=[])


def test_it_leaves_at_its_minute_and_once(post: Post, mailer: MemoryMailer, message: Message) -> None:
    at = message.not_before
    assert at is not None
    assert done(post, schedule.schedule, message, at)
    assert not done(post, schedule.schedule, replace(message, id=new_id(), happened=[]), at)
    hands = post.dispatcher(mailer)
    post.clock.set(at - timedelta(seconds=1))
    assert hands.run_once() == 0
    post.clock.set(at)
    assert (hands.run_once(), len(mailer.delivered)) == (1, 1)
    assert not done(post, schedule.reschedule, moved(message, at + timedelta(hours=5)), at, at)
    assert not done(post, schedule.cancel, REGENBOOG, KEY, "superseded", at)


def test_the_newer_takes_its_place(post: Post, mailer: MemoryMailer, message: Message) -> None:
    now, at = post.clock.now(), post.clock.now() + timedelta(hours=4)
    done(post, schedule.reschedule, message, message.not_before, now)
    assert done(post, schedule.reschedule, moved(message, at), at, now)
    hands = post.dispatcher(mailer)
    post.clock.set(at - timedelta(seconds=1))
    assert hands.run_once() == 0
    post.clock.set(at)
    hands.run_once()
    (mail,) = mailer.delivered
    assert b"ouders/tweede" in mail.content
    assert [row["status"] for row in post.messages()] == ["sent"]


def test_taken_back_it_never_leaves(post: Post, mailer: MemoryMailer, message: Message) -> None:
    done(post, schedule.schedule, message, message.not_before)
    assert done(post, schedule.cancel, REGENBOOG, KEY, "superseded", post.clock.now())
    assert not done(post, schedule.cancel, REGENBOOG, KEY, "superseded", post.clock.now())
    assert not done(post, schedule.cancel, REGENBOOG, "unknown", "superseded", post.clock.now())
    post.clock.advance(timedelta(hours=2))
    assert post.dispatcher(mailer).run_once() == 0
    assert [row["status"] for row in post.messages()] == ["cancelled"]
    assert post.is_consistent()


def test_rather_not_at_all_than_too_late(post: Post, mailer: MemoryMailer, message: Message) -> None:
    done(post, schedule.schedule, message, message.not_before)
    post.clock.advance(timedelta(hours=4))
    post.dispatcher(mailer).run_once()
    assert (mailer.delivered, post.messages()[0]["status"], post.messages()[0]["reason"]) == ([], "expired", "too_late")


@pytest.mark.parametrize("change", ["reschedule", "cancel"])
def test_what_a_worker_has_in_hand_is_taken_from_it_before_the_dot(post: Post, message: Message, change: str) -> None:
    now = post.clock.now() + timedelta(hours=2)

    def meddle() -> None:
        if change == "cancel":
            assert done(post, schedule.cancel, REGENBOOG, KEY, "superseded", now)
        else:
            assert done(post, schedule.reschedule, moved(message, now + timedelta(hours=1)), now + timedelta(hours=1), now)

    done(post, schedule.schedule, message, message.not_before)
    post.clock.set(now)
    meddling = Meddling(before_the_dot=meddle)
    post.dispatcher(meddling).run_once()
    assert (meddling.delivered, len(meddling.abandoned)) == ([], 1)
    assert post.messages()[0]["status"] == ("cancelled" if change == "cancel" else "queued")
    assert post.is_consistent()
