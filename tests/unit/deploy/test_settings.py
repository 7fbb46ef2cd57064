"""What `make run` and `make suite` make of their environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.settings import Settings, Unusable


def test_nothing_given_is_the_default() -> None:
    settings = Settings.from_env({})
    assert (settings.port, settings.data_dir, settings.public_url) == (8000, Path("var"), "http://127.0.0.1:8000")
    assert settings.database_url is settings.amqp_url is settings.smtp_url is None


def test_an_empty_variable_is_as_an_absent_one() -> None:
    assert Settings.from_env({"PORT": "", "SMTP_URL": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "web"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("SMTP_URL", "mail.example"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail:port"),
        ("SMTP_URL", "smtp://mail:25?starttls=yes"),
        ("DATABASE_URL", "mysql://localhost"),
        ("AMQP_URL", "redis://localhost"),
        ("LOG_LEVEL", "LOUD"),
        ("DEMO", "perhaps"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(Unusable) as caught:
        Settings.from_env({name: value})
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_every_error_is_said_at_once() -> None:
    with pytest.raises(Unusable, match=r"LOG_LEVEL: .*; PORT: "):
        Settings.from_env({"PORT": "web", "LOG_LEVEL": "LOUD"})
