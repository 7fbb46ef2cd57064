"""Whatever a client sends, the API answers as its own description says, and never with a 500."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from shared.tenancy import Role
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post, Web

_QUIET = settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "broken"])
@pytest.mark.parametrize("role", ["liaison", "administrator"])
def test_the_api_keeps_its_description(web: Web, post: Post, mailer: MemoryMailer, role: Role, mode: GenerationMode) -> None:
    post.invites()
    post.dispatcher(mailer).run_once()
    schema = schemathesis.openapi.from_wsgi("/notifications/api/openapi.json", web.app)
    headers = web.bearer(role, (REGENBOOG,) if role == "liaison" else ())
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters or operation.body):
            continue  # nothing in it can be broken

        @_QUIET
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=headers, checks=[not_a_server_error, response_schema_conformance])

        holds()
