"""One's own calendar feed over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from services.scheduling import service
from services.scheduling.usecases import feeds
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Schema

routes = Blueprint("feeds", __name__)
ROLES = ("school_staff", "liaison", "team_member")


class FeedSchema(Schema):
    url = fields.String(required=True, metadata={"description": "A secret: whoever has it reads the calendar. Told once."})


@routes.route("/calendar-feed", methods=["POST"])
@allow(*ROLES)
@routes.response(201, FeedSchema)
def renew() -> Any:
    """Make the caller's calendar feed, or renew its address: the one before is worth nothing from then on."""
    return {"url": feed_url(feeds.renew(service.current(), principal()))}


@routes.route("/calendar-feed", methods=["DELETE"])
@allow(*ROLES)
@routes.response(204)
def stop() -> None:
    """End the caller's calendar feed."""
    feeds.stop(service.current(), principal())


def feed_url(secret: str) -> str:
    return f"{service.current().config.public_url}/scheduling/calendar/{secret}.ics"
