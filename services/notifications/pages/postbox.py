"""Postbus: what parents find in their mail, in a demo. Nobody's mail is shown anywhere else."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template

from services.notifications import service
from services.notifications.pages.mail_frame import framed, framing
from services.notifications.usecases import postbox
from shared.http.policy import public

routes = Blueprint("postbox_pages", __name__)


@routes.get("/postbus")
@public("the demo's parents have no account; without DEMO it answers 404")
def list_letters() -> str:
    return render_template("notifications/postbox.html", letters=postbox.list_letters(service.current()))


@routes.get("/postbus/<uuid:message_id>")
@public("the demo's parents have no account; without DEMO it answers 404")
def read_letter(message_id: UUID) -> Response:
    letter = postbox.read_letter(service.current(), message_id)
    return framing(render_template("notifications/letter.html", letter=letter))


@routes.get("/postbus/<uuid:message_id>/inhoud")
@public("the demo's parents have no account; without DEMO it answers 404")
def read_content(message_id: UUID) -> Response:
    return framed(postbox.read_letter(service.current(), message_id).html, links=True)
