"""kill -9 at every step of sending, against a mail server that counts. docs/operations.md shows the table to people."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from shared.clock import FixedClock
from tests.infrastructure import ServiceDatabase
from tests.integration.notifications.sink import Sink
from tests.integration.notifications.support import Post, make_config, make_service
from tests.resilience.notifications.child import make_mailer


@dataclass(frozen=True)
class Row:
    """What holds after a death at `step`: mails at the server, and the status, for kinds sent again and kinds asked about."""

    step: str
    again: tuple[int, str]
    ask: tuple[int, str]


TABLE = [
    Row("claimed", (1, "sent"), (1, "sent")),
    Row("rendered", (1, "sent"), (1, "sent")),
    Row("amid the body", (1, "sent"), (1, "sent")),
    Row("before_commit", (1, "sent"), (1, "sent")),
    Row("handing_over", (1, "sent"), (0, "uncertain")),
    Row("dot sent, no answer yet", (2, "sent"), (1, "uncertain")),
    Row("answered", (2, "sent"), (1, "uncertain")),
]


@pytest.fixture
def post(database: Callable[[str], ServiceDatabase], clock: FixedClock, tmp_path: Path) -> Iterator[Post]:
    made = database("notifications")
    service = make_service(make_config(made, tmp_path), clock)
    yield Post(service, made)
    service.database.dispose()


@dataclass
class Victim:
    """The process that is to die; the mail server may be asked to kill it at a word."""

    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self._started = threading.Event()

    def run(self, post: Post, address: str, die_at: str, nth: int = 1, lanes: int = 1) -> int:
        """Its end, at the nth time that a mail comes to that step."""
        arguments = [post.service.config.worker_database_url, address, post.clock.now().isoformat(), die_at]
        arguments += [str(nth), str(lanes)]
        command = [sys.executable, "-m", "tests.resilience.notifications.child", *arguments]
        self.process = subprocess.Popen(command)
        self._started.set()
        return self.process.wait(180)

    def kill(self) -> None:
        self._started.wait(120)
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(60)


def recover(post: Post, address: str, policy: str) -> None:
    """Another worker comes by once the lease is over, and once more after that."""
    mailer = make_mailer(address)
    hands = post.dispatcher(mailer, when_uncertain={"appointment_invitation": policy})
    for _ in range(2):
        post.clock.advance(timedelta(minutes=10))
        hands.run_once()
    mailer.close()


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["again", "ask"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
def test_over_smtp(post: Post, row: Row, policy: str) -> None:
    post.invites()
    victim = Victim()
    with Sink() as sink:
        if row.step == "amid the body":
            sink.at["body"] = victim.kill
        if row.step == "dot sent, no answer yet":
            sink.at["dot"] = victim.kill
        assert victim.run(post, sink.url, row.step) == -signal.SIGKILL
        recover(post, sink.url, policy)
    (message,) = post.messages()
    assert (len(sink.delivered), message["status"]) == getattr(row, policy)
    assert len(set(sink.message_ids())) <= 1
    assert post.is_consistent()


LANES, MAILS = 4, 10


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["again", "ask"])
@pytest.mark.parametrize("step", [row.step for row in TABLE])
def test_with_several_on_their_way_none_is_lost_and_at_most_one_of_each_lane_is_in_doubt(
    post: Post, step: str, policy: str, record_property: Callable[[str, object], None]
) -> None:
    for _ in range(MAILS):
        post.invites()
    victim = Victim()
    with Sink() as sink:
        if step == "amid the body":
            sink.at["body"] = victim.kill
        if step == "dot sent, no answer yet":
            sink.at["dot"] = victim.kill
        assert victim.run(post, sink.url, step, nth=5, lanes=LANES) == -signal.SIGKILL
        recover(post, sink.url, policy)
    rows = {f"<{row['id']}.{row['school_id']}@partnerschap.example>": row["status"] for row in post.messages()}
    mails = Counter(sink.message_ids())
    record_property("outcome", f"{step}, {policy}: {dict(Counter(mails.values()))} mails, {dict(Counter(rows.values()))}")
    assert set(mails) <= set(rows)
    assert set(mails) >= {message_id for message_id, status in rows.items() if status == "sent"}
    in_doubt = [message_id for message_id, status in rows.items() if status == "uncertain" or mails[message_id] > 1]
    assert len(in_doubt) <= LANES
    if policy == "again":
        assert set(rows.values()) == {"sent"}
        assert max(mails.values()) <= 2
    else:
        assert set(rows.values()) <= {"sent", "uncertain"}
        assert max(mails.values(), default=0) <= 1
    assert post.is_consistent()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["claimed", "rendered", "before_commit", "handing_over", "answered"])
def test_into_files_it_is_exactly_one_at_every_step(post: Post, tmp_path: Path, step: str) -> None:
    post.invites()
    folder = tmp_path / "mail"
    assert Victim().run(post, str(folder), step) == -signal.SIGKILL
    recover(post, str(folder), "again")
    assert len(list(folder.glob("*.eml"))) == 1
    assert [row["status"] for row in post.messages()] == ["sent"]
    assert post.told() == ["notifications.message.sent.v1"]


def test_the_published_table_is_this_one() -> None:
    section = Path("docs/operations.md").read_text().partition("## What happens when a worker dies")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("|")][2:]
    published = [(row[3].strip(), row[4].strip()) for row in rows]
    assert published == [(_told(row.again), _told(row.ask)) for row in TABLE]


def _told(outcome: tuple[int, str]) -> str:
    mails, status = outcome
    return f"{mails} mail{'s' if mails != 1 else ''}, `{status}`"
