"""Finding a time that suits everybody: proposals with their reasons, who is taken when, and offering parents a choice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from services.scheduling import service
from services.scheduling.api.slots import SlotArgs
from services.scheduling.domain.appointment import KINDS, LONGEST, SHORTEST
from services.scheduling.pages import words
from services.scheduling.pages.planning import form_page
from services.scheduling.usecases import agenda, appointments, choices, free_busy, slots
from services.scheduling.usecases.appointments import NewAppointment
from services.scheduling.usecases.choices import NewChoice
from shared.clock import today
from shared.errors import Conflict, Failure, Invalid
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("times", __name__, url_prefix="/afspraken")
ROLES = ("school_staff", "liaison", "team_member")
_ASKED = ("case_id", "kind", "duration_minutes", "participant_ids")
# The usual period starts today; the page can go on from there, two weeks at a time.
_STEP, _LAST = timedelta(days=14), 12


class SearchForm(Schema):
    """What a time is sought for; the rest of the form does not matter for that."""

    case_id = fields.UUID(required=True)
    kind = Choice(*KINDS, required=True)
    duration_minutes = Whole(SHORTEST, LONGEST, required=True)
    participant_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(1, 20, error="Kies 1 tot en met 20 mensen.")
    )


class TakeForm(Schema):
    """The time that was pressed, or those that were ticked."""

    pick = Instant(load_default=None)
    slots = fields.List(Instant(), load_default=list)


@routes.get("/tijden")
@allow(*ROLES)
def show() -> Any:
    """Proposals for what is asked for, or back to the form that asks it."""
    return _page(_question(), Form())


@routes.post("/tijden/zoeken")
@allow(*ROLES)
def search() -> Any:
    """From the form of a new appointment: to an address that holds what is asked for, and nothing that was typed."""
    form = parse_form(SearchForm)
    if not form.ok:
        return form_page(_case_id(form.value("case_id")), form), 422
    agenda.who_may_come(service.current(), principal(), form.data["case_id"])
    asked = [(name, text) for name in _ASKED for text in request.form.getlist(name)]
    return redirect(f"/scheduling/afspraken/tijden?{urlencode(asked)}", 303)


@routes.post("/tijden")
@allow(*ROLES)
def take() -> Any:
    """Plan the time that was pressed, or offer the ticked ones; when it is gone, the page comes back with what is left."""
    question, form = _question(), parse_form(TakeForm)
    if form.ok:
        try:
            if form.data["pick"]:
                return _planned(question, form.data["pick"])
            return _offered(question, form.data["slots"])
        except Failure as failure:
            return _page(question, form.refuse(failure)), 409 if isinstance(failure, Conflict) else 422
    return _page(question, form), 422


@routes.get("/keuzes")
@allow(*ROLES)
def offers() -> str:
    """What parents can still choose from."""
    found = choices.list_open(service.current(), principal(), page_request_of_page())
    return render_template("scheduling/choices.html", choices=found.items, next_cursor=found.next_cursor, words=words)


@routes.post("/keuzes/<uuid:choice_id>/intrekken")
@allow(*ROLES)
def withdraw(choice_id: UUID) -> Any:
    """Nobody can choose from it any more."""
    try:
        choices.withdraw(service.current(), principal(), choice_id)
        flash(_("De tijden zijn ingetrokken."))
    except Conflict as failure:
        flash(_(failure.detail))
    return redirect("/scheduling/afspraken/keuzes", 303)


def _planned(question: slots.Question, starts_at: datetime) -> Any:
    new = NewAppointment(question.case_id, question.kind, starts_at, question.minutes, question.participant_ids)
    made = appointments.plan(service.current(), principal(), new)
    flash(_("De afspraak staat. Elke ouder krijgt een eigen uitnodiging."))
    return redirect(f"/scheduling/afspraken/{made.id}", 303)


def _offered(question: slots.Question, starts: list[datetime]) -> Any:
    if len(starts) < 2:
        raise Invalid({"slots": ["Kies 2 tot en met 8 tijden."]})
    new = NewChoice(question.case_id, question.kind, question.minutes, starts, question.participant_ids)
    choices.offer(service.current(), principal(), new)
    flash(_("De ouders krijgen een mail waarin zij een tijd kunnen kiezen."))
    return redirect("/scheduling/afspraken/keuzes", 303)


def _case_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(404)


def _sent(values: MultiDict[str, str]) -> dict[str, Any]:
    single = {name: values[name] for name in _ASKED[:3] if values.get(name)}
    return single | {"participant_ids": values.getlist("participant_ids")}


def _question() -> slots.Question:
    """As the address has it; a period that has gone by is none."""
    try:
        asked: slots.Question = SlotArgs().load(_sent(request.args))
    except ValidationError:
        abort(404)
    later = request.args.get("later", "")
    number = min(int(later), _LAST) if later.isdecimal() and len(later) < 4 else 0
    since = service.current().clock.now() + number * _STEP
    return slots.Question(asked.case_id, asked.kind, asked.minutes, asked.participant_ids, since, since + _STEP)


def _page(question: slots.Question, form: Form) -> str:
    current, who = service.current(), principal()
    found = slots.find(current, who, question)
    engaged = free_busy.look(current, who, question)
    later = request.args.get("later", "0")
    known = agenda.who_may_come(current, who, question.case_id)
    return render_template(
        "scheduling/times.html",
        case=known.case,
        guardian_ids=[each.person_id for each in known.guardians],
        question=question,
        slots=found,
        engaged=engaged,
        form=form,
        words=words,
        today=today(current.clock),
        later=min(int(later), _LAST) if later.isdecimal() and len(later) < 4 else 0,
        last=_LAST,
    )
