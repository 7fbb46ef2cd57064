"""Operator commands: an alliance from nothing to somebody who can log in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.cases.cli import cli
from shared.identity import new_private_key, public_keys
from tests.infrastructure import ServiceDatabase

PASSWORD = "een lang wachtwoord"


@pytest.fixture
def run(database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Callable[..., Result]:
    made, key = database("cases"), new_private_key()
    (tmp_path / "signing.json").write_text(json.dumps(key))
    (tmp_path / "public.json").write_text(json.dumps(public_keys(key)))
    environment = {
        "DATABASE_URL": made.url("app"),
        "WORKER_DATABASE_URL": made.url("worker"),
        "RELAY_DATABASE_URL": made.url("relay"),
        "MIGRATION_DATABASE_URL": made.url("owner"),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "k" * 40,
        "TOKEN_KEYS_FILE": str(tmp_path / "public.json"),
        "SIGNING_KEY_FILE": str(tmp_path / "signing.json"),
    }

    def call(*words: str, **more: Any) -> Result:
        return CliRunner().invoke(cli, words, env=environment | more)

    return call


def made(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_an_alliance_its_schools_and_its_people(run: Callable[..., Result]) -> None:
    by = ("--administrator", "petra@demo.example")
    first = ("--email", "petra@demo.example", "--full-name", "Petra Kuipers", "--password", PASSWORD)
    made(run("found-alliance", "Maasoevers", *first))
    school = made(run("register-school", "De Regenboog", "--brin", "12ab00", *by))
    person = ("--full-name", "Samira Bakkali", "--role", "liaison", "--password", PASSWORD)
    user = made(run("create-user", "samira@demo.example", *person, *by))
    made(run("assign", user, school, "--since", "2026-08-01", *by))
    made(run("assign", user, school, *by))
    assert made(run("enrol-code", user)).startswith("otpauth://totp/")
    assert made(run("seal-codes", *by)) == "0 sealed anew"
    assert made(run("seal-codes", *by, SECRET_KEY="n" * 40, OLD_SECRET_KEY="k" * 40)) == "1 sealed anew"
    assert "1 cannot be opened" in run("seal-codes", *by).output
    assert made(run("reset-code", user, *by)) == ""
    assert "geen code" in run("reset-code", user, *by).output
    made(run("release", user, school, "--last-day", "2026-09-01", *by))
    made(run("deactivate", user, *by))
    assert made(run("purge", *by)) == "0 would be erased"
    assert made(run("purge", "--for-real", *by)) == "0 to be erased by the workers"


def test_a_refusal_is_a_line(run: Callable[..., Result]) -> None:
    first = ("--email", "petra@demo.example", "--full-name", "Petra Kuipers")
    short = run("found-alliance", "Maasoevers", *first, "--password", "kort")
    assert short.exit_code == 1
    assert "password: Kies een wachtwoord van minstens 12 tekens." in short.output
    stranger = run("register-school", "De Regenboog", "--administrator", "niemand@demo.example")
    assert stranger.exit_code == 1
    assert "Traceback" not in stranger.output


def test_the_database_is_migrated_by_its_owner_twice_without_harm(run: Callable[..., Result]) -> None:
    made(run("migrate"))
    made(run("migrate"))
    missing = run("migrate", MIGRATION_DATABASE_URL=None)
    assert missing.exit_code == 1
    assert "MIGRATION_DATABASE_URL is missing" in missing.output


def test_what_is_missing_in_the_environment_is_named(run: Callable[..., Result]) -> None:
    wrong = run("worker", SECRET_KEY="kort", AMQP_URL=None)
    assert wrong.exit_code == 1
    assert "SECRET_KEY" in wrong.output
    no_broker = run("worker", AMQP_URL=None)
    assert "a worker process needs a broker" in no_broker.output
