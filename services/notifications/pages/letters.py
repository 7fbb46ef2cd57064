"""Storingen and Adressen: what went wrong for good, and setting it right."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
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
    return {name: getattr(words, name) for name in ("event_name", "reason_text", "failure_text")}


@routes.get("/storingen")
@allow(*OPERATORS)
def list_dead_letters() -> str:
    return _page()


@routes.post("/storingen/opnieuw")
@allow(*OPERATORS)
def replay_all() -> AnyResponse:
    count = letters.replay_all(service.current(), principal())
    flash(ngettext("We proberen %(count)s storing opnieuw.", "We proberen %(count)s storingen opnieuw.", count))
    return redirect(url_for("letter_pages.list_dead_letters"), 303)


@routes.post("/storingen/gekozen")
@allow(*OPERATORS)
def replay_some() -> AnyResponse | tuple[str, int]:
    chosen = [UUID(each) for each in request.form.getlist("id") if _is_uuid(each)]
    if not chosen:
        return _page(_("Kies eerst een of meer storingen.")), 422
    count = letters.replay_some(service.current(), principal(), chosen)
    flash(ngettext("We proberen %(count)s storing opnieuw.", "We proberen %(count)s storingen opnieuw.", count))
    return redirect(url_for("letter_pages.list_dead_letters"), 303)


@routes.get("/adressen")
@allow("school_staff", *OPERATORS)
def list_suppressions() -> str:
    page = letters.list_suppressions(service.current(), principal(), page_request_of_page())
    return render_template("notifications/suppressions.html", page=page)


@routes.post("/adressen/<uuid:suppression_id>/weer-gebruiken")
@allow(*OPERATORS)
def lift(suppression_id: UUID) -> AnyResponse:
    letters.lift(service.current(), principal(), suppression_id)
    flash(_("Dit adres krijgt weer berichten."))
    return redirect(url_for("letter_pages.list_suppressions"), 303)


def _page(wrong: str = "") -> str:
    page = letters.list_dead_letters(service.current(), principal(), page_request_of_page())
    return render_template("notifications/dead_letters.html", page=page, wrong=wrong)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
