"""Messages over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.notifications import service
from services.notifications.api.schemas import MessageArgs, MessageLifeSchema, MessagePage, message_json
from services.notifications.domain.message import Filter
from services.notifications.usecases import messages
from services.notifications.usecases.messages import MessageLife
from shared.http.auth import principal
from shared.http.pagination import PageArgs, page_request
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("messages", __name__)
READERS = ("school_staff", "liaison", "team_member")
DECIDERS = ("liaison", "team_member")


@routes.route("/messages", methods=["GET"])
@allow(*READERS)
@routes.arguments(MessageArgs, location="query")
@routes.response(200, MessagePage)
def list_messages(args: dict[str, Any]) -> Page[Any]:
    """What was mailed, or was to be, newest first."""
    page = page_request(args)
    status = args.pop("status")
    wanted = Filter(**args, statuses=(status,) if status else ())
    return messages.list_messages(service.current(), principal(), wanted, page).map(message_json)


@routes.route("/alliance-messages", methods=["GET"])
@allow("administrator")
@routes.arguments(PageArgs, location="query")
@routes.response(200, MessagePage)
def list_alliance_messages(args: dict[str, Any]) -> Page[Any]:
    """Mail to colleagues that is of no one school: invitations, digests, failures. Newest first."""
    return messages.list_messages(service.current(), principal(), Filter(), page_request(args)).map(message_json)


@routes.route("/messages/<uuid:message_id>", methods=["GET"])
@allow(*READERS)
@routes.response(200, MessageLifeSchema)
def read_message(message_id: UUID) -> Any:
    """One message: its tries, the server's answers, and what the parent got."""
    return _dumped(messages.read_message(service.current(), principal(), message_id))


@routes.route("/messages/<uuid:message_id>/send-again", methods=["POST"])
@allow(*DECIDERS)
@routes.response(200, MessageLifeSchema)
def send_again(message_id: UUID) -> Any:
    """Queue it anew, after what was wrong has been repaired; 409 when there is no sense in it."""
    return _dumped(messages.send_again(service.current(), principal(), message_id))


@routes.route("/messages/<uuid:message_id>/arrival", methods=["POST"])
@allow(*DECIDERS)
@routes.response(200, MessageLifeSchema)
def confirm_arrival(message_id: UUID) -> Any:
    """Say that an uncertain message did arrive."""
    return _dumped(messages.confirm_arrival(service.current(), principal(), message_id))


def _dumped(life: MessageLife) -> dict[str, Any]:
    words = {"text": life.copy and life.copy.text, "html": life.copy and life.copy.html}
    return message_json(life.view) | words | {"tries": life.tries}
