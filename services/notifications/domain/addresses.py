"""E-mail addresses: which ones we can write to, and how one is shown to who may not read it."""

from __future__ import annotations

import re

# What a header can carry safely: printable ASCII around one @ (RFC 5321, 4.1.2, without quoted local parts).
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# As somebody else wrote it, wherever it begins and ends.
_ANY = re.compile(r"[^\s<>()\[\]:;,\"@]+@[^\s<>()\[\]:;,\"@]+")
_LONGEST_LOCAL, _LONGEST = 64, 254


class UnusableAddress(ValueError):
    """No mail can be sent to this address."""


def deliverable(address: str) -> str:
    """The address as it goes into the envelope: its domain in ASCII.

    Raises UnusableAddress for what cannot be written without special treatment on the way (RFC 6531 local parts,
    quoted local parts, address literals); such a parent gets a call instead of a guess.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise UnusableAddress
    ascii_domain = _ascii(domain)
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UnusableAddress
    if len(local) + 1 + len(ascii_domain) > _LONGEST:
        raise UnusableAddress
    return f"{local}@{ascii_domain}"


def masked(address: str) -> str:
    """Enough to recognise an address by, too little to use it: `fatma@voorbeeld.nl` → `f***@v***.nl`."""
    local, at, domain = address.rpartition("@")
    if not at:
        return "***"
    name, dot, top = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***{dot}{top}" if dot else f"{local[:1]}***@***"


def masked_within(text: str) -> str:
    """A mail server's answer, which often repeats the address that it refused: every address in it masked."""
    return _ANY.sub(lambda found: masked(found[0]), text)


def domain_of(address: str) -> str:
    """The part after the @, in lower case: what limits and figures are kept by."""
    return address.rpartition("@")[2].lower()


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise UnusableAddress from error
