"""Storingen and Adressen: what went wrong for good, and setting it right."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.notifications import service
from services.notifications.pages import words
from services.notifications.usecases import letters
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.web.flashes import flash
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext

routes = Blueprint("letter_pages", __name__)
OPERATORS = ("liaison", "team_member", "administrator")


@routes.context_processor
def _words() -> dict[str, object]:
    return {"event_name": words.event_name, "reason_text": words.reason_text}


@routes.get("/storingen")
@allow(*OPERATORS)
def list_dead_letters() -> str:
    page = letters.list_dead_letters(service.current(), principal(), page_request_of_page())
    return render_template("notifications/dead_letters.html", page=page)


@routes.post("/storingen/<uuid:letter_id>/opnieuw")
@allow(*OPERATORS)
def replay(letter_id: UUID) -> AnyResponse:
    letters.replay(service.current(), principal(), letter_id)
    flash(_("We proberen het opnieuw. Kijk over een minuut of het gelukt is."))
    return redirect(url_for("letter_pages.list_dead_letters"), 303)


@routes.post("/storingen/opnieuw")
@allow(*OPERATORS)
def replay_all() -> AnyResponse:
    count = letters.replay_all(service.current(), principal())
    flash(ngettext("We proberen %(count)s storing opnieuw.", "We proberen %(count)s storingen opnieuw.", count))
    return redirect(url_for("letter_pages.list_dead_letters"), 303)


@routes.get("/adressen")
@allow("school_staff", "liaison", "team_member")
def list_suppressions() -> str:
    page = letters.list_suppressions(service.current(), principal(), page_request_of_page())
    return render_template("notifications/suppressions.html", page=page)


@routes.post("/adressen/<uuid:suppression_id>/weer-gebruiken")
@allow("liaison", "team_member")
def lift(suppression_id: UUID) -> AnyResponse:
    letters.lift(service.current(), principal(), suppression_id)
    flash(_("Dit adres krijgt weer berichten."))
    return redirect(url_for("letter_pages.list_suppressions"), 303)
