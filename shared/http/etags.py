"""Versions over HTTP (RFC 9110, sections 8.8.3 and 13.1.1): what was read is what may be changed."""

from __future__ import annotations

from typing import Any

from flask import request

from shared.errors import Stale


def etag_header(version: int) -> dict[str, str]:
    """The header to send with a changeable resource."""
    return {"ETag": f'"{version}"'}


def with_etag(data: Any, version: int, status: int = 200) -> tuple[Any, int, dict[str, str]]:
    """A view's answer with its version as ETag."""
    return data, status, etag_header(version)


def expected_version() -> int | None:
    """The version that the client read, from `If-Match`; None without one or for `*`. Raises Stale for a foreign tag."""
    condition = request.if_match
    if not request.headers.get("If-Match", "").strip() or condition.star_tag:
        return None
    # werkzeug gives None for the empty tag; int() refuses what is longer than any version.
    versions = [int(tag) for tag in condition.as_set() if tag and tag.isdecimal() and len(tag) < 10]
    if len(versions) != 1:
        raise Stale
    return versions[0]
