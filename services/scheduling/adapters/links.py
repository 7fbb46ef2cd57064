"""The parents' reply links: signed, for one person and one appointment, the same through every move."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadSignature, Signer

from shared.errors import NotFound


@dataclass(frozen=True)
class Reply:
    """Whose link it is."""

    school_id: UUID
    appointment_id: UUID
    person_id: UUID


class ReplyLinks:
    """Makes and reads tokens. They hold ids alone; how long one works is the appointment's to say."""

    def __init__(self, secret_key: str) -> None:
        self._signer = Signer(secret_key, salt="scheduling.reply", sep=".", digest_method=hashlib.sha256)

    def token(self, reply: Reply) -> str:
        raw = reply.school_id.bytes + reply.appointment_id.bytes + reply.person_id.bytes
        return self._signer.sign(base64.urlsafe_b64encode(raw)).decode()

    def read(self, token: str) -> Reply:
        """Raises NotFound for a token that is not ours."""
        try:
            raw = base64.urlsafe_b64decode(self._signer.unsign(token.encode()))
        except (BadSignature, binascii.Error, ValueError) as error:
            raise NotFound from error
        if len(raw) != 48:
            raise NotFound
        return Reply(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), UUID(bytes=raw[32:]))
