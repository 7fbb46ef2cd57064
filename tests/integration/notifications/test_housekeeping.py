"""What is forgotten when its time is over, and the figures that tell whether mail leaves."""

from __future__ import annotations

from datetime import timedelta

from services.notifications.adapters.mailbox import FileMailer
from services.notifications.usecases.housekeeping import OVERDUE, WAITING, measure, remove_erased_files, tidy
from services.notifications.usecases.people import erase_case
from shared.tenancy import Scope
from tests.integration.notifications.support import KLIMOP, REGENBOOG, STARTS_AT, MemoryMailer, Post, guardian, invitation


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


def test_files_of_erased_mail_go_and_others_stay(post: Post) -> None:
    gone, stays = post.invites(), post.invites()
    post.dispatcher(FileMailer(post.service.config.mail_folder)).run_once()
    with post.service.work(Scope.of_schools({REGENBOOG})) as work:
        erase_case(work, REGENBOOG, {"case_id": gone["case_id"], "person_ids": [gone["person_id"]]})
    remove_erased_files(post.service)
    (message,) = post.rows("select id from messages where template = 'appointment_invitation'")
    assert [path.stem for path in post.service.config.mail_folder.glob("*.eml")] == [str(message["id"])]
    assert post.rows("select case_id from messages where id = %s", message["id"]) == [{"case_id": stays["case_id"]}]
