"""The calendar that a phone subscribes to, and the page where its owner makes, renews and ends it."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from services.scheduling import service
from services.scheduling.adapters.feed import feed
from services.scheduling.api.feeds import ROLES, feed_url
from services.scheduling.usecases import feeds
from shared.http.auth import principal
from shared.http.policy import allow, public
from shared.web.flashes import flash
from shared.web.i18n import gettext as _
from shared.web.i18n import speak

routes = Blueprint("feed_pages", __name__)


@routes.get("/calendar/<secret>.ics")
@public("the secret in the address is the key, as calendar programmes cannot log in")
def read(secret: str) -> Response:
    """The calendar; 304 for a programme that has today's already."""
    speak("nl")
    current = service.current()
    response = make_response(feed(feeds.read(current, secret), current.config.public_url))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=300"
    response.add_etag()
    return response.make_conditional(request)


@routes.get("/agenda/abonnement")
@allow(*ROLES)
def show() -> str:
    return _page(None)


@routes.post("/agenda/abonnement")
@allow(*ROLES)
def renew() -> str | Response:
    """The address is shown on the page that answers, this once."""
    if "stop" in request.form:
        feeds.stop(service.current(), principal())
        flash(_("Het abonnement is gestopt."))
        return redirect("/scheduling/agenda/abonnement", 303)
    return _page(feed_url(feeds.renew(service.current(), principal())))


def _page(url: str | None) -> str:
    return render_template("scheduling/feed.html", url=url, since=feeds.since(service.current(), principal()))
