"""Codes of six digits from an app (TOTP, RFC 6238), each of them good for one login."""

from __future__ import annotations

from datetime import datetime

import pyotp

_STEP_SECONDS = 30
_ISSUER = "Partnerschap"


def new_secret() -> str:
    return pyotp.random_base32()


def address_for_app(secret: str, email: str) -> str:
    """What the app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute that the code belongs to, or None when it is wrong. One step either way forgives a slow clock.

    Who keeps the last step used, and refuses it and all before it, makes every code good for once.
    """
    current = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    tidy = code.replace(" ", "")
    steps = (current, current - 1, current + 1)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), tidy)), None)
