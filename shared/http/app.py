"""What every service's web application is made of; a service brings only its blueprints."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import flask_smorest
import structlog
from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from sqlalchemy import text
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from shared import migrations, observability
from shared.clock import Clock
from shared.config import ServiceConfig
from shared.database import Database
from shared.errors import Unavailable
from shared.http import auth, health, idempotency, problems
from shared.http.policy import policy_of, public, require_policies
from shared.http.schemas import ProblemSchema
from shared.ids import new_id
from shared.messaging.transports.base import check_broker
from shared.web.docs_page import describe
from shared.web.setup import init_web

MAX_BODY_BYTES = 1024 * 1024
_BODY_BYTES = "max_body_bytes"
View = TypeVar("View", bound=Callable[..., Any])
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

_log = structlog.get_logger("http")


@dataclass(frozen=True, kw_only=True)
class ServiceApp:
    """The parts of one service's web application. `service` is its composition root, found by `current_service`."""

    config: ServiceConfig
    database: Database
    clock: Clock
    service: object
    title: str
    api: Sequence[flask_smorest.Blueprint] = ()
    pages: Sequence[Blueprint] = ()
    checks: Mapping[str, health.Check] = field(default_factory=dict)


class _Api(flask_smorest.Api):  # type: ignore[misc]  # the library is untyped
    """OpenAPI 3.1 from the schemas; errors are answered by `shared.http.problems`, not by the library."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        return problems.on_http_exception(error)


def create_service_app(parts: ServiceApp) -> Flask:
    """Build the application. Raises RuntimeError when a route does not say who may call it."""
    config = parts.config
    name = config.service
    observability.configure(name, config.log_level)
    app = Flask(name, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        SECRET_KEY=config.secret_key,
        DEMO=config.demo,
        **_openapi_settings(name, parts.title, config),
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    app.extensions["service"] = parts.service
    app.before_request(_begin)
    auth.install(app, config, parts.clock)
    init_web(app, name)
    _register(app, parts)
    app.after_request(_finish)
    problems.install(app)
    require_policies(app)
    idempotency.install(app, parts.database)
    return app


def _openapi_settings(name: str, title: str, config: ServiceConfig) -> dict[str, Any]:
    return {
        "API_TITLE": title,
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": f"/{name}/api",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "servers": [{"url": config.public_url}],
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
            "security": [{"bearer": []}],
        },
    }


def _register(app: Flask, parts: ServiceApp) -> None:
    prefix = f"/{parts.config.service}"
    api = _Api(app)
    for blueprint in parts.api:
        api.register_blueprint(blueprint, url_prefix=f"{prefix}/api/v1{blueprint.url_prefix or ''}")
    _describe_policies(app, api)
    for pages in parts.pages:
        app.register_blueprint(pages, url_prefix=prefix + (pages.url_prefix or ""))
    app.register_blueprint(health.blueprint(_checks(parts)), url_prefix=prefix)
    app.register_blueprint(_docs(api, parts.title), url_prefix=f"{prefix}/api")
    # The library's view is a bound method, which takes no marks: a function around it does.
    document: Callable[..., Response] = app.view_functions["api-docs.openapi_json"]  # type: ignore[assignment]  # it answers so

    @public("the description of the API holds no data")
    def openapi() -> Response:
        return document()

    app.view_functions["api-docs.openapi_json"] = openapi


def _checks(parts: ServiceApp) -> dict[str, health.Check]:
    def migrated() -> None:
        with parts.database.engine.connect() as connection:
            found = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
        if found not in migrations.heads(parts.config.service):
            raise Unavailable

    def broker() -> None:
        check_broker(parts.config.amqp_url)

    return {
        "database": parts.database.ping,
        "migrations": migrated,
        "broker": broker,
        **parts.checks,
    }


def _docs(api: _Api, title: str) -> Blueprint:
    routes = Blueprint("docs", __name__)

    @routes.get("/docs")
    @public("the description of the API holds no data")
    def docs() -> str:
        return render_template("api_docs.html", title=title, document=describe(api.spec.to_dict()))

    return routes


def _describe_policies(app: Flask, api: _Api) -> None:
    """Say in the OpenAPI document which roles may call each operation."""
    paths = api.spec.to_dict().get("paths", {})
    for rule in app.url_map.iter_rules():
        policy = policy_of(app.view_functions[rule.endpoint])
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in rule.methods or ():
            operation = paths.get(path, {}).get(method.lower())
            if operation is not None and policy is not None:
                operation["x-roles"] = sorted(policy.roles) or ["everybody"]
                if policy.public_because:
                    operation["security"] = []


def takes_up_to(size: int) -> Callable[[View], View]:
    """A view that takes a file: bodies of up to `size` bytes, where others stop at MAX_BODY_BYTES."""

    def decorate(view: View) -> View:
        setattr(view, _BODY_BYTES, size)
        return view

    return decorate


def _begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and request.method in ("POST", "PUT"):
        request.max_content_length = getattr(view, _BODY_BYTES, MAX_BODY_BYTES)
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if given.isalnum() and len(given) <= 64 else new_id().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    g.span = observability.span(f"{request.method} {request.url_rule}", dict(request.headers))
    structlog.contextvars.bind_contextvars(trace_id=g.span.__enter__())


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    _measure(response)
    return response


def _measure(response: Response) -> None:
    """The route's rule, never the path: paths of parents' links hold secrets."""
    seconds = time.perf_counter() - g.started
    service, route = request.path.split("/", 2)[1], str(request.url_rule or "none")
    observability.REQUESTS.labels(service, request.method, route, response.status_code).inc()
    observability.DURATION.labels(service, route).observe(seconds)
    _log.info("request", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000, 1))
    if "span" in g:
        g.pop("span").__exit__(None, None, None)
