"""Passwords, one-time codes, and the seal on what codes are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher

from services.cases.adapters import one_time_codes
from services.cases.adapters.passwords import Passwords
from services.cases.adapters.seal import Broken, Seal

NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
SAMIRA, JOOST = UUID(int=1), UUID(int=2)
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


def test_what_is_sealed_for_one_opens_for_them_alone_and_as_it_was() -> None:
    seal = Seal(["a" * 32])
    kept = seal.close(SAMIRA, "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept != seal.close(SAMIRA, "JBSWY3DPEHPK3PXP")
    assert seal.open(SAMIRA, kept) == "JBSWY3DPEHPK3PXP"
    changed = kept[:-1] + ("A" if kept[-1] != "A" else "B")
    for user_id, text in ((JOOST, kept), (SAMIRA, changed), (SAMIRA, "sealed:"), (SAMIRA, "sealed:é")):
        with pytest.raises(Broken):
            seal.open(user_id, text)


def test_an_older_key_opens_and_is_not_of_today() -> None:
    kept = Seal(["a" * 32]).close(SAMIRA, "JBSWY3DPEHPK3PXP")
    both = Seal(["b" * 32, "a" * 32])
    assert both.open(SAMIRA, kept) == "JBSWY3DPEHPK3PXP"
    assert not both.is_of_today(SAMIRA, kept)
    assert both.is_of_today(SAMIRA, both.close(SAMIRA, "JBSWY3DPEHPK3PXP"))
    with pytest.raises(Broken):
        Seal(["b" * 32]).open(SAMIRA, kept)


def test_what_was_kept_before_there_were_seals_is_read_and_not_of_today() -> None:
    seal = Seal(["a" * 32])
    assert seal.open(SAMIRA, "JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"
    assert not seal.is_of_today(SAMIRA, "JBSWY3DPEHPK3PXP")
