"""Identifiers: UUIDv7 (RFC 9562), so that new rows land together at the end of an index and tell no volume."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new, time-ordered, unguessable identifier."""
    return uuid7()
