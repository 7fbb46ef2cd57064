"""Berichten: what parents were sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.notifications import service
from services.notifications.domain.kinds import KINDS
from services.notifications.domain.message import LEFT_AND_DEAD, NEEDS_A_PERSON, Filter
from services.notifications.pages import words
from services.notifications.pages.banner import schools_on_trial
from services.notifications.pages.mail_frame import framed, framing
from services.notifications.usecases import messages
from shared.clock import AMSTERDAM, today
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.web.flashes import flash
from shared.web.forms import Form
from shared.web.i18n import gettext as _
from shared.web.i18n import language_name

routes = Blueprint("message_pages", __name__)
READERS = ("school_staff", "liaison", "team_member", "administrator")
DECIDERS = ("liaison", "team_member")
PERIODS = ("7", "30", "90")
STATUSES = ("queued", "scheduled", "sent", "suppressed", "failed", "bounced", "uncertain", "expired", "cancelled")


@routes.context_processor
def _words() -> dict[str, object]:
    found = {name: getattr(words, name) for name in ("kind_name", "reason_text", "stage_name", "stage_kind", "action_name")}
    return {**found, "schools_on_trial": schools_on_trial}


@routes.get("/berichten")
@allow(*READERS)
def list_messages() -> str:
    who = principal()
    page = messages.list_messages(service.current(), who, _filter(), page_request_of_page())
    schools = messages.schools(service.current(), who)
    form = Form.of(request.args.to_dict())
    return render_template("notifications/messages.html", page=page, schools=schools, form=form, options=_options())


@routes.get("/berichten/<uuid:message_id>")
@allow(*READERS)
def read_message(message_id: UUID) -> Response:
    life = messages.read_message(service.current(), principal(), message_id)
    return framing(render_template("notifications/message.html", life=life, view=life.view, message=life.view.message))


@routes.get("/berichten/<uuid:message_id>/inhoud")
@allow(*READERS)
def read_content(message_id: UUID) -> Response:
    """What the parent got, for the frame on the message's page."""
    life = messages.read_message(service.current(), principal(), message_id)
    if life.copy is None:
        raise NotFound
    return framed(life.copy.html)


@routes.post("/berichten/<uuid:message_id>/opnieuw")
@allow(*DECIDERS)
def send_again(message_id: UUID) -> AnyResponse:
    try:
        messages.send_again(service.current(), principal(), message_id)
        flash(_("Het bericht gaat opnieuw weg."))
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    return redirect(url_for("message_pages.read_message", message_id=message_id), 303)


@routes.post("/berichten/<uuid:message_id>/aangekomen")
@allow(*DECIDERS)
def confirm_arrival(message_id: UUID) -> AnyResponse:
    try:
        messages.confirm_arrival(service.current(), principal(), message_id)
        flash(_("Genoteerd: het bericht is aangekomen."))
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    return redirect(url_for("message_pages.read_message", message_id=message_id), 303)


def _options() -> dict[str, list[tuple[str, str]]]:
    """What there is to choose from."""
    tags = service.current().library.languages
    return {
        "kinds": words.kinds("guardian") + words.kinds("staff"),
        "languages": sorted(((tag, language_name(tag)) for tag in tags), key=lambda each: each[1]),
        "periods": [(days, _("%(count)s dagen", count=days)) for days in PERIODS],
        "statuses": [(status, words.status_text(status)) for status in STATUSES],
    }


def _filter() -> Filter:
    """What the page's form asks for; what makes no sense is left out, as a page has nobody to tell it to."""
    status = request.args.get("status", "")
    statuses = tuple(NEEDS_A_PERSON) if status == "aandacht" else (status,) if status in STATUSES else ()
    return Filter(
        case_id=_uuid("case_id"),
        school_id=_uuid("school_id"),
        statuses=statuses,
        but_for_reason=LEFT_AND_DEAD if status == "aandacht" else None,
        template=_one_of("template", KINDS),
        side="staff" if request.args.get("side") == "staff" else "guardian" if request.args.get("side") == "guardian" else None,
        language=_one_of("language", service.current().library.languages),
        asked_from=_since(),
    )


def _since() -> datetime | None:
    """Midnight, so many days ago."""
    days = request.args.get("days", "")
    if days not in PERIODS:
        return None
    first = today(service.current().clock) - timedelta(days=int(days) - 1)
    return datetime.combine(first, time(), AMSTERDAM)


def _one_of(name: str, known: Collection[str]) -> str | None:
    value = request.args.get(name, "")
    return value if value in known else None


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
