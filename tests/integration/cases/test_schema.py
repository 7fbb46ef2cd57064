"""Whatever a client sends, the API answers as its own description says, and never with a 500."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.integration.cases.support import Web
from tests.integration.cases.test_api import opened

DOCUMENT = "/cases/api/openapi.json"
_QUIET = settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def test_the_description_is_a_sound_one(web: Web) -> None:
    document: dict[str, Any] = web.app.test_client().get(DOCUMENT).get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    operations = [operation for path in document["paths"].values() for operation in path.values() if isinstance(operation, dict)]
    assert all(operation.get("summary") for operation in operations)
    assert all(operation["x-roles"] for operation in operations)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "broken"])
@pytest.mark.parametrize("key", ["liaison", "ib_regenboog"])
def test_the_api_keeps_its_description(web: Web, key: str, mode: GenerationMode) -> None:
    """Both on ids that are made up and on a case and a guardian that are there."""
    made = opened(web)
    there = {"case_id": made["id"], "guardian_id": made["guardians"][0]["id"], "school_id": made["school_id"]}
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, web.app)
    headers = {"Authorization": f"Bearer {web.token(key)}"}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters or operation.body):
            continue  # nothing in it can be broken
        if operation.label == "DELETE /cases/api/v1/session":
            continue  # it would end the login that the others need

        @_QUIET
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case: schemathesis.Case[Any]) -> None:
            checks = [not_a_server_error, response_schema_conformance]
            case.call_and_validate(headers=headers, checks=checks)
            if case.path_parameters:
                case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
                case.call_and_validate(headers=headers, checks=checks)

        holds()
