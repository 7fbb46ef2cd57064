"""What is forgotten when its time is over, and the figures that tell whether mail leaves."""

from __future__ import annotations

from datetime import timedelta

from services.notifications.usecases.housekeeping import OVERDUE, WAITING, measure, tidy
from tests.integration.notifications.support import KLIMOP, STARTS_AT, MemoryMailer, Post, guardian, invitation


def test_secrets_go_with_the_appointment_and_copies_after_their_term(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    person = guardian()
    post.knows(person, KLIMOP)
    post.asks(invitation(person), KLIMOP)
    post.dispatcher(mailer).run_once()
    tidy(post.service)
    assert all("reply_token" in row["facts"] for row in post.messages())
    post.clock.set(STARTS_AT + timedelta(minutes=1))
    tidy(post.service)
    assert not any("reply_token" in row["facts"] for row in post.messages())
    assert len(post.rows("select * from message_copies")) == 2
    post.clock.advance(timedelta(days=366))
    tidy(post.service)
    assert post.rows("select * from message_copies") == []
    assert [row["status"] for row in post.messages()] == ["sent", "sent"]


def test_the_figures_tell_how_long_mail_has_waited(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    post.clock.advance(timedelta(seconds=90))
    measure(post.service)
    assert (WAITING._value.get(), OVERDUE._value.get()) == (1, 90)
    post.dispatcher(mailer).run_once()
    measure(post.service)
    assert (WAITING._value.get(), OVERDUE._value.get()) == (0, 0)
