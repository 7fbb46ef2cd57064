"""Whatever a client sends, the API answers as its own description says, and never with a 500."""

from __future__ import annotations

import pytest
from schemathesis import GenerationMode

from shared.tenancy import Role
from tests.described import is_kept, is_sound
from tests.integration.scheduling.conftest import KLIMOP, REGENBOOG, Office
from tests.integration.scheduling.test_appointments import visit

DOCUMENT = "/scheduling/api/openapi.json"


def test_the_description_is_a_sound_one(office: Office) -> None:
    is_sound(office.app, DOCUMENT)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "broken"])
@pytest.mark.parametrize("role", ["liaison", "school_staff"])
def test_the_api_keeps_its_description(office: Office, role: Role, mode: GenerationMode) -> None:
    caller = office.client(role, {REGENBOOG, KLIMOP})
    made = caller("POST", "/appointments", visit()).json["id"]
    headers = {"Authorization": f"Bearer {caller.token}"}
    is_kept(office.app, DOCUMENT, mode, headers, {"appointment_id": made})
