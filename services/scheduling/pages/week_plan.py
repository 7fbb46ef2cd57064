"""The week plan: which families, what is proposed beside what stands, changing it by hand, and booking it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from marshmallow import ValidationError, fields, validates_schema

from services.scheduling import service
from services.scheduling.api.week_plans import ROLES
from services.scheduling.domain.appointment import LONGEST, SHORTEST
from services.scheduling.domain.busy import Period
from services.scheduling.domain.week.model import VALUES
from services.scheduling.domain.week.wall_clock import moment
from services.scheduling.pages import week_plan_view as views
from services.scheduling.pages import week_plan_words as plan_words
from services.scheduling.pages import words
from services.scheduling.pages.periods import monday_of
from services.scheduling.usecases import due_visits, week_plans
from services.scheduling.usecases.week_plans import NewPlan, Seen, Wish
from shared.clock import today
from shared.errors import Failure
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Flag, Instant, Schema, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_, ngettext
from shared.web.i18n import gettext as _

routes = Blueprint("week_plan", __name__, url_prefix="/weekplan")
_RELOAD_SECONDS = "2"
# Parts of a day, in minutes from midnight.
_PARTS = {"day": (0, 1440), "morning": (0, 750), "afternoon": (720, 1440), "after_school": (900, 1440)}


class FamilyForm(Schema):
    """One family's row; rows that are not ticked are sent too."""

    chosen = Flag(load_default=False)
    case_id = fields.UUID(required=True)
    duration_minutes = Whole(SHORTEST, LONGEST, required=True)
    priority = Whole(min(VALUES), max(VALUES), required=True)
    days = fields.List(Choice("0", "1", "2", "3", "4"), load_default=list)
    part = Choice(*_PARTS, load_default="day")
    participant_ids = fields.List(fields.UUID(), load_default=list)

    @validates_schema
    def says_when_and_with_whom(self, data: dict[str, Any], **_: Any) -> None:
        """Nothing ticked is no day and nobody, and never every day and everybody."""
        asked = {"days": N_("Kies minstens één dag."), "participant_ids": N_("Kies minstens één ouder.")}
        if data.get("chosen"):
            wrong = {name: [text] for name, text in asked.items() if not data.get(name)}
            if wrong:
                raise ValidationError(wrong)


class ChooseForm(Schema):
    families = fields.List(fields.Nested(FamilyForm), load_default=list)


class VisitForm(Schema):
    """A visit of a proposal as it stands in the form."""

    case_id = fields.UUID(required=True)
    chosen = Flag(load_default=False)
    out = Flag(load_default=False)
    starts_at = Instant(load_default=None, allow_none=True)


