"""Sending: what each answer of a mail server, and each death of a worker, leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.notifications.domain.retries import MOST_ATTEMPTS
from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases import people
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.ports import Mail, Receipt
from shared.database import Database
from shared.errors import Unavailable
from shared.tenancy import NOBODY, Scope
from tests.integration.notifications.support import (
    KLIMOP,
    REGENBOOG,
    STARTS_AT,
    MemoryDelivery,
    MemoryMailer,
    Post,
    guardian,
    invitation,
    no_answer,
    refused,
)
from tests.waiting import eventually


def one(post: Post) -> dict[str, Any]:
    (row,) = post.messages()
    assert post.is_consistent()
    return row


def test_a_mail_is_sent_once_and_told(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    assert post.dispatcher(mailer).run_once() == 1
    assert post.dispatcher(mailer).run_once() == 0
    row = one(post)
    assert (row["status"], row["attempts"], row["answer"]) == ("sent", 1, "250 ok")
    assert post.told() == ["notifications.message.sent.v1"]
    (copy,) = post.rows("select * from message_copies")
    assert "geheim-token" in mailer.delivered[0].content.decode()
    assert "geheim-token" not in copy["text"] + copy["html"]


def test_a_refusal_for_now_is_tried_again_later_and_later(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    hands = post.dispatcher(mailer)
    for minutes in (1, 5, 15):
        mailer.before_the_dot.append(refused(451))
        hands.run_once()
        assert one(post)["status"] == "queued"
        post.clock.advance(timedelta(minutes=minutes, seconds=-1))
        assert hands.run_once() == 0
        post.clock.advance(timedelta(seconds=1))
    hands.run_once()
    assert (one(post)["status"], one(post)["attempts"]) == ("sent", 4)


def test_a_refusal_for_good_fails_and_is_told(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    mailer.before_the_dot.append(refused(550, about_this_mail=True))
    post.dispatcher(mailer).run_once()
    assert (one(post)["status"], one(post)["reason"], one(post)["answer"]) == ("failed", "refused", "550 nee")
    assert post.told() == ["notifications.message.failed.v1"]


def test_our_own_misconfiguration_blames_no_parent(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    mailer.before_the_dot.append(refused(535))
    post.dispatcher(mailer).run_once()
    assert one(post)["status"] == "queued"


def test_a_server_that_is_away_is_asked_once_for_the_whole_batch(post: Post, mailer: MemoryMailer) -> None:
    for _ in range(4):
        post.invites()
    mailer.before_the_dot.append(refused(None))
    post.dispatcher(mailer).run_once()
    assert [row["status"] for row in post.messages()] == ["queued"] * 4
    assert mailer.delivered == []
    post.clock.advance(timedelta(minutes=2))
    post.dispatcher(mailer).run_once()
    assert len(mailer.delivered) == 4


def test_it_is_given_up_when_the_next_try_would_come_after_the_appointment(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    post.clock.set(STARTS_AT - timedelta(seconds=30))
    mailer.before_the_dot.append(refused(451))
    post.dispatcher(mailer).run_once()
    assert (one(post)["status"], one(post)["reason"]) == ("failed", "no_time_left")


def test_it_is_given_up_after_enough_tries(post: Post, mailer: MemoryMailer) -> None:
    post.invites(starts_at=STARTS_AT + timedelta(days=60))
    for _ in range(MOST_ATTEMPTS):
        mailer.before_the_dot.append(refused(451))
        post.dispatcher(mailer).run_once()
        post.clock.advance(timedelta(hours=7))
    assert (one(post)["status"], one(post)["reason"]) == ("failed", "gave_up")


@pytest.mark.parametrize(("policy", "status", "mails"), [("again", "sent", 1), ("ask", "uncertain", 0)])
def test_no_answer_to_the_dot_is_decided_by_kind(post: Post, mailer: MemoryMailer, policy: str, status: str, mails: int) -> None:
    post.invites()
    mailer.at_the_dot.append(no_answer())
    hands = post.dispatcher(mailer, when_uncertain={"appointment_invitation": policy})
    hands.run_once()
    post.clock.advance(timedelta(minutes=2))
    hands.run_once()
    assert one(post)["status"] == status
    assert len(mailer.delivered) == mails


def test_two_workers_never_take_the_same_message(post: Post, mailer: MemoryMailer) -> None:
    for _ in range(6):
        post.invites()
    first, second = post.dispatcher(mailer, batch=3), post.dispatcher(mailer, batch=3)
    taken = [outgoing.message.id for hands in (first, second) for outgoing in hands.claim()[1]]
    assert len(set(taken)) == 6
    assert first.claim() == (0, [])


class Meddling(MemoryMailer):
    """Does something at a chosen moment: the world does not stand still while a mail is written."""

    def __init__(self, before_the_dot: Any = None, before_the_answer: Any = None) -> None:
        super().__init__()
        self.meddle, self.late = before_the_dot, before_the_answer

    def begin(self, mail: Mail) -> MemoryDelivery:
        if self.meddle is not None:
            self.meddle()
        delivery = super().begin(mail)
        return _Late(self, mail, self.late) if self.late else delivery


class _Late(MemoryDelivery):
    def __init__(self, mailer: MemoryMailer, mail: Mail, late: Any) -> None:
        super().__init__(mailer, mail)
        self.late = late

    def hand_over(self) -> Receipt:
        receipt = super().hand_over()
        self.late()
        return receipt


def test_a_change_that_comes_while_the_mail_is_written_stops_it(post: Post) -> None:
    data = post.invites()
    moved = data | {"method": "update", "sequence": 1}
    mailer = Meddling(before_the_dot=lambda: post.asks(moved))
    post.dispatcher(mailer, batch=1).run_once()
    assert mailer.delivered == []
    assert len(mailer.abandoned) == 1
    assert [row["status"] for row in post.messages()] == ["cancelled", "queued"]
    assert post.is_consistent()


def test_a_change_that_comes_at_the_dot_follows_the_mail(post: Post) -> None:
    data = post.invites()
    moved = data | {"method": "update", "sequence": 1}
    mailer = Meddling(before_the_answer=lambda: post.asks(moved))
    post.dispatcher(mailer, batch=1).run_once()
    assert [(row["template"], row["status"]) for row in post.messages()] == [
        ("appointment_invitation", "sent"),
        ("appointment_changed", "queued"),
    ]


def test_a_slow_worker_that_lost_its_lease_sends_nothing(post: Post, mailer: MemoryMailer) -> None:
    post.invites()

    def overtaken() -> None:
        post.clock.advance(timedelta(minutes=5))
        post.dispatcher(mailer, worker="fast").run_once()

    slowly = Meddling(before_the_dot=overtaken)
    post.dispatcher(slowly, worker="slow").run_once()
    assert (slowly.delivered, len(slowly.abandoned), len(mailer.delivered)) == ([], 1, 1)
    assert one(post)["status"] == "sent"


def test_what_was_not_begun_within_the_lease_is_not_begun_any_more(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    slow = post.dispatcher(mailer)
    _, outgoing = slow.claim()
    post.clock.advance(timedelta(minutes=5))
    slow.send(outgoing)
    assert (mailer.delivered, one(post)["status"], one(post)["attempts"]) == ([], "queued", 0)


def late_answer(post: Post, then: Any) -> Dispatcher:
    """A worker whose server answers the dot only after the lease is over and `then` has happened."""

    def late() -> None:
        post.clock.advance(timedelta(minutes=5))
        then()

    return post.dispatcher(Meddling(before_the_answer=late), batch=1)


def test_a_late_answer_settles_an_uncertain_message(post: Post) -> None:
    post.invites()
    asking = post.dispatcher(MemoryMailer(), when_uncertain={"appointment_invitation": "ask"})
    late_answer(post, asking.run_once).run_once()
    assert one(post)["status"] == "sent"


def test_a_late_answer_after_a_second_copy_changes_nothing(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    late_answer(post, post.dispatcher(mailer).run_once).run_once()
    assert one(post)["status"] == "sent"
    assert len(mailer.delivered) == 1
    assert post.told() == ["notifications.message.sent.v1"]


def test_a_mailer_that_knows_settles_what_a_dead_worker_left(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    dying = Meddling(before_the_answer=lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        post.dispatcher(dying).run_once()
    post.clock.advance(timedelta(minutes=5))
    mailer.remembers = True
    post.dispatcher(mailer).run_once()
    assert (one(post)["status"], mailer.delivered) == ("sent", [])


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(post: Post, mailer: MemoryMailer) -> None:
    post.invites(place="on_the_moon")
    post.invites()
    post.dispatcher(mailer).run_once()
    assert len(mailer.delivered) == 1
    broken = next(row for row in post.messages() if row["status"] != "sent")
    assert (broken["status"], broken["answer"]) == ("queued", "not written: KeyError")


def test_urgent_kinds_go_first_and_no_school_waits_behind_anothers_pile(post: Post, mailer: MemoryMailer) -> None:
    person = guardian()
    for school in (REGENBOOG, KLIMOP):
        post.knows(person, school)
    for _ in range(12):
        post.asks(invitation(person), REGENBOOG)
    late = invitation(person)
    post.asks(late, KLIMOP)
    _, outgoing = post.dispatcher(mailer, batch=2).claim()
    assert {each.message.school_id for each in outgoing} == {REGENBOOG, KLIMOP}


def test_a_worker_that_stops_gives_back_what_it_has_not_begun(post: Post, mailer: MemoryMailer) -> None:
    for _ in range(3):
        post.invites()
    post.dispatcher(mailer).run_once(lambda: bool(mailer.delivered))
    assert sorted((row["status"], row["attempts"]) for row in post.messages()) == [("queued", 0), ("queued", 0), ("sent", 1)]
    assert post.dispatcher(mailer).run_once() == 2
    assert len(mailer.delivered) == 3


def test_a_run_sends_batch_after_batch_until_nothing_is_due(post: Post) -> None:
    for _ in range(7):
        post.invites()
    mailers = [MemoryMailer(), MemoryMailer()]
    hands = post.dispatcher(*mailers, batch=3)
    assert (hands.run(), hands.run()) == (3, 0)
    assert sum(len(mailer.delivered) for mailer in mailers) == 7
    assert {row["status"] for row in post.messages()} == {"sent"}
    assert post.is_consistent()


def test_the_next_batch_is_claimed_while_the_last_mails_of_the_one_before_are_on_their_way(post: Post) -> None:
    for _ in range(2):
        post.invites()
    mailer = Meddling(before_the_dot=lambda: eventually(lambda: "queued" not in {row["status"] for row in post.messages()}))
    post.dispatcher(mailer, batch=1).run()
    assert len(mailer.delivered) == 2


def test_a_run_that_is_stopped_gives_back_what_it_has_not_begun(post: Post, mailer: MemoryMailer) -> None:
    for _ in range(3):
        post.invites()
    post.dispatcher(mailer, batch=1).run(lambda: bool(mailer.delivered))
    assert sorted(row["status"] for row in post.messages()) == ["queued", "queued", "sent"]
    assert post.is_consistent()


def erases(post: Post, data: dict[str, Any]) -> None:
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        people.erase_case(opened, REGENBOOG, {"case_id": data["case_id"], "person_ids": [data["person_id"]]})


def left(post: Post) -> list[int]:
    """Rows that speak of a mail, table by table."""
    tables = ("messages", "message_copies", "attempts", "dispatch_queue", "people")
    return [len(post.rows(f"select 1 from {table}")) for table in tables]


def test_a_case_that_is_erased_while_its_mail_is_written_sends_nothing_and_leaves_nothing(post: Post) -> None:
    data = post.invites()
    mailer = Meddling(before_the_dot=lambda: erases(post, data))
    post.dispatcher(mailer).run_once()
    assert (mailer.delivered, len(mailer.abandoned), left(post)) == ([], 1, [0, 0, 0, 0, 0])


def test_a_case_that_is_erased_at_the_dot_leaves_nothing_here(post: Post) -> None:
    data = post.invites()
    mailer = Meddling(before_the_answer=lambda: erases(post, data))
    post.dispatcher(mailer).run_once()
    assert (len(mailer.delivered), left(post)) == (1, [0, 0, 0, 0, 0])


def test_one_mail_that_cannot_be_recorded_does_not_take_the_others_with_it(post: Post) -> None:
    data = post.invites()
    others = [post.invites() for _ in range(3)]

    def breaks() -> None:
        with psycopg.connect(post.database.url("admin")) as connection:
            connection.execute("update messages set status = 'cancelled' where about_id = %s", [data["appointment_id"]])

    mailer = Meddling(before_the_answer=breaks)
    post.dispatcher(mailer, *(MemoryMailer() for _ in others)).run_once()
    states = {row["about_id"]: row["status"] for row in post.messages()}
    assert [states[each["appointment_id"]] for each in others] == ["sent"] * 3


def test_as_many_are_on_their_way_at_once_as_there_are_mailers(post: Post) -> None:
    for _ in range(8):
        post.invites()
    together = threading.Barrier(4, timeout=20)
    mailers = [Meddling(before_the_dot=together.wait) for _ in range(4)]
    post.dispatcher(*mailers).run_once()
    assert sum(len(mailer.delivered) for mailer in mailers) == 8
    assert {row["status"] for row in post.messages()} == {"sent"}
    assert post.is_consistent()


class Flaky(Database):
    """A database that is away for the next `away` transactions."""

    away = 0

    @contextmanager
    def transaction(self, scope: Scope, **options: Any) -> Iterator[Session]:
        if self.away:
            self.away -= 1
            raise Unavailable
        with super().transaction(scope, **options) as session:
            yield session


@pytest.fixture
def flaky(post: Post) -> Iterator[Flaky]:
    made = Flaky(post.service.config.worker_database_url, pool_size=2)
    yield made
    made.dispose()


def test_the_servers_answer_is_kept_though_the_database_is_away_for_a_while(post: Post, flaky: Flaky) -> None:
    post.invites()
    mailer = Meddling(before_the_answer=lambda: setattr(flaky, "away", 3))
    pauses: list[float] = []
    post.dispatcher(mailer, database=flaky, sleep=pauses.append).run_once()
    assert (one(post)["status"], len(mailer.delivered)) == ("sent", 1)
    assert pauses == sorted(pauses)
    assert len(pauses) == 3


def test_without_the_database_no_dot_is_sent(post: Post, flaky: Flaky, mailer: MemoryMailer) -> None:
    post.invites()
    meddling = Meddling(before_the_dot=lambda: setattr(flaky, "away", 1))
    with pytest.raises(Unavailable):
        post.dispatcher(meddling, database=flaky).run_once()
    assert (meddling.delivered, len(meddling.abandoned)) == ([], 1)
    post.clock.advance(timedelta(minutes=1))
    post.dispatcher(mailer).run_once()
    assert (one(post)["status"], len(mailer.delivered)) == ("sent", 1)


def test_the_worker_may_see_only_the_schools_it_has_in_hand(post: Post) -> None:
    post.invites()
    with post.service.work(NOBODY) as opened:
        assert opened.session.execute(text("select count(*) from messages")).scalar_one() == 0
        assert opened.session.execute(text("select count(*) from dispatch_queue")).scalar_one() == 1
