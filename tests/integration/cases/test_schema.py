"""Whatever a client sends, the API answers as its own description says, and never with a 500."""

from __future__ import annotations

import pytest
from schemathesis import GenerationMode

from tests.described import is_kept, is_sound
from tests.integration.cases.support import Web
from tests.integration.cases.test_api import opened

DOCUMENT = "/cases/api/openapi.json"


def test_the_description_is_a_sound_one(web: Web) -> None:
    is_sound(web.app, DOCUMENT)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "broken"])
@pytest.mark.parametrize("key", ["liaison", "ib_regenboog"])
def test_the_api_keeps_its_description(web: Web, key: str, mode: GenerationMode) -> None:
    made = opened(web)
    there = {"case_id": made["id"], "guardian_id": made["guardians"][0]["id"], "school_id": made["school_id"]}
    is_kept(web.app, DOCUMENT, mode, {"Authorization": f"Bearer {web.token(key)}"}, there)
