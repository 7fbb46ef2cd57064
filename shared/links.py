"""Links that are keys: ids, signed. They hold nothing else, and nothing that opens a door lies in a database."""

from __future__ import annotations

import base64
import binascii
import hashlib
from uuid import UUID

from itsdangerous import BadSignature, Signer

from shared.errors import NotFound


class SignedIds:
    """Makes and reads tokens of `count` ids. Each `salt` is a door of its own: a token of one never opens another."""

    def __init__(self, secret_key: str, salt: str, count: int) -> None:
        self._signer = Signer(secret_key, salt=salt, sep=".", digest_method=hashlib.sha256)
        self._count = count

    def token(self, *ids: UUID) -> str:
        if len(ids) != self._count:
            raise ValueError(f"{self._count} ids wanted")
        return self._signer.sign(base64.urlsafe_b64encode(b"".join(each.bytes for each in ids))).decode()

    def read(self, token: str) -> tuple[UUID, ...]:
        """Raises NotFound for a token that is not ours."""
        try:
            raw = base64.urlsafe_b64decode(self._signer.unsign(token.encode()))
        except (BadSignature, binascii.Error, ValueError) as error:
            raise NotFound from error
        if len(raw) != 16 * self._count:
            raise NotFound
        return tuple(UUID(bytes=raw[start : start + 16]) for start in range(0, len(raw), 16))
