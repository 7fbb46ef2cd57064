"""The demo's past: mail of weeks ago, asked for today, is written down as sent in its time."""

from __future__ import annotations

from datetime import timedelta

from services.notifications.demo import Past
from tests.integration.notifications.support import REGENBOOG, STARTS_AT, MemoryMailer, Post


def test_what_came_too_late_only_because_the_demo_is_young_was_sent_in_its_time(post: Post, mailer: MemoryMailer) -> None:
    asked_at = post.clock.now()
    post.invites()
    post.invites(channel="phone", first_name="Samir")
    post.clock.set(STARTS_AT + timedelta(days=2))
    post.invites(starts_at=STARTS_AT + timedelta(days=9), first_name="Mehmet")
    post.dispatcher(mailer).run_once()
    assert [row["status"] for row in post.messages()] == ["expired", "expired", "sent"]
    past = Past(post.service.config, [REGENBOOG])
    try:
        past.write_down()
    finally:
        past.close()
    late, called, sent = post.messages()
    took = timedelta(seconds=2)
    assert (late["status"], late["sent_at"], late["attempts"]) == ("sent", asked_at + took, 1)
    assert called["status"] == "expired", "no mail goes to who is called"
    assert (sent["status"], sent["sent_at"]) == ("sent", sent["created_at"] + took)
    assert {row["ended_at"] for row in post.rows("select ended_at from attempts")} == {late["sent_at"], sent["sent_at"]}
    assert post.rows("select subject from message_copies where message_id = %s", late["id"])
    assert post.told() == ["notifications.message.sent.v1"] * 2
    assert len(mailer.delivered) == 1, "nothing leaves that day any more"
