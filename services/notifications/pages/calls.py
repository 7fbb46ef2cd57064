"""Bellijst: parents whom no mail reaches, what to tell them, and a letter for who would rather have one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.notifications import service
from services.notifications.adapters.mime import sender_name
from services.notifications.api.desk_schemas import OutcomeSchema
from services.notifications.documents.letter import as_pdf
from services.notifications.pages import words
from services.notifications.pages.banner import schools_on_trial
from services.notifications.usecases import calls
from services.notifications.usecases.calls import Call
from shared.clock import today
from shared.errors import Conflict, NotFound
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("call_pages", __name__, url_prefix="/bellijst")
CALLERS = ("liaison", "team_member")
_LINES = 5
_LONGEST_LINE = 60


@routes.context_processor
def _words() -> dict[str, object]:
    found = {
        name: getattr(words, name) for name in ("kind_name", "outcome_name", "channel_text", "outcome_options", "reason_text")
    }
    return {**found, "schools_on_trial": schools_on_trial}


@routes.get("")
@allow(*CALLERS)
def list_calls() -> str:
    page = calls.list_calls(service.current(), principal(), page_request_of_page())
    return render_template("notifications/calls.html", page=page)


@routes.get("/<uuid:person_id>")
@allow(*CALLERS)
def read_call(person_id: UUID) -> str:
    return _page(calls.read_call(service.current(), principal(), person_id), Form())


@routes.post("/<uuid:person_id>")
@allow(*CALLERS)
def record(person_id: UUID) -> AnyResponse | tuple[str, int]:
    form = parse_form(OutcomeSchema)
    if not form.ok:
        return _page(calls.read_call(service.current(), principal(), person_id), form), 422
    try:
        calls.record(service.current(), principal(), person_id, form.data["outcome"], form.data["message_ids"])
        flash(_("Genoteerd."))
    except Conflict as failure:
        flash(_(failure.detail), "warn")
    return redirect(url_for("call_pages.list_calls"), 303)


@routes.get("/<uuid:person_id>/brief")
@allow(*CALLERS)
def prepare_letter(person_id: UUID) -> str:
    call = _with_topics(person_id)
    return render_template("notifications/letter_to_print.html", call=call, form=Form.of({"address": f"{call.guardian.name}\n"}))


@routes.post("/<uuid:person_id>/brief")
@allow(*CALLERS)
def print_letter(person_id: UUID) -> AnyResponse:
    """The address goes onto the paper and nowhere else: it is not kept, and stands in no log."""
    call = _with_topics(person_id)
    lines = [line.strip()[:_LONGEST_LINE] for line in request.form.get("address", "").splitlines() if line.strip()][:_LINES]
    current = service.current()
    pages = as_pdf(call, lines, sender_name(current.config.mail_from), today(current.clock))
    response = make_response(pages)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="brief.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_topics(person_id: UUID) -> Call:
    call = calls.read_call(service.current(), principal(), person_id)
    if not call.topics:
        raise NotFound
    return call


def _page(call: Call, form: Form) -> str:
    return render_template("notifications/call.html", call=call, guardian=call.guardian, form=form)
