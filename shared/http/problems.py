"""How every failure leaves the house: one table, problem+json for the API (RFC 9457), a plain page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from traceback import walk_tb
from typing import Any

import structlog
from flask import Flask, Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException

from shared.errors import (
    Conflict,
    Failure,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Stale,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)
from shared.http.auth import is_api_request, to_renewal
from shared.web.i18n import gettext

STATUS: dict[type[Failure], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    Stale: 412,
    Invalid: 422,
    TooManyAttempts: 429,
    Unavailable: 503,
}

TITLES: dict[int, str] = {
    400: "Deze vraag is niet te lezen",
    401: "U bent niet ingelogd",
    403: "Dit mag u niet doen",
    404: "Niet gevonden",
    405: "Dit kan hier niet",
    409: "Dit kan nu niet",
    410: "Deze link is verlopen",
    412: "Intussen gewijzigd",
    413: "Dit is te groot",
    415: "Stuur JSON",
    422: "Niet alles is goed ingevuld",
    429: "Te veel pogingen",
    500: "Er ging iets mis bij ons",
    503: "Even niet bereikbaar",
}
DETAILS: dict[int, str] = {
    400: "De vraag kwam niet goed over.",
    404: NotFound.default_detail,
    405: "Dit kan op dit adres niet.",
    413: "Stuur hoogstens %(size)s MB.",
    415: "Stuur de gegevens als application/json.",
    500: "Wij hebben een melding gekregen. Er is niets half gedaan. Probeer het later opnieuw.",
    503: Unavailable.default_detail,
}

_log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Answer every failure of the application by the tables above."""
    app.register_error_handler(Failure, _on_failure)
    app.register_error_handler(HTTPException, on_http_exception)
    app.register_error_handler(RecursionError, _on_recursion)
    app.register_error_handler(Exception, _on_surprise)


def status_of(failure: Failure) -> int:
    """The HTTP status of a failure, by its nearest listed class."""
    return next(STATUS[kind] for kind in type(failure).__mro__ if kind in STATUS)


def _on_failure(failure: Failure) -> Response:
    if isinstance(failure, Unauthenticated) and not is_api_request() and request.method == "GET":
        return to_renewal()  # the token was good once: its owner's schools changed, or they logged out elsewhere
    extra: dict[str, Any] = dict(failure.extra)
    if isinstance(failure, Invalid):
        extra["errors"] = {name: [gettext(text) for text in texts] for name, texts in failure.fields.items()}
    text = gettext(failure.detail)
    response = _answer(status_of(failure), text % failure.params if failure.params else text, extra)
    if isinstance(failure, TooManyAttempts):
        response.headers["Retry-After"] = str(failure.retry_after)
    elif isinstance(failure, Unavailable):
        response.headers["Retry-After"] = "5"
    elif isinstance(failure, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def on_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return current_app.make_response(error.get_response())
    messages = (getattr(error, "data", None) or {}).get("messages")
    if status == 422 and messages:
        return _on_failure(Invalid(dict(_by_field(messages))))
    detail = gettext(DETAILS.get(status, error.description or ""))
    response = _answer(status, detail % {"size": _most_megabytes()} if status == 413 else detail, {})
    for name, value in error.get_headers(request.environ):
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _most_megabytes() -> int:
    """What the route takes: a file may be larger than a form."""
    return max(1, (request.max_content_length or 0) // (1024 * 1024))


def _on_surprise(error: Exception) -> Response:
    _log.error("request failed", exc_info=error, route=str(request.url_rule or ""))
    return _answer(500, gettext(DETAILS[500]), {})


def _on_recursion(error: RecursionError) -> Response:
    """JSON that is nested deeper than its decoder goes is a body like any broken one; other recursion is a fault of ours."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    if frame.f_globals.get("__name__") != "json.decoder":
        return _on_surprise(error)
    return _answer(400, gettext(DETAILS[400]), {})


def _answer(status: int, detail: str, extra: Mapping[str, Any]) -> Response:
    title = gettext(TITLES.get(status, TITLES[400]))
    if not is_api_request():
        page = render_template("error.html", status=status, title=title, detail=detail, errors=extra.get("errors", {}))
        return Response(page, status)
    problem = {"type": f"urn:partnerschap:problem:{status}", "title": title, "status": status, "detail": detail, **extra}
    return Response(json.dumps(problem), status, content_type="application/problem+json")


def _by_field(messages: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """By the field's name alone; webargs groups messages by where they came from (json, query, …)."""
    for location, found in messages.items():
        if isinstance(found, Mapping):
            yield from flatten(found)
        else:
            yield location, [str(text) for text in found]


def flatten(messages: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested messages of marshmallow as `guardians.0.email`."""
    for name, found in messages.items():
        path = prefix.rstrip(".") if name == "_schema" else f"{prefix}{name}"
        if isinstance(found, Mapping):
            yield from flatten(found, f"{path}.")
        else:
            texts = found if isinstance(found, list) else [found]
            yield path or "body", [str(text) for text in texts]
