"""Dead letters and suppressions over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.notifications import service
from services.notifications.api.schemas import DeadLetterPage, ReplayedSchema, ReplaySchema, SuppressionPage
from services.notifications.usecases import letters
from services.notifications.usecases.letters import Suppression
from shared.http.auth import principal
from shared.http.pagination import PageArgs, page_request
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("letters", __name__)
OPERATORS = ("liaison", "team_member", "administrator")


@routes.route("/dead-letters", methods=["GET"])
@allow(*OPERATORS)
@routes.arguments(PageArgs, location="query")
@routes.response(200, DeadLetterPage)
def list_dead_letters(args: dict[str, Any]) -> Any:
    """Events that could not be applied, newest first."""
    return letters.list_dead_letters(service.current(), principal(), page_request(args))


@routes.route("/dead-letters/<uuid:letter_id>/replay", methods=["POST"])
@allow(*OPERATORS)
@routes.response(202)
def replay(letter_id: UUID) -> None:
    """Try it again from the start."""
    letters.replay(service.current(), principal(), letter_id)


@routes.route("/dead-letters/replay", methods=["POST"])
@allow(*OPERATORS)
@routes.arguments(ReplaySchema)
@routes.response(202, ReplayedSchema)
def replay_some(chosen: dict[str, Any]) -> Any:
    """Try several again; how many of them there were."""
    return {"replayed": letters.replay_some(service.current(), principal(), chosen["ids"])}


@routes.route("/suppressions", methods=["GET"])
@allow("school_staff", *OPERATORS)
@routes.arguments(PageArgs, location="query")
@routes.response(200, SuppressionPage)
def list_suppressions(args: dict[str, Any]) -> Page[Any]:
    """Addresses that mail came back from: call these parents. An administrator gets those of colleagues."""
    return letters.list_suppressions(service.current(), principal(), page_request(args)).map(_dumped)


@routes.route("/suppressions/<uuid:suppression_id>", methods=["DELETE"])
@allow(*OPERATORS)
@routes.response(204)
def lift(suppression_id: UUID) -> None:
    """Write to the address again."""
    letters.lift(service.current(), principal(), suppression_id)


def _dumped(found: Suppression) -> dict[str, Any]:
    names = ("id", "school_id", "person_id", "reason", "created_at", "expires_at")
    return {name: getattr(found.row, name) for name in names} | {"address": found.address}
