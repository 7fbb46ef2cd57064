"""Passwords and one-time codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
from argon2 import PasswordHasher

from services.cases.adapters import one_time_codes
from services.cases.adapters.passwords import Passwords

NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_a_password_is_kept_as_argon2id_and_recognised() -> None:
    kept = CHEAP.hash("een lang wachtwoord")
    assert kept.startswith("$argon2id$")
    assert CHEAP.matches(kept, "een lang wachtwoord")
    assert not CHEAP.matches(kept, "een ander wachtwoord")


def test_without_an_account_every_password_is_wrong_even_the_decoys_own() -> None:
    assert not CHEAP.matches(None, "nobody has this password")


def test_a_hash_that_is_none_is_no_way_in() -> None:
    assert not CHEAP.matches("garbage", "garbage")


def test_weaker_settings_of_yesterday_are_told() -> None:
    kept = CHEAP.hash("een lang wachtwoord")
    assert not CHEAP.is_outdated(kept)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).is_outdated(kept)


def test_a_code_is_good_for_its_half_minute_and_the_ones_beside_it() -> None:
    secret = one_time_codes.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    step = int(NOW.timestamp()) // 30
    assert one_time_codes.step_of(secret, code, NOW) == step
    assert one_time_codes.step_of(secret, f"{code[:3]} {code[3:]}", NOW + timedelta(seconds=30)) == step
    assert one_time_codes.step_of(secret, code, NOW + timedelta(seconds=90)) is None
    assert one_time_codes.step_of(secret, "", NOW) is None


def test_the_app_is_told_whose_code_it_makes() -> None:
    address = one_time_codes.address_for_app("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "samira@demo.example")
    assert (
        address == "otpauth://totp/Partnerschap:samira%40demo.example?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Partnerschap"
    )
