"""`Idempotency-Key`: the same POST again gives the same answer and does nothing twice.

The key and the answer are kept in the database, in the transaction of the effect itself: the use case joins the
transaction opened here. Two at once with one key: the second waits for the first at the primary key and then replays
its answer. A failure rolls the key back with the effect, so a retry is free to succeed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.database import Database
from shared.errors import Conflict, Invalid
from shared.http.auth import principal
from shared.http.policy import policy_of

View = TypeVar("View", bound=Callable[..., Any])
HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")

_CLAIM = text(
    "insert into idempotency_keys (user_id, key, fingerprint, schools)"
    " values (:user_id, :key, :fingerprint, cast(:schools as uuid[])) on conflict do nothing"
)
_READ = text("select fingerprint, status, headers, body from idempotency_keys where user_id = :user_id and key = :key")
_KEEP = text(
    "update idempotency_keys set status = :status, headers = cast(:headers as json), body = :body"
    " where user_id = :user_id and key = :key"
)


def unrepeatable(view: View) -> View:
    """Mark a view whose answer holds a secret, or whose body does: nothing of it is kept, whatever the header says."""
    view.answer_is_not_kept = True  # type: ignore[attr-defined]  # a mark, as a route's policy is
    return view


def install(app: Flask, database: Database) -> None:
    """Make every POST of the API that has a logged-in caller take the header."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        policy = policy_of(view)
        if (
            "/api/" in rule.rule
            and "POST" in (rule.methods or ())
            and policy
            and policy.public_because is None
            and not _is_unrepeatable(view)
        ):
            app.view_functions[rule.endpoint] = _idempotent(view, database)


def _idempotent(view: Callable[..., Any], database: Database) -> Callable[..., Any]:
    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST":
            return view(*args, **kwargs)
        if not 1 <= len(key) <= 200:
            raise Invalid({HEADER: ["Kies een sleutel van 1 tot en met 200 tekens."]})
        who = principal()
        row = {"user_id": who.user_id, "key": key, "fingerprint": _fingerprint()}
        with database.transaction(who.scope) as session:
            if session.execute(_CLAIM, row | {"schools": sorted(who.school_ids)}).rowcount == 0:  # type: ignore[attr-defined]  # a CursorResult, for an insert
                return _replayed(session, row)
            response = current_app.make_response(view(*args, **kwargs))
            _keep(session, row, response)
            return response

    return call


def _is_unrepeatable(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "answer_is_not_kept", False))


def _fingerprint() -> bytes:
    head = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(head + request.get_data(cache=True)).digest()


def _replayed(session: Session, row: dict[str, Any]) -> Response:
    kept = session.execute(_READ, row).one_or_none()
    if kept is None or (kept.status is None and bytes(kept.fingerprint) == row["fingerprint"]):  # forgotten with an erased case
        raise Conflict("Deze sleutel (Idempotency-Key) is al gebruikt.")
    if bytes(kept.fingerprint) != row["fingerprint"]:
        raise Invalid({HEADER: ["Deze sleutel hoort bij een andere vraag. Gebruik een nieuwe."]})
    return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})


def _keep(session: Session, row: dict[str, Any], response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    answer = {"status": response.status_code, "headers": current_app.json.dumps(headers), "body": response.get_data()}
    session.execute(_KEEP, row | answer)
