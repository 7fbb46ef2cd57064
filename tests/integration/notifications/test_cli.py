"""The operator's commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.notifications.cli import cli
from shared.ids import new_id
from tests.integration.notifications.sink import Sink
from tests.integration.notifications.support import REGENBOOG, SECRET, Post


def run(post: Post, *arguments: str, **more: str) -> Result:
    config = post.service.config
    environment = {
        "DATABASE_URL": config.database_url,
        "WORKER_DATABASE_URL": config.worker_database_url,
        "RELAY_DATABASE_URL": config.relay_database_url,
        "PUBLIC_URL": config.public_url,
        "SECRET_KEY": SECRET,
        "TOKEN_KEYS_FILE": "keys.json",
        "DATA_DIR": str(config.data_dir),
    } | more
    return CliRunner().invoke(cli, arguments, env=environment)


def test_a_test_mail_says_what_the_server_answered(post: Post) -> None:
    with Sink({"RCPT": "550 wie?"}) as sink:
        refused = run(post, "test-mail", "a@x.example", SMTP_URL=sink.url)
        sent = run(post, "test-mail", "a@x.example", SMTP_URL=sink.url)
    assert (refused.exit_code, refused.output.strip()) == (1, "Error: refused: 550 wie?")
    assert (sent.exit_code, sent.output.strip()) == (0, "250 queued as 1")
    assert len(sink.delivered) == 1


def test_the_backlog(post: Post) -> None:
    assert run(post, "queue").output == "waiting: 0, the oldest due for 0 s\n"
    post.invites()
    assert run(post, "queue").output.startswith("waiting: 1, ")


def test_dead_letters_are_listed_and_replayed(post: Post) -> None:
    letter = new_id()
    post.rows(
        "insert into parked_events"
        " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
        " values (%s, %s, 'cases.person.changed.v1', 'person/1', 1, '', 'dead', 8, 'KeyError', now(), now()) returning id",
        letter,
        REGENBOOG,
    )
    assert str(letter) in run(post, "dead-letters").output
    assert run(post, "replay", str(new_id())).exit_code == 1
    assert run(post, "replay", "--all").output == "replayed: 1 of 1\n"
    assert run(post, "dead-letters").output == ""


@pytest.mark.parametrize("broken", [{"SMTP_URL": "x"}, {"MAIL_FROM": "x"}])
def test_a_broken_environment_is_told(post: Post, broken: dict[str, str], tmp_path: Path) -> None:
    result = run(post, "queue", **broken)
    assert result.exit_code == 1
    assert next(iter(broken)) in result.output
