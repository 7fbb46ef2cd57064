"""What opens a guardian's own page: the link in the mail, the code that follows it, and the cookie after that."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import astuple, dataclass
from uuid import UUID

from shared.links import SignedIds


@dataclass(frozen=True)
class AskLink:
    """Whose link it is, and what it was sent for."""

    school_id: UUID
    ask_id: UUID
    guardian_id: UUID


@dataclass(frozen=True)
class EntryKey:
    """Which entry a browser holds the cookie of."""

    school_id: UUID
    entry_id: UUID
    guardian_id: UUID


@dataclass(frozen=True)
class InvitationLink:
    """Who chooses a password, and by which invitation."""

    user_id: UUID
    invitation_id: UUID


class InvitationLinks:
    """What stands in the mail to somebody who is invited."""

    def __init__(self, secret_key: str) -> None:
        self._links = SignedIds(secret_key, "cases.invitation", count=2)

    def token(self, link: InvitationLink) -> str:
        return self._links.token(*astuple(link))

    def read(self, token: str) -> InvitationLink:
        """Raises NotFound for a token that is not ours."""
        return InvitationLink(*self._links.read(token))


@dataclass(frozen=True)
class EnrolmentKey:
    """Who proved their password and has yet to set up a code; the other id is that of the secret they were shown."""

    user_id: UUID
    pending_id: UUID


class EnrolmentKeys:
    """What a browser holds between the password and the first code."""

    def __init__(self, secret_key: str) -> None:
        self._keys = SignedIds(secret_key, "cases.enrolment", count=2)

    def cookie(self, key: EnrolmentKey) -> str:
        return self._keys.token(*astuple(key))

    def read(self, cookie: str) -> EnrolmentKey:
        """Raises NotFound for a cookie that is not ours."""
        return EnrolmentKey(*self._keys.read(cookie))


class ParentLinks:
    """A code is kept as a keyed hash with its entry's id: a copy of the table is no list of codes."""

    def __init__(self, secret_key: str) -> None:
        self._asks = SignedIds(secret_key, "cases.ask", count=3)
        self._entries = SignedIds(secret_key, "cases.entry", count=3)
        self._key = hashlib.sha256(b"cases.code " + secret_key.encode()).digest()

    def token(self, link: AskLink) -> str:
        return self._asks.token(*astuple(link))

    def read(self, token: str) -> AskLink:
        """Raises NotFound for a token that is not ours."""
        return AskLink(*self._asks.read(token))

    def cookie(self, key: EntryKey) -> str:
        return self._entries.token(*astuple(key))

    def read_cookie(self, cookie: str) -> EntryKey:
        """Raises NotFound for a cookie that is not ours."""
        return EntryKey(*self._entries.read(cookie))

    def code_hash(self, entry_id: UUID, code: str) -> bytes:
        return hmac.digest(self._key, entry_id.bytes + code.encode(), "sha256")

    def is_code(self, entry_id: UUID, code: str, code_hash: bytes) -> bool:
        """In the same time whether or not it is."""
        return hmac.compare_digest(self.code_hash(entry_id, code), code_hash)
