"""Whatever a client sends, the API answers as its own description says, and never with a 500."""

from __future__ import annotations

import pytest
from schemathesis import GenerationMode

from shared.tenancy import Role
from tests.described import is_kept, is_sound
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post, Web

DOCUMENT = "/notifications/api/openapi.json"


def test_the_description_is_a_sound_one(web: Web) -> None:
    is_sound(web.app, DOCUMENT)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "broken"])
@pytest.mark.parametrize("role", ["liaison", "administrator"])
def test_the_api_keeps_its_description(web: Web, post: Post, mailer: MemoryMailer, role: Role, mode: GenerationMode) -> None:
    post.invites()
    post.dispatcher(mailer).run_once()
    there = {"message_id": str(post.messages()[0]["id"]), "name": "appointment_invitation"}
    is_kept(web.app, DOCUMENT, mode, web.bearer(role, (REGENBOOG,) if role == "liaison" else ()), there)
