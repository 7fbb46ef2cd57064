"""Configuration: every error at once, by name."""

from pathlib import Path

import pytest

from shared.config import ConfigError, ServiceConfig

GOOD = {
    "DATABASE_URL": "postgresql://app@127.0.0.1/cases",
    "WORKER_DATABASE_URL": "postgresql://worker@127.0.0.1/cases",
    "RELAY_DATABASE_URL": "postgresql://relay@127.0.0.1/cases",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "k" * 32,
    "TOKEN_KEYS_FILE": "/run/keys.json",
}


class Config(ServiceConfig):
    service = "cases"


def test_the_drivers_are_filled_in() -> None:
    config = Config.from_env(GOOD)
    assert config.database_url == "postgresql+psycopg://app@127.0.0.1/cases"
    assert config.token_keys_file == Path("/run/keys.json")
    assert not config.secure


def test_a_services_own_variable_wins() -> None:
    assert Config.from_env({**GOOD, "CASES_SECRET_KEY": "c" * 40}).secret_key == "c" * 40


def test_every_error_is_told_at_once() -> None:
    wrong = {**GOOD, "PUBLIC_URL": "example.org", "SECRET_KEY": "short", "POOL_SIZE": "many"}
    del wrong["DATABASE_URL"]
    with pytest.raises(ConfigError) as caught:
        Config.from_env(wrong)
    told = str(caught.value)
    assert [line.split(": ")[1] for line in told.splitlines()] == ["DATABASE_URL", "POOL_SIZE", "PUBLIC_URL", "SECRET_KEY"]


def test_the_secret_itself_is_never_told() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**GOOD, "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)
