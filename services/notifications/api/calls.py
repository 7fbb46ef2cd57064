"""Calls to make over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.notifications import service
from services.notifications.api.desk_schemas import CallPage, CallSchema, OutcomeSchema
from services.notifications.usecases import calls
from services.notifications.usecases.calls import Call
from shared.http.auth import principal
from shared.http.pagination import PageArgs, page_request
from shared.http.policy import allow

routes = Blueprint("calls", __name__)
CALLERS = ("liaison", "team_member")


@routes.route("/calls", methods=["GET"])
@allow(*CALLERS)
@routes.arguments(PageArgs, location="query")
@routes.response(200, CallPage)
def list_calls(args: dict[str, Any]) -> Any:
    """Parents whom no mail reaches, who waits longest first."""
    return calls.list_calls(service.current(), principal(), page_request(args))


@routes.route("/calls/<uuid:person_id>", methods=["GET"])
@allow(*CALLERS)
@routes.response(200, CallSchema)
def read_call(person_id: UUID) -> Any:
    """What to tell this parent, in their language and in Dutch, and who tried before."""
    return _dumped(calls.read_call(service.current(), principal(), person_id))


@routes.route("/calls/<uuid:person_id>/outcomes", methods=["POST"])
@allow(*CALLERS)
@routes.arguments(OutcomeSchema)
@routes.response(200, CallSchema)
def record(new: dict[str, Any], person_id: UUID) -> Any:
    """How it ended; 409 when a colleague settled these messages before."""
    found = calls.record(service.current(), principal(), person_id, new["outcome"], new["message_ids"])
    return _dumped(found)


def _dumped(call: Call) -> dict[str, Any]:
    names = ("person_id", "case_id", "school_id", "name", "phone", "language", "interpreter_needed", "channel")
    topics = [
        {
            "message_id": topic.message.id,
            "template": topic.message.template,
            "words": [
                {
                    "language": each.language.tag,
                    "text": "\n".join(f"{line.label}: {line.text}" if line.label else line.text for line in each.spoken),
                }
                for each in topic.passages
            ],
        }
        for topic in call.topics
    ]
    return {name: getattr(call.guardian, name) for name in names} | {"topics": topics, "contacts": call.contacts}
