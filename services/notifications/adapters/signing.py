"""DKIM (RFC 6376, RFC 8463): the sender's domain vouches for a mail, so that others can tell it from a forged one."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

# Named once more than they occur: a second one that somebody adds on the way breaks the signature (RFC 6376, 5.4.2 and 8.15).
_SINGLE = ("from", "to", "subject", "date", "message-id", "reply-to", "auto-submitted", "content-type")
# Both of one-click unsubscribing must be under it (RFC 8058, 4); what a mail does not have, nobody can add either.
_OTHERS = (
    "mime-version",
    "content-language",
    "in-reply-to",
    "references",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
_HEADERS = tuple(name.encode() for name in (*_SINGLE, *_SINGLE, *_OTHERS))
_SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")
_FEWEST_BITS = 2048  # RFC 8301, 3.2
_LONGEST_STRING = 255  # of a TXT record (RFC 1035, 3.3)


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key under its selector. `algorithm` is DKIM's name; `secret` as the library wants it."""

    selector: str
    algorithm: str
    secret: bytes
    public: bytes

    @classmethod
    def from_file(cls, selector: str, path: Path) -> DkimKey:
        """An Ed25519 or RSA key in PEM. Raises ValueError."""
        if not _SELECTOR.fullmatch(selector):
            raise ValueError(f"{selector}: not a selector")
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError(f"{path}: not a private key in PEM that can be read") from error
        if isinstance(key, Ed25519PrivateKey):
            public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return cls(selector, "ed25519-sha256", base64.b64encode(key.private_bytes_raw()), public)
        if isinstance(key, RSAPrivateKey) and key.key_size >= _FEWEST_BITS:
            public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            return cls(selector, "rsa-sha256", secret, public)
        raise ValueError(f"{path}: must be an Ed25519 key, or an RSA key of {_FEWEST_BITS} bits or more")

    def record(self, domain: str) -> str:
        """What the domain's DNS must say, as a line of a zone file."""
        text = f"v=DKIM1; k={self.algorithm.partition('-')[0]}; p={base64.b64encode(self.public).decode()}"
        strings = [text[start : start + _LONGEST_STRING] for start in range(0, len(text), _LONGEST_STRING)]
        return f"{self.selector}._domainkey.{domain}. IN TXT " + " ".join(f'"{each}"' for each in strings)


@dataclass(frozen=True)
class Signer:
    """Signs for `domain` with each of its keys: who does not know Ed25519 yet goes by the RSA signature beside it."""

    domain: str
    keys: Sequence[DkimKey]

    def __call__(self, content: bytes) -> bytes:
        return b"".join([*(self._signature(content, key) for key in self.keys), content])

    def _signature(self, content: bytes, key: DkimKey) -> bytes:
        signature: bytes = dkim.sign(
            content,
            key.selector.encode(),
            self.domain.encode(),
            key.secret,
            signature_algorithm=key.algorithm.encode(),
            # Headers are refolded on the way. Our parts are base64 or quoted-printable: nobody has a reason to touch those.
            canonicalize=(b"relaxed", b"simple"),
            include_headers=list(_HEADERS),
        )
        return signature
