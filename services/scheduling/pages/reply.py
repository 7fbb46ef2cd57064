"""The parent's page behind the link in the mail. Looking changes nothing, because mail scanners follow links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template

from services.scheduling import service
from services.scheduling.domain.appointment import ANSWERS
from services.scheduling.pages import reply_choice
from services.scheduling.pages.reply_choice import EXPIRED, wanted
from services.scheduling.usecases import replies
from services.scheduling.usecases.replies import Invitation, LinkExpired
from shared.errors import Conflict, Gone
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
    """What is planned, and the answer so far; or times to choose from."""
    if reply_choice.is_choice(token):
        return reply_choice.look(token)
    return _page(_look(token), Form())


@routes.post("/reply/<token>")
@public("the signed link in the parent's own mail is the key")
def answer(token: str) -> Response:
    """Take the answer, or the time that was chosen."""
    if reply_choice.is_choice(token):
        return reply_choice.pick(token)
    invitation, form = _look(token), parse_form(AnswerSchema)
    if not form.ok:
        return _page(invitation, form, 422)
    try:
        invitation = replies.answer(service.current(), token, form.data["answer"], form.data["note"])
    except Conflict as failure:
        return _page(invitation, form.refuse(failure), 409)
    return _page(invitation, Form())


def _look(token: str) -> Invitation:
    """Speaks the guardian's language from here on, or the one they chose on the page. Raises NotFound and Gone."""
    try:
        invitation = replies.look(service.current(), token)
    except LinkExpired as expired:
        speak(wanted(expired.language))
        raise Gone(EXPIRED) from expired
    speak(wanted(invitation.language))
    return invitation


def _page(invitation: Invitation, form: Form, status: int = 200) -> Response:
    links = [(tag, f"?taal={tag}") for tag in languages()]
    context: dict[str, Any] = {"invitation": invitation, "appointment": invitation.appointment, "form": form}
    return make_response(render_template("scheduling/reply.html", language_links=links, **context), status)


@routes.after_request
def private(response: Response) -> Response:
    """The address is a key: it is passed on to nobody, and no search engine keeps what it opens."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
