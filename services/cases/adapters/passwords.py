"""Passwords: argon2id (RFC 9106), and just as much work for an account that does not exist."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and checks passwords. Tests may pass a hasher that works less hard."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # Made now: the first stranger to log in must not be told from the second by the time it takes.
        self._decoy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is right. Without a hash it is wrong, after the same work."""
        try:
            self._hasher.verify(kept or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """The hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(kept)
