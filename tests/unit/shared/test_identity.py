"""Tokens: whole, current and ours, or nobody."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from shared.errors import Unauthenticated
from shared.identity import TokenIssuer, TokenVerifier, new_private_key, public_keys
from shared.tenancy import Principal

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
SAMIRA = Principal(uuid4(), "Samira B.", "liaison", frozenset({uuid4(), uuid4()}), uuid4(), NOW, NOW + timedelta(hours=1))


@pytest.fixture
def issuer(tmp_path: Path) -> TokenIssuer:
    key = new_private_key()
    (tmp_path / "keys.json").write_text(json.dumps(public_keys(key)))
    return TokenIssuer(key)


@pytest.fixture
def verifier(tmp_path: Path) -> TokenVerifier:
    return TokenVerifier(tmp_path / "keys.json")


def test_a_token_says_who(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    assert verifier.verify(issuer.issue(SAMIRA), NOW) == SAMIRA


def test_an_expired_token_is_nobody(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(issuer.issue(SAMIRA), NOW + timedelta(hours=1))


def test_a_token_of_another_key_is_nobody(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(TokenIssuer(new_private_key()).issue(SAMIRA), NOW)


@pytest.mark.parametrize("index", [5, 60, -10])
def test_a_changed_token_is_nobody(issuer: TokenIssuer, verifier: TokenVerifier, index: int) -> None:
    token = issuer.issue(SAMIRA)
    letter = "A" if token[index] != "A" else "B"
    forged = token[:index] + letter + token[index:][1:]
    with pytest.raises(Unauthenticated):
        verifier.verify(forged, NOW)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\x00.\xff"])
def test_no_token_at_all_is_nobody(issuer: TokenIssuer, verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(token, NOW)


def test_an_unknown_role_is_nobody(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(issuer.issue(replace(SAMIRA, role="owner")), NOW)  # type: ignore[arg-type]  # on purpose


def test_keys_rotate_without_a_restart(issuer: TokenIssuer, verifier: TokenVerifier, tmp_path: Path) -> None:
    verifier.verify(issuer.issue(SAMIRA), NOW)
    key = new_private_key()
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": json.loads(file.read_text())["keys"] + public_keys(key)["keys"]}))
    os.utime(file, (1, 1))
    assert verifier.verify(TokenIssuer(key).issue(SAMIRA), NOW) == SAMIRA
    assert verifier.verify(issuer.issue(SAMIRA), NOW) == SAMIRA
