"""One sentence for the next page, such as "De uitnodiging is verstuurd", said once.

Flask keeps these in its session cookie, of which the name and the place belong to our login. Ours is a signed cookie of
a minute, taken away by the page that shows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

_COOKIE = "melding"
_SECONDS = 60


@dataclass(frozen=True)
class Flash:
    """A sentence, already in the reader's language; `kind` is `ok`, `info`, `warn` or `err`."""

    text: str
    kind: str = "ok"


def flash(text: str, kind: str = "ok") -> None:
    """Show `text` on the next page that this reader sees."""
    g.setdefault("flashes_out", []).append([text, kind])


def flashes() -> list[Flash]:
    """What the last request left for this page; shown once."""
    kept = request.cookies.get(_COOKIE)
    if not kept:
        return []
    g.flashes_shown = True
    try:
        return [Flash(text, kind) for text, kind in _signer().loads(kept, max_age=_SECONDS)]
    except (BadData, ValueError, TypeError):
        return []


def install(app: Flask) -> None:
    """Keep and clear the cookie after each request."""
    app.after_request(_keep)


def _keep(response: Response) -> Response:
    if g.get("flashes_out"):
        value = str(_signer().dumps(g.flashes_out))
        response.set_cookie(_COOKIE, value, max_age=_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure)
    elif g.get("flashes_shown"):
        response.delete_cookie(_COOKIE)
    return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="melding")
