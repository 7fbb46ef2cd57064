"""The operator's commands."""

from __future__ import annotations

import base64
from pathlib import Path

import dkim
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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


def test_what_the_dns_must_say_and_a_signed_test_mail(post: Post, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "dkim.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    keys = {"DKIM_KEYS": f"2026={tmp_path / 'dkim.pem'}", "MAIL_FROM": "Partnerschap <post@mail.school.example>"}
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    record = f'2026._domainkey.mail.school.example. IN TXT "v=DKIM1; k=ed25519; p={public}"\n'
    assert run(post, "dkim-records", **keys).output == record
    assert "2026._domainkey.school.example." in run(post, "dkim-records", **keys, DKIM_DOMAIN="school.example").output
    assert run(post, "dkim-records").exit_code == 1
    with Sink() as sink:
        assert run(post, "test-mail", "a@x.example", SMTP_URL=sink.url, **keys).exit_code == 0
    answers = {b"2026._domainkey.mail.school.example.": record.split('"')[1].encode()}
    assert dkim.verify(sink.delivered[0], dnsfunc=lambda name, **_: answers[name])


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


@pytest.mark.parametrize(
    "broken",
    [
        {"SMTP_URL": "x"},
        {"MAIL_FROM": "x"},
        {"DKIM_KEYS": "2026=/nowhere.pem"},
        {"SCHOOL_LIMIT": "many"},
        {"DOMAIN_LIMITS": "x.example"},
        {"QUIET_HOURS": "night"},
        {"BOUNCE_ADDRESS": "much-too-long@x.example"},
        {"MAIL_CONNECTIONS": "0"},
    ],
)
def test_a_broken_environment_is_told(post: Post, broken: dict[str, str], tmp_path: Path) -> None:
    result = run(post, "queue", **broken)
    assert result.exit_code == 1
    assert next(iter(broken)) in result.output
