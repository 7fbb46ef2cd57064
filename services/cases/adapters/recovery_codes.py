"""Codes for who lost their phone: each stands in for the app's code, once. Kept as keyed hashes: a copy opens nothing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

COUNT = 10
# Signs that are not taken for each other. Ten of them are 49 bits, and guessing is slowed down as it is for passwords.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class RecoveryCodes:
    """Makes codes, and the hashes that they are known by."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.sha256(b"cases.recovery " + secret_key.encode()).digest()

    def new(self) -> list[str]:
        return [f"{_part(5)}-{_part(5)}" for _ in range(COUNT)]

    def hash(self, user_id: UUID, code: str) -> bytes:
        """However it was typed: capitals, spaces and dashes make no other code."""
        tidy = "".join(sign for sign in code.lower() if sign.isalnum())
        return hmac.digest(self._key, user_id.bytes + tidy.encode(), "sha256")


def _part(length: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(length))
