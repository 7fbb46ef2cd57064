"""When somebody can be asked to come: "Mijn werktijden", and for staff what a parent said of when they can."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from marshmallow import fields

from services.scheduling import service
from services.scheduling.api.times_schemas import MAX_BUFFER, MAX_LEAD, Hour, PostcodeField
from services.scheduling.domain.availability import Hours, Lunch
from services.scheduling.domain.working_times import Different, WorkingTimes
from services.scheduling.pages.hours import DAYS, named, take_week, week_fields, week_values
from services.scheduling.usecases import availability
from services.scheduling.usecases.availability import Availability
from shared.clock import today
from shared.errors import Failure, Invalid
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Schema, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("working_times", __name__, url_prefix="/agenda/werktijden")
ROLES = ("school_staff", "liaison", "team_member")

TimesForm = Schema.from_dict(
    {
        **week_fields(),
        "lunch_from": Hour(load_default=None),
        "lunch_until": Hour(load_default=None),
        "lunch_minutes": Whole(0, 120, load_default=0),
        "buffer_minutes": Whole(0, MAX_BUFFER, load_default=0),
        "lead_hours": Whole(0, MAX_LEAD, load_default=0),
        "start_postcode": PostcodeField(load_default=None),
        "end_postcode": PostcodeField(load_default=None),
        "version": fields.Integer(required=True),
    },
    name="TimesForm",
)


class DifferentForm(Schema):
    from_on = fields.Date(required=True)
    until_on = fields.Date(load_default=None)
    from_ = Hour(load_default=None, data_key="different_from")
    until = Hour(load_default=None, data_key="different_until")


@routes.get("")
@allow(*ROLES)
def show() -> str:
    """One's own, or those of the parent that `person_id` names."""
    return _page(_read())


@routes.post("")
@allow(*ROLES)
def save() -> Any:
    """Keep the week, or give the form back with what was typed."""
    known, form = _read(), parse_form(TimesForm)
    if form.ok:
        data = dict(form.data)
        version = data.pop("version")
        try:
            availability.save(service.current(), principal(), known.person_id, _times(known.times, data), version)
        except Invalid as failure:
            form = form.refuse(named(failure))
        except Failure as failure:
            form = form.refuse(failure)
        else:
            return _done(known, _("De tijden zijn bewaard."))
    return _page(known, form=form), 422


@routes.post("/afwijkend")
@allow(*ROLES)
def differ() -> Any:
    """Add a day or a period that is different; without hours it is leave."""
    known, form = _read(), parse_form(DifferentForm)
    if form.ok:
        try:
            exceptions = [*known.times.exceptions, _different(form.data)]
            _save(known, exceptions)
        except Failure as failure:
            form = form.refuse(_of_new(failure))
        else:
            return _done(known, _("De afwijkende dagen zijn bewaard."))
    return _page(known, different=form), 422


@routes.post("/afwijkend/weg")
@allow(*ROLES)
def as_usual() -> Any:
    """Take a period away again."""
    known = _read()
    keep = [each for number, each in enumerate(known.times.exceptions) if str(number) != request.form.get("number")]
    _save(known, keep)
    return _done(known, _("De afwijkende dagen zijn weggehaald."))


def _read() -> Availability:
    try:
        person_id = UUID(request.args["person_id"]) if "person_id" in request.args else principal().user_id
    except ValueError:
        abort(404)
    return availability.read(service.current(), principal(), person_id)


def _save(known: Availability, exceptions: list[Different]) -> None:
    ordered = sorted(exceptions, key=lambda each: (each.first, each.last))
    times = replace(known.times, exceptions=[each for each in ordered if each.last >= today(service.current().clock)])
    availability.save(service.current(), principal(), known.person_id, times, known.times.version)


def _times(known: WorkingTimes, data: dict[str, Any]) -> WorkingTimes:
    """Raises Invalid."""
    weekly = take_week(data)
    opens, closes, minutes = data.pop("lunch_from"), data.pop("lunch_until"), data.pop("lunch_minutes")
    if minutes and (opens is None or closes is None):
        raise Invalid({"lunch_from" if opens is None else "lunch_until": ["Vul in tussen welke tijden de pauze valt."]})
    try:
        lunch = Lunch(Hours(opens, closes), minutes) if minutes else None
    except Invalid as failure:
        raise Invalid({"lunch_from": failure.fields["lunch"]}) from failure
    return WorkingTimes(weekly=weekly, exceptions=known.exceptions, lunch=lunch, **data)


def _different(data: dict[str, Any]) -> Different:
    if (data["from_"] is None) != (data["until"] is None):
        name = "different_until" if data["until"] is None else "different_from"
        raise Invalid({name: ["Vul het begin en het einde in, of geen van beide."]})
    hours = [Hours(data["from_"], data["until"])] if data["from_"] else []
    return Different(data["from_on"], data["until_on"] or data["from_on"], hours)


def _of_new(failure: Failure) -> Failure:
    """The exceptions are a list; on the page it is the one that is being added."""
    if not isinstance(failure, Invalid):
        return failure
    names = {"hours": "different_from", "until_on": "until_on", "from_on": "from_on"}
    return Invalid({names.get(name.rpartition(".")[2], name): texts for name, texts in failure.fields.items()})


def _values(times: WorkingTimes) -> dict[str, Any]:
    known: dict[str, Any] = week_values(times.weekly)
    names = ("buffer_minutes", "lead_hours", "start_postcode", "end_postcode", "version")
    known |= {name: getattr(times, name) for name in names}
    known["lunch_minutes"] = times.lunch.minutes if times.lunch else 0
    if times.lunch:
        known |= {"lunch_from": f"{times.lunch.between.opens:%H:%M}", "lunch_until": f"{times.lunch.between.closes:%H:%M}"}
    return known


def _done(known: Availability, text: str) -> Any:
    flash(text)
    return redirect(_address(known), 303)


def _address(known: Availability) -> str:
    return "/scheduling/agenda/werktijden" + (f"?person_id={known.person_id}" if known.guardian else "")


def _page(known: Availability, form: Form | None = None, different: Form | None = None) -> str:
    if not known.guardian and known.person_id != principal().user_id:
        abort(404)  # a colleague's hours are reckoned with, and are theirs to look after
    return render_template(
        "scheduling/working_times.html",
        known=known,
        days=DAYS,
        query=f"?person_id={known.person_id}" if known.guardian else "",
        form=form or Form.of(_values(known.times)),
        different=different or Form(),
    )
