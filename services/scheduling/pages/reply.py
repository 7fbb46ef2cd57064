"""The parent's page behind the link in the mail. Looking changes nothing, because mail scanners follow links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from services.scheduling import service
from services.scheduling.domain.appointment import ANSWERS
from services.scheduling.usecases import replies
from services.scheduling.usecases.replies import Invitation
from shared.errors import Conflict
from shared.http.policy import public
from shared.http.schemas import Choice, Schema, Text
from shared.web.forms import Form, parse_form
from shared.web.i18n import languages, speak

routes = Blueprint("reply", __name__)


class AnswerSchema(Schema):
    answer = Choice(*ANSWERS, required=True)
    note = Text(max=500, multiline=True, load_default=None, allow_none=True)


@routes.get("/reply/<token>")
@public("the signed link in the parent's own mail is the key")
def look(token: str) -> Response:
    """What is planned, and the answer so far."""
    return _page(replies.look(service.current(), token), Form())


@routes.post("/reply/<token>")
@public("the signed link in the parent's own mail is the key")
def answer(token: str) -> Response:
    """Take the answer."""
    invitation, form = replies.look(service.current(), token), parse_form(AnswerSchema)
    if not form.ok:
        return _page(invitation, form, 422)
    try:
        invitation = replies.answer(service.current(), token, form.data["answer"], form.data["note"])
    except Conflict as failure:
        return _page(invitation, form.refuse(failure), 409)
    return _page(invitation, Form())


def _page(invitation: Invitation, form: Form, status: int = 200) -> Response:
    wanted = request.args.get("taal", invitation.language)
    speak(wanted)
    links = [(tag, f"?taal={tag}") for tag in languages()]
    context: dict[str, Any] = {"invitation": invitation, "appointment": invitation.appointment, "form": form}
    response = make_response(render_template("scheduling/reply.html", language_links=links, **context), status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
