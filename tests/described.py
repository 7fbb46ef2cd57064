"""An API against its own description: whatever a client sends, the answer is one that is described, and never a 500."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

_QUIET = settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
_CHECKS = [not_a_server_error, response_schema_conformance]


def is_sound(app: Flask, document: str) -> None:
    """OpenAPI 3.1, and every operation says what it is and who may."""
    described: dict[str, Any] = app.test_client().get(document).get_json()
    validate(described)
    assert described["openapi"].startswith("3.1")
    operations = [each for path in described["paths"].values() for each in path.values() if isinstance(each, dict)]
    assert operations
    assert all(operation.get("summary") for operation in operations)
    assert all(operation["x-roles"] for operation in operations)


def is_kept(app: Flask, document: str, mode: GenerationMode, headers: Mapping[str, str], there: Mapping[str, str]) -> None:
    """Called with ids that are made up and with those that are `there`, by the names of the path's parameters."""
    for found in schemathesis.openapi.from_wsgi(document, app).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters or operation.body):
            continue  # nothing in it can be broken
        if operation.method.upper() == "DELETE" and operation.path.endswith("/session"):
            continue  # it would end the login that the others need

        @_QUIET
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=dict(headers), checks=_CHECKS)
            if case.path_parameters:
                case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
                case.call_and_validate(headers=dict(headers), checks=_CHECKS)

        holds()
