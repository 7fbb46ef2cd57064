"""The parents' reply links: signed, for one person and one appointment, the same through every move."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared.links import SignedIds


@dataclass(frozen=True)
class Reply:
    """Whose link it is."""

    school_id: UUID
    appointment_id: UUID
    person_id: UUID


class ReplyLinks:
    """Makes and reads tokens. They hold ids alone; how long one works is the appointment's to say."""

    def __init__(self, secret_key: str) -> None:
        self._ids = SignedIds(secret_key, "scheduling.reply", count=3)

    def token(self, reply: Reply) -> str:
        return self._ids.token(reply.school_id, reply.appointment_id, reply.person_id)

    def read(self, token: str) -> Reply:
        """Raises NotFound for a token that is not ours."""
        return Reply(*self._ids.read(token))
