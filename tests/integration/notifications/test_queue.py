"""The queue: in order of urgency, schools in turn, and at the same cost however much is due. And the limits on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from services.notifications.domain.kinds import KINDS
from services.notifications.domain.limits import Limits, Rate
from services.notifications.domain.timing import QuietHours, Timing
from services.notifications.persistence.queue import _LINE_UP, _ROW_BY_ROW, _TAKE
from shared.clock import AMSTERDAM
from shared.tenancy import NOBODY
from tests.integration.notifications.support import KLIMOP, REGENBOOG, MemoryMailer, Post, guardian, invitation

REMINDER, CANCELLED = "appointment_reminder", "appointment_cancelled"
LEASE = timedelta(minutes=5)


def school(number: int) -> UUID:
    return UUID(int=number)


def fill(post: Post, piles: Sequence[tuple[UUID, str, int]], due_at: datetime) -> None:
    """So many messages of a school and a kind, all due at once; nothing else of them matters here."""
    message = (
        "insert into messages"
        " (school_id, id, person_id, sequence, template, dedup_key, facts, status, language, attempts, created_at)"
        " select %s, gen_random_uuid(), gen_random_uuid(), 0, %s, gen_random_uuid()::text, '{}', 'scheduled', 'nl', 0, now()"
        " from generate_series(1, %s)"
    )
    queue = (
        "insert into dispatch_queue (school_id, message_id, due_at, urgency) select school_id, id, %s, %s from messages"
        " where school_id = %s and template = %s on conflict do nothing"
    )
    with psycopg.connect(post.database.url("admin")) as connection:
        for school_id, template, count in piles:
            connection.execute(message, (school_id, template, count))
            connection.execute(queue, (due_at, KINDS[template].urgency, school_id, template))


def taken(post: Post, limit: int) -> list[tuple[UUID, UUID]]:
    now = post.clock.now()
    is_more = True
    while is_more:
        with post.service.work(NOBODY) as opened:
            is_more = opened.queue.line_up(now)
    with post.service.work(NOBODY) as opened:
        return opened.queue.take(now + LEASE, limit)


def kind_of(post: Post, keys: Sequence[tuple[UUID, UUID]]) -> list[str]:
    found = {row["id"]: row["template"] for row in post.rows("select id, template from messages")}
    return [found[message_id] for _, message_id in keys]


def test_ten_thousand_at_one_minute_leave_by_urgency_and_no_school_waits_behind_anothers_pile(post: Post) -> None:
    piles = [(school(1), REMINDER, 5000), *((school(number), REMINDER, 500) for number in range(2, 12))]
    fill(post, [*piles, (school(1), CANCELLED, 20), (school(2), CANCELLED, 5)], post.clock.now())
    order: list[tuple[UUID, UUID]] = []
    while found := taken(post, 64):
        order += found
    assert len(set(order)) == 10_025
    assert kind_of(post, order[:25]) == [CANCELLED] * 25
    reminders = [school_id for school_id, _ in order[25:]]
    # The n-th of a school leaves when every school has had n at most.
    for number, (school_id, _, count) in enumerate(piles):
        places = [place for place, each in enumerate(reminders) if each == school_id]
        assert len(places) == count, number
        assert all(place < (nth + 1) * len(piles) for nth, place in enumerate(places[:500]))


def test_a_school_that_comes_later_goes_beside_the_first_not_behind_the_last(post: Post) -> None:
    fill(post, [(REGENBOOG, REMINDER, 1000)], post.clock.now())
    assert {school_id for school_id, _ in taken(post, 100)} == {REGENBOOG}
    fill(post, [(KLIMOP, REMINDER, 3)], post.clock.now())
    assert Counter(school_id for school_id, _ in taken(post, 6)) == {REGENBOOG: 3, KLIMOP: 3}


def test_what_is_urgent_passes_whatever_waits(post: Post) -> None:
    fill(post, [(REGENBOOG, REMINDER, 300)], post.clock.now())
    taken(post, 10)
    fill(post, [(REGENBOOG, CANCELLED, 1)], post.clock.now())
    assert kind_of(post, taken(post, 2)) == [CANCELLED, REMINDER]


def test_what_is_taken_comes_back_after_its_lease_and_what_is_not_due_does_not_come(post: Post) -> None:
    fill(post, [(REGENBOOG, REMINDER, 3)], post.clock.now())
    fill(post, [(KLIMOP, REMINDER, 3)], post.clock.now() + timedelta(days=1))
    first = taken(post, 10)
    assert (len(first), taken(post, 10)) == (3, [])
    post.clock.advance(LEASE)
    assert sorted(taken(post, 10)) == sorted(first)


def test_the_order_comes_from_an_index_not_from_ranking_what_is_due(post: Post) -> None:
    fill(post, [(school(number), REMINDER, 2000) for number in range(1, 6)], post.clock.now())
    fill(post, [(school(9), REMINDER, 5000)], post.clock.now() + timedelta(days=1))
    with psycopg.connect(post.database.url("admin"), autocommit=True) as connection:
        connection.execute("vacuum analyze dispatch_queue")
    values = {"now": post.clock.now(), "most": 100, "until": post.clock.now() + LEASE}
    with post.service.work(NOBODY) as opened:
        opened.session.execute(_ROW_BY_ROW)
        # Without the time: it says how the machine is doing, and no more.
        explained = opened.session.execute(text(f"explain (analyze, buffers, timing off) {_LINE_UP.text}"), values).scalars()
        lining_up = "\n".join(explained)
        taking = "\n".join(opened.session.execute(text(f"explain (analyze, timing off) {_TAKE.text}"), values).scalars())
    for plan in (lining_up, taking):
        assert "Seq Scan on dispatch_queue" not in plan
        assert "ix_dispatch_queue" in plan


def test_two_workers_share_one_limit_of_a_domain(post: Post) -> None:
    for number in range(6):
        post.invites(email=f"ouder{number}@traag.example")
    post.invites(email="ouder@vlug.example")
    limits = Limits(None, {"traag.example": Rate(3, timedelta(minutes=1))})
    first, second = MemoryMailer(), MemoryMailer()
    post.dispatcher(first, limits=limits, batch=4).run_once()
    post.dispatcher(second, limits=limits, batch=4).run_once()
    assert len(first.delivered) + len(second.delivered) == 4
    waiting = [row["reason"] for row in post.messages() if row["status"] == "queued"]
    assert waiting == ["limited"] * 3
    assert post.is_consistent()
    post.clock.advance(timedelta(minutes=1))
    post.dispatcher(first, limits=limits).run_once()
    assert len(first.delivered) + len(second.delivered) == 7


def test_a_schools_limit_holds_for_that_school_and_not_for_what_is_urgent(post: Post, mailer: MemoryMailer) -> None:
    person = guardian()
    post.knows(person, REGENBOOG)
    post.knows(person, KLIMOP)
    data = [invitation(person) for _ in range(3)]
    for each in data:
        post.asks(each, REGENBOOG)
    post.asks(invitation(person), KLIMOP)
    hands = post.dispatcher(mailer, limits=Limits(Rate(1, timedelta(minutes=1))))
    hands.run_once()
    assert len(mailer.delivered) == 2
    (sent,) = [row for row in post.messages() if row["status"] == "sent" and row["school_id"] == REGENBOOG]
    (first,) = [each for each in data if each["appointment_id"] == sent["about_id"]]
    post.asks(first | {"method": "cancel", "sequence": 1}, REGENBOOG)
    post.clock.advance(timedelta(minutes=1))
    hands.run_once()
    assert [row["template"] for row in post.messages() if row["status"] == "sent"][-1] == CANCELLED


def test_at_night_only_what_is_urgent_leaves_and_the_rest_in_the_morning(post: Post, mailer: MemoryMailer) -> None:
    post.clock.set(datetime(2026, 11, 23, 21, 30, tzinfo=AMSTERDAM))
    heard = post.invites(starts_at=datetime(2026, 11, 25, 14, 0, tzinfo=AMSTERDAM))
    hands = post.dispatcher(mailer, timing=Timing(AMSTERDAM, QuietHours()))
    assert hands.run_once() == 1
    (held,) = post.messages()
    assert (mailer.delivered, held["status"], held["reason"], held["attempts"]) == ([], "queued", "quiet_hours", 0)
    assert hands.run_once() == 0
    post.clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=AMSTERDAM))
    hands.run_once()
    assert len(mailer.delivered) == 1
    post.clock.set(datetime(2026, 11, 24, 22, 0, tzinfo=AMSTERDAM))
    post.asks(heard | {"method": "cancel", "sequence": 1})
    hands.run_once()
    assert [row["template"] for row in post.messages() if row["status"] == "sent"][-1] == CANCELLED


@pytest.mark.parametrize("gone", [1, 23])
def test_buckets_are_forgotten_once_they_are_full_again(post: Post, mailer: MemoryMailer, gone: int) -> None:
    post.invites()
    post.dispatcher(mailer, limits=Limits(None, {"*": Rate(10, timedelta(hours=1))})).run_once()
    post.clock.advance(timedelta(hours=gone))
    with post.service.work(NOBODY) as opened:
        opened.buckets.forget(post.clock.now() - timedelta(hours=12))
    assert len(post.rows("select * from rate_buckets")) == (1 if gone < 12 else 0)
