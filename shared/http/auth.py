"""Who is calling: a bearer token for programs, a cookie for browsers. Checked before every view, denied by default."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, redirect, request

from shared.clock import Clock
from shared.config import ServiceConfig
from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.http.policy import Policy, policy_of
from shared.identity import TokenVerifier
from shared.tenancy import Principal

LOGIN_PATH = "/cases/inloggen"
RENEWAL_PATH = "/cases/sessie/vernieuwen"
RENEW_BEFORE = timedelta(minutes=20)
_SAFE = {"GET", "HEAD", "OPTIONS"}


def principal() -> Principal:
    """The logged-in member of staff of this request. Raises Unauthenticated on a public route without a login."""
    found = principal_or_none()
    if found is None:
        raise Unauthenticated
    return found


def principal_or_none() -> Principal | None:
    """The logged-in member of staff, if any."""
    if "principal" not in g:
        g.principal = _read_principal()
    return cast("Principal | None", g.principal)


def cookie_name(config: ServiceConfig) -> str:
    """`__Host-` binds the cookie to this host over https; browsers refuse that prefix on plain http."""
    return "__Host-session" if config.secure else "session"


def csrf_token() -> str:
    """Bound to the login, the same in all three services: a page of one may post to another."""
    found = principal_or_none()
    if found is None:
        return ""
    digest = hashlib.sha256(b"partnerschap csrf " + found.session_id.bytes).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_api_request() -> bool:
    """JSON in, JSON out; as opposed to a page."""
    return request.path.split("/", 3)[2:3] == ["api"]


def install(app: Flask, config: ServiceConfig, clock: Clock) -> None:
    """Check every request of the application before its view runs."""
    app.extensions["token_verifier"] = TokenVerifier(config.token_keys_file)
    app.extensions["clock"] = clock
    app.extensions["session_cookie"] = cookie_name(config)
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such route: Flask answers 404
    policy = cast(Policy, policy_of(current_app.view_functions[request.endpoint]))
    if request.method not in _SAFE:
        _refuse_foreign_origin()
    if policy.public_because is not None:
        return None
    return _require_login(policy)


def _require_login(policy: Policy) -> Response | None:
    found = principal_or_none()
    if not is_api_request() and _wants_renewal(found):
        return to_renewal()
    if found is None:
        if is_api_request():
            raise Unauthenticated
        return _redirect_to(LOGIN_PATH)
    if found.role not in policy.roles:
        raise Forbidden
    if request.method not in _SAFE and not _is_bearer():
        _require_csrf_token()
    return None


def _read_principal() -> Principal | None:
    token = _token()
    if not token:
        return None
    try:
        verifier: TokenVerifier = current_app.extensions["token_verifier"]
        return verifier.verify(token, current_app.extensions["clock"].now())
    except Unauthenticated:
        return None


def _token() -> str | None:
    if _is_bearer():
        return request.headers["Authorization"][7:].strip()
    if is_api_request() and request.method not in _SAFE:
        return None  # a cookie alone never changes anything through the API
    return request.cookies.get(current_app.extensions["session_cookie"])


def _is_bearer() -> bool:
    return request.headers.get("Authorization", "")[:7].lower() == "bearer "


def _wants_renewal(found: Principal | None) -> bool:
    """A page asked for with a login that has ended, or soon will: `cases` can renew it without a question."""
    if request.method != "GET" or not request.cookies.get(current_app.extensions["session_cookie"]):
        return False
    return found is None or found.expires_at - current_app.extensions["clock"].now() < RENEW_BEFORE


def to_renewal() -> Response:
    """Past `cases`, which gives a new token and sends the reader back here, or asks who they are."""
    return _redirect_to(RENEWAL_PATH)


def _redirect_to(path: str) -> Response:
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    query = f"?{urlencode({'naar': target})}" if target else ""
    return cast(Response, redirect(path + query, 303))


def safe_target(target: str | None) -> str | None:
    """`target` if it is a path on this site (never another site, RFC 3986 section 4.2), else None."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and target.isprintable() else None


def _refuse_foreign_origin() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("Dit formulier kwam van een andere website.")
    origin = request.headers.get("Origin")
    if origin is not None and site is None and urlsplit(origin).netloc != request.host:
        raise Forbidden("Dit formulier kwam van een andere website.")


def _require_csrf_token() -> None:
    if not hmac.compare_digest(request.form.get("csrf_token", "").encode(), csrf_token().encode()):
        raise Forbidden("Dit formulier is verlopen. Laad de pagina opnieuw en probeer het nog eens.")


def require_own(school_ids: frozenset[object], school_id: object) -> None:
    """Raises NotFound unless the school is among the caller's: another's school looks like none."""
    if school_id not in school_ids:
        raise NotFound