class PlanForm(Schema):
    version = fields.Integer(required=True)
    act = Choice("check", "all", "chosen", load_default="check")
    visits = fields.List(fields.Nested(VisitForm), load_default=list)

    @validates_schema
    def chooses_something(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("act") == "chosen" and not any(each.get("chosen") for each in data.get("visits", ())):
            raise ValidationError("Vink minstens één bezoek aan.", "")


@routes.get("")
@allow(*ROLES)
def choose() -> str:
    """Which families in which week."""
    return _choose(Form())


@routes.post("")
@allow(*ROLES)
def ask() -> Any:
    """Have it planned, or give the form back as it was."""
    form = parse_form(ChooseForm)
    if form.ok:
        monday = _monday()
        wishes = [_wish(monday, each) for each in form.data["families"] if each["chosen"]]
        if not wishes:
            return _choose(Form(form.values, {"": [_("Kies minstens één gezin.")]})), 422
        try:
            made = week_plans.ask(service.current(), principal(), NewPlan(words.week_name(monday), wishes))
        except Failure as failure:
            form = form.refuse(failure)
        else:
            return redirect(f"/scheduling/weekplan/{made.id}", 303)
    return _choose(form), 422


@routes.get("/<uuid:plan_id>")
@allow(*ROLES)
def show(plan_id: UUID) -> Response | str:
    """How far it is, which comes again by itself; or the proposal."""
    seen = week_plans.read(service.current(), principal(), plan_id)
    response = make_response(_show(seen, Form()))
    if seen.plan.busy:
        response.headers["Refresh"] = _RELOAD_SECONDS
    return response


@routes.post("/<uuid:plan_id>")
@allow(*ROLES)
def act(plan_id: UUID) -> Any:
    """Take the changes over and check them; then book what is accepted."""
    form = parse_form(PlanForm)
    if form.ok:
        try:
            return _act(plan_id, form.data)
        except Failure as failure:
            form = form.refuse(failure)
    return _show(week_plans.read(service.current(), principal(), plan_id), form), 422


@routes.post("/<uuid:plan_id>/stoppen")
@allow(*ROLES)
def cancel(plan_id: UUID) -> Any:
    """Stop searching."""
    week_plans.cancel(service.current(), principal(), plan_id)
    flash(_("Gestopt. Er is niets gepland."))
    return redirect("/scheduling/weekplan", 303)


def _act(plan_id: UUID, data: dict[str, Any]) -> Any:
    known = {each.case_id: each for each in week_plans.read(service.current(), principal(), plan_id).plan.visits}
    version = data["version"]
    changes = [(each["case_id"], None if each["out"] else each["starts_at"]) for each in data["visits"]]
    changes = [
        (case, at) for case, at in changes if case in known and known[case].starts_at != at and not known[case].appointment_id
    ]
    if changes:
        version = week_plans.change(service.current(), principal(), plan_id, changes, version).plan.version
    if data["act"] == "check":
        flash(_("Bekeken. Wat niet past, staat erbij."))
    else:
        chosen = [each["case_id"] for each in data["visits"] if each["chosen"]] if data["act"] == "chosen" else None
        _say(week_plans.accept(service.current(), principal(), plan_id, chosen, version), known)
    return redirect(f"/scheduling/weekplan/{plan_id}", 303)


def _say(seen: Seen, before: dict[UUID, Any]) -> None:
    booked = [each for each in seen.plan.visits if each.appointment_id and not before[each.case_id].appointment_id]
    refused = [each for each in seen.plan.visits if each.refusal]
    if booked:
        one, many = "%(count)s bezoek staat in de agenda.", "%(count)s bezoeken staan in de agenda."
        flash(ngettext(one, many, len(booked)) + " " + _("Elke ouder krijgt een eigen uitnodiging."))
    if refused:
        one, many = "%(count)s bezoek kon niet worden gepland.", "%(count)s bezoeken konden niet worden gepland."
        flash(ngettext(one, many, len(refused)), "warn")


def _wish(monday: date, row: dict[str, Any]) -> Wish:
    windows = _windows(monday, row["days"], row["part"])
    return Wish(row["case_id"], row["duration_minutes"], row["priority"], windows, row["participant_ids"])


def _windows(monday: date, days: Iterable[str], part: str) -> list[Period]:
    """Nothing, which is any time, for the whole of every day."""
    chosen = sorted({int(day) for day in days})
    if chosen == list(range(5)) and part == "day":
        return []
    opens, closes = _PARTS[part]
    return [Period(moment(monday, day, opens), moment(monday, day, closes)) for day in chosen]


def _monday() -> date:
    """Of the week in the address; next week unless told."""
    now = today(service.current().clock)
    return monday_of(request.args.get("week", ""), now + timedelta(days=7))


def _choose(form: Form) -> str:
    monday, current = _monday(), service.current()
    plans = [each for each in week_plans.latest(current, principal()) if each.state == "proposed" or each.busy]
    whose = "all" if request.args.get("wie") == "iedereen" else "mine"
    return render_template(
        "scheduling/weekplan_choose.html",
        form=form,
        families=due_visits.families(current, principal(), of_colleagues=whose == "all"),
        whose=whose,
        plans=[each for each in plans if each.monday + timedelta(days=7) > today(current.clock)][:5],
        monday=monday,
        before=words.week_name(monday - timedelta(days=7)),
        after=words.week_name(monday + timedelta(days=7)),
        past=monday + timedelta(days=7) <= today(current.clock),
        days=[(str(number), monday + timedelta(days=number)) for number in range(5)],
        words=words,
        plan_words=plan_words,
    )


def _show(seen: Seen, form: Form) -> str:
    now = today(service.current().clock)
    return render_template(
        "scheduling/weekplan.html",
        form=form,
        plan=seen.plan,
        seen=seen,
        view=views.view(seen, now),
        friday=seen.plan.monday + timedelta(days=4),
        words=words,
        plan_words=plan_words,
    )
