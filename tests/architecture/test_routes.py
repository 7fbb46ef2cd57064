"""Every route of every service says who may call it, and keeps to it: asked one by one, without a login and with every role."""

from __future__ import annotations

import importlib
import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from shared.clock import SystemClock
from shared.http.policy import Policy, policy_of, require_policies
from shared.identity import TokenIssuer, new_private_key, public_keys
from shared.ids import new_id
from shared.tenancy import ROLES, Principal, Role
from tests.architecture.test_locks import SERVICES

KEY = new_private_key()
NOBODY_THERE = "postgresql://nobody@127.0.0.1:9/none"  # who is stopped at the door needs no database
VALUES = {"UUIDConverter": UUID(int=1), "IntegerConverter": 1, "UnicodeConverter": "x", "PathConverter": "x"}


@pytest.fixture(scope="module", params=SERVICES)
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp(request.param)
    config = importlib.import_module(f"services.{request.param}.config").Config.from_env(_environment(folder))
    created: Flask = importlib.import_module(f"services.{request.param}.app").create_app(config)
    return created


def _environment(folder: Path) -> dict[str, str]:
    (folder / "signing.json").write_text(json.dumps(KEY))
    (folder / "keys.json").write_text(json.dumps(public_keys(KEY)))
    return {
        **dict.fromkeys(("DATABASE_URL", "WORKER_DATABASE_URL", "RELAY_DATABASE_URL"), NOBODY_THERE),
        "AMQP_URL": "amqp://127.0.0.1:9/",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "k" * 40,
        "TOKEN_KEYS_FILE": str(folder / "keys.json"),
        "SIGNING_KEY_FILE": str(folder / "signing.json"),
        "DATA_DIR": str(folder),
    }


def routes(app: Flask) -> list[tuple[str, str, Policy]]:
    """(method, path with values filled in, policy) of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app.view_functions[rule.endpoint])
        assert policy is not None, f"{rule.endpoint} does not say who may call it"
        found += [(method, _path(app, rule), policy) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def _path(app: Flask, rule: Rule) -> str:
    values = {name: VALUES[type(converter).__name__] for name, converter in rule._converters.items()}
    return app.url_map.bind("127.0.0.1:8000").build(rule.endpoint, values, min(rule.methods or {"GET"}))


@cache
def token(role: Role) -> str:
    now = SystemClock().now()
    principal = Principal(new_id(), "Somebody", role, frozenset({UUID(int=1)}), new_id(), now, now + timedelta(hours=1))
    return TokenIssuer(KEY).issue(principal)


def ask(app: Flask, method: str, path: str, **headers: str) -> Any:
    return app.test_client().open(path, method=method, headers=headers, base_url="http://127.0.0.1:8000")


def test_a_public_route_says_why(app: Flask) -> None:
    public = [policy.public_because for _, _, policy in routes(app) if policy.public_because is not None]
    assert public
    assert all(len(reason.split()) >= 3 for reason in public)
    assert all(policy.roles or policy.public_because for _, _, policy in routes(app))


def test_nobody_comes_in_without_a_login(app: Flask) -> None:
    closed = [(method, path) for method, path, policy in routes(app) if policy.public_because is None]
    assert len(closed) > 10
    for method, path in closed:
        answer = ask(app, method, path)
        if path.split("/")[2] == "api":
            assert answer.status_code == 401, (method, path)
        else:
            assert answer.status_code == 303, (method, path)
            assert answer.headers["Location"].startswith("/cases/inloggen"), (method, path)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_that_is_not_named_is_refused(app: Flask, role: Role) -> None:
    for method, path, policy in routes(app):
        if policy.public_because is None and role not in policy.roles:
            answer = ask(app, method, path, Authorization=f"Bearer {token(role)}")
            assert answer.status_code == 403, (method, path)


def test_without_its_database_and_broker_a_service_says_what_is_missing(app: Flask) -> None:
    answer = ask(app, "GET", f"/{app.name}/health/ready")
    assert answer.status_code == 503
    assert {"database", "broker"} <= set(answer.json["missing"])
    assert ask(app, "GET", f"/{app.name}/health/live").status_code == 200


def test_without_its_database_no_route_fails_or_says_that_it_did_something(app: Flask) -> None:
    """What is not refused for what was asked is a 503, and no redirect that looks like success."""
    unavailable = 0
    for method, path, policy in routes(app):
        if policy.roles:
            answer = ask(app, method, path, Authorization=f"Bearer {token(role_of(policy))}")
            unavailable += answer.status_code == 503
            assert answer.status_code in (503, 422, 404), (method, path)
    assert unavailable > len(routes(app)) / 3


def role_of(policy: Policy) -> Role:
    return cast(Role, min(policy.roles))


def test_an_application_with_a_silent_route_does_not_start() -> None:
    app = Flask("silent", static_folder=None)
    app.add_url_rule("/", endpoint="silent", view_func=lambda: "anybody may read this")
    with pytest.raises(RuntimeError, match="silent"):
        require_policies(app)
