"""The whole of sending against a mail server that misbehaves: the state is right, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.adapters.smtp import SmtpMailer, SmtpServer
from services.notifications.usecases.dispatch import Dispatcher
from tests.integration.notifications.sink import Sink, impatient
from tests.integration.notifications.support import Post
from tests.waiting import stretched

HANG, DROP, LATER, NO = "hang", "drop", "451 later", "550 no"


@dataclass
class Road:
    """A dispatcher, and the server that it sends to."""

    post: Post
    sink: Sink
    hands: Dispatcher

    def invites(self) -> Callable[[], dict[str, Any]]:
        """Ask for a mail; call what comes back for how it is now."""
        data = self.post.invites()
        return lambda: self.post.rows("select * from messages where about_id = %s", data["appointment_id"])[0]

    def later(self) -> None:
        self.post.clock.advance(timedelta(minutes=20))
        self.hands.run_once()


@contextmanager
def road(post: Post, query: str = "", *offers: str, when: str = "again", lanes: int = 1) -> Iterator[Road]:
    with Sink(offers=offers) as sink:
        url = sink.url.replace("//", "//post:geheim@") if "AUTH PLAIN" in offers else sink.url
        uncertain = {"appointment_invitation": when}
        hands = post.dispatcher(*(SmtpMailer(impatient(url + query)) for _ in range(lanes)), when_uncertain=uncertain)
        yield Road(post, sink, hands)
        hands.close()


@pytest.mark.parametrize("verb", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "body"])
def test_before_the_dot_it_waits_and_leaves_once_or_is_refused_for_good(post: Post, verb: str) -> None:
    with road(post) as way:
        for fault in (HANG, DROP, LATER, NO):
            # A refused EHLO is no failure: HELO follows (RFC 5321, 3.2).
            is_harmless = verb == "EHLO" and fault in (LATER, NO)
            is_final = fault == NO and verb in ("RCPT", "DATA", "body")
            before = len(way.sink.delivered)
            way.hands.close()
            way.sink.faults[verb] = fault
            now = way.invites()
            way.hands.run_once()
            assert now()["status"] == ("sent" if is_harmless else "failed" if is_final else "queued"), fault
            assert len(way.sink.delivered) - before == int(is_harmless), fault
            way.sink.faults.clear()
            way.later()
            assert now()["status"] == ("failed" if is_final else "sent"), fault
            assert len(way.sink.delivered) - before == int(not is_final), fault
    assert post.is_consistent()


@pytest.mark.parametrize("fault", [HANG, DROP, "454 not now"])
def test_no_encryption_no_mail(post: Post, fault: str) -> None:
    with road(post, "?starttls=1", "STARTTLS") as way:
        way.sink.faults["STARTTLS"] = fault
        now = way.invites()
        way.hands.run_once()
        assert (now()["status"], way.sink.delivered) == ("queued", [])


@pytest.mark.parametrize("fault", [HANG, DROP, "454 not now", "535 who"])
def test_a_login_that_fails_blames_no_parent(post: Post, fault: str) -> None:
    with road(post, "", "AUTH PLAIN") as way:
        way.sink.faults["AUTH"] = fault
        now = way.invites()
        way.hands.run_once()
        assert (now()["status"], way.sink.delivered) == ("queued", [])
        way.later()
        assert (now()["status"], len(way.sink.delivered)) == ("sent", 1)


@pytest.mark.parametrize("fault", [HANG, DROP, "hang after", "drop after"])
@pytest.mark.parametrize(("when", "status"), [("again", "sent"), ("ask", "uncertain")])
def test_no_answer_to_the_dot_is_decided_by_kind(post: Post, fault: str, when: str, status: str) -> None:
    with road(post, when=when) as way:
        way.sink.faults["dot"] = fault
        now = way.invites()
        way.hands.run_once()
        assert now()["status"] == ("queued" if when == "again" else "uncertain")
        way.later()
        assert now()["status"] == status
        assert len(way.sink.delivered) == ("after" in fault) + (when == "again")
        assert len(set(way.sink.message_ids())) <= 1
    assert post.is_consistent()


@pytest.mark.parametrize(("fault", "status", "mails"), [("451 l", "sent", 1), ("554 n", "failed", 0), ("421 bye", "sent", 1)])
def test_a_refusal_at_the_dot_is_certain(post: Post, fault: str, status: str, mails: int) -> None:
    with road(post) as way:
        way.sink.faults["dot"] = fault
        now = way.invites()
        way.hands.run_once()
        assert way.sink.delivered == []
        way.later()
        assert (now()["status"], len(way.sink.delivered)) == (status, mails)


def test_what_is_no_answer_at_the_dot_is_taken_for_none(post: Post) -> None:
    with road(post, when="ask") as way:
        way.sink.faults["dot"] = "what?"
        now = way.invites()
        way.hands.run_once()
        assert now()["status"] == "uncertain"


def test_slow_at_the_dot_is_waited_for(post: Post) -> None:
    with road(post) as way:
        server = replace(SmtpServer.from_url(way.sink.url), verb_seconds=1, dot_seconds=20)
        patient = replace(way.hands, mailers=[SmtpMailer(server)])
        way.sink.faults["dot"] = "slow"
        now = way.invites()
        patient.run_once()
        patient.close()
        assert (now()["status"], len(way.sink.delivered)) == ("sent", 1)


@pytest.mark.parametrize("fault", [HANG, DROP, LATER, NO])
def test_where_a_clean_slate_is_refused_a_new_connection_begins(post: Post, fault: str) -> None:
    with road(post) as way:
        way.sink.faults |= {"RCPT": "550 who", "RSET": fault}
        refused, following = way.invites(), way.invites()
        way.hands.run_once()
        assert (refused()["status"], following()["status"], way.sink.connections) == ("failed", "sent", 2)


def test_after_a_refusal_the_connection_goes_on(post: Post) -> None:
    with road(post) as way:
        way.sink.faults["RCPT"] = "550 who"
        refused, following = way.invites(), way.invites()
        way.hands.run_once()
        assert (refused()["status"], following()["status"], way.sink.connections) == ("failed", "sent", 1)


@pytest.mark.parametrize("fault", [HANG, DROP, NO])
def test_parting_takes_no_time_and_changes_nothing(post: Post, fault: str) -> None:
    with road(post) as way:
        now = way.invites()
        way.hands.run_once()
        way.sink.faults["QUIT"] = fault
        begin = time.monotonic()
        way.hands.close()
        assert time.monotonic() - begin < stretched(5)
        assert (now()["status"], len(way.sink.delivered)) == ("sent", 1)


@pytest.mark.parametrize("fault", [DROP, "421 idle too long"])
def test_a_connection_that_was_closed_meanwhile_costs_no_mail_its_try(post: Post, fault: str) -> None:
    with road(post) as way:
        way.invites()
        way.hands.run_once()
        way.sink.faults["MAIL"] = fault
        now = way.invites()
        way.hands.run_once()
        assert (now()["status"], now()["attempts"], way.sink.connections) == ("sent", 1, 2)


def test_of_several_at_once_one_that_hangs_does_not_hold_the_others(post: Post) -> None:
    with road(post, lanes=4) as way:
        way.sink.faults["dot"] = HANG
        states = [way.invites() for _ in range(12)]
        way.hands.run_once()
        assert sorted(state()["status"] for state in states) == ["queued", *["sent"] * 11]
        way.later()
        assert {state()["status"] for state in states} == {"sent"}
        assert len(set(way.sink.message_ids())) == len(way.sink.delivered) == 12
    assert post.is_consistent()
