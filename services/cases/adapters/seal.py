"""Seals secrets that must be read again: who has a copy of the database, and not the service's key, opens nothing.

AES-256-GCM, with a key drawn from the SECRET_KEY by HKDF (RFC 5869). What is sealed for one user opens for nobody else.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# No sign of a secret as apps have it (base32).
_MARK = "sealed:"
_NONCE_BYTES = 12


class Broken(Exception):
    """None of the service's keys opens this."""


class Seal:
    """Seals with the first key, and opens with any: so a key can be changed."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._ciphers = [AESGCM(_drawn(key)) for key in secret_keys]

    def close(self, user_id: UUID, secret: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, secret.encode(), user_id.bytes)
        return _MARK + urlsafe_b64encode(nonce + sealed).decode()

    def open(self, user_id: UUID, kept: str) -> str:
        """Raises Broken. What was kept before there were seals is as it is."""
        if not kept.startswith(_MARK):
            return kept
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):  # nothing sealed, or not with this key
                return _opened(cipher, user_id, kept)
        raise Broken

    def is_of_today(self, user_id: UUID, kept: str) -> bool:
        """Sealed, and with the newest key."""
        if not kept.startswith(_MARK):
            return False
        with suppress(InvalidTag, ValueError):
            return bool(_opened(self._ciphers[0], user_id, kept))
        return False


def _opened(cipher: AESGCM, user_id: UUID, kept: str) -> str:
    raw = urlsafe_b64decode(kept.removeprefix(_MARK))
    return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], user_id.bytes).decode()


def _drawn(secret_key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"cases.totp").derive(secret_key.encode())
