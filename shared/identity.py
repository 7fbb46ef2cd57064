"""Signed tokens: `cases` issues them, every service verifies them offline with the published keys (RFC 7515, 8037)."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.errors import Unauthenticated
from shared.tenancy import ROLES, Principal

ISSUER = "partnerschap/cases"
TOKEN_LIFETIME = timedelta(hours=1)
_ALGORITHMS = ["Ed25519", "EdDSA"]
_REQUIRED = ("sub", "name", "role", "schools", "sid", "iat", "exp")


def new_private_key() -> dict[str, Any]:
    """A fresh Ed25519 key as a private JWK, named by its thumbprint."""
    key = OKPKey.generate_key("Ed25519", private=True, auto_kid=True)
    return dict(key.as_dict(private=True))


def public_keys(private_jwk: dict[str, Any]) -> dict[str, Any]:
    """The JWKS to publish for a private JWK."""
    return {"keys": [OKPKey.import_key(private_jwk).as_dict(private=False)]}


class TokenIssuer:
    """Signs tokens with one private key."""

    def __init__(self, private_jwk: dict[str, Any]) -> None:
        self._key = OKPKey.import_key(private_jwk)

    def issue(self, principal: Principal) -> str:
        """A compact JWS that says who the principal is until `expires_at`."""
        claims = {
            "iss": ISSUER,
            "sub": str(principal.user_id),
            "name": principal.name,
            "role": principal.role,
            "schools": sorted(map(str, principal.school_ids)),
            "sid": str(principal.session_id),
            "iat": principal.issued_at.timestamp(),
            "exp": int(principal.expires_at.timestamp()),
        }
        return jwt.encode({"alg": "Ed25519", "kid": self._key.kid}, claims, self._key, algorithms=_ALGORITHMS)


@dataclass
class TokenVerifier:
    """Verifies tokens with the keys in a JWKS file; the file is read again when it changes, so that keys can rotate."""

    path: Path
    _keys: KeySet | None = None
    _read_at: float = 0.0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def verify(self, token: str, now: datetime) -> Principal:
        """Raises Unauthenticated for anything but a whole, current token of ours."""
        try:
            decoded = jwt.decode(token, self._current_keys(), algorithms=_ALGORITHMS)
            return _principal(decoded.claims, now)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated from error

    def _current_keys(self) -> KeySet:
        changed_at = self.path.stat().st_mtime
        with self._lock:
            if self._keys is None or changed_at != self._read_at:
                self._keys = KeySet.import_key_set(json.loads(self.path.read_text()))
                self._read_at = changed_at
            return self._keys


def _principal(claims: dict[str, Any], now: datetime) -> Principal:
    if claims.get("iss") != ISSUER or any(name not in claims for name in _REQUIRED) or claims["role"] not in ROLES:
        raise Unauthenticated
    principal = Principal(
        user_id=UUID(claims["sub"]),
        name=str(claims["name"]),
        role=claims["role"],
        school_ids=frozenset(UUID(school) for school in claims["schools"]),
        session_id=UUID(claims["sid"]),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )
    if principal.expires_at <= now:
        raise Unauthenticated
    return principal
