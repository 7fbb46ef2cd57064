"""When a school can receive people, and when it is closed: typed, or from a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import fields

from services.scheduling import service
from services.scheduling.api.availability import FILE_BYTES
from services.scheduling.api.times_schemas import PostcodeField
from services.scheduling.domain.working_times import REGIONS, Closure, SchoolTimes
from services.scheduling.pages.hours import DAYS, named, take_week, week_fields, week_values
from services.scheduling.usecases import school_times
from services.scheduling.usecases.school_times import Imported, School
from shared.errors import Failure, Invalid
from shared.http.app import takes_up_to
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("school_times", __name__, url_prefix="/scholen")
ROLES = ("school_staff", "liaison", "team_member")

SchoolForm = Schema.from_dict(
    {
        **week_fields(),
        "region": Choice(*REGIONS, load_default=None),
        "postcode": PostcodeField(load_default=None),
        "version": fields.Integer(required=True),
    },
    name="SchoolForm",
)


class ClosureForm(Schema):
    first = fields.Date(required=True)
    last = fields.Date(load_default=None)
    closed_for = Text(max=100, load_default="", allow_empty=True)


@routes.get("/tijden")
@allow(*ROLES)
def choose() -> Any:
    """Which school; straight on for who works at one."""
    schools = school_times.schools(service.current(), principal())
    if len(schools) == 1:
        return redirect(f"/scheduling/scholen/{next(iter(schools))}/tijden", 303)
    return render_template("scheduling/schools.html", schools=schools)


@routes.get("/<uuid:school_id>/tijden")
@allow(*ROLES)
def show(school_id: UUID) -> str:
    return _page(_read(school_id))


@routes.post("/<uuid:school_id>/tijden")
@allow(*ROLES)
def save(school_id: UUID) -> Any:
    """Keep hours, region and postcode, or give the form back with what was typed."""
    form = parse_form(SchoolForm)
    if form.ok:
        data = dict(form.data)
        version = data.pop("version")
        try:
            weekly = take_week(data)
            school_times.save(service.current(), principal(), school_id, SchoolTimes(weekly, **data), version)
        except Invalid as failure:
            form = form.refuse(named(failure))
        except Failure as failure:
            form = form.refuse(failure)
        else:
            return _done(school_id, _("De tijden zijn bewaard."))
    return _page(_read(school_id), form=form), 422


@routes.post("/<uuid:school_id>/sluiting")
@allow(*ROLES)
def close(school_id: UUID) -> Any:
    """Add days on which the school is closed."""
    form = parse_form(ClosureForm)
    if form.ok:
        data = form.data
        closure = Closure(data["first"], data["last"] or data["first"], data["closed_for"])
        try:
            school_times.close(service.current(), principal(), school_id, closure)
        except Invalid as failure:
            form = form.refuse(failure)
        else:
            return _done(school_id, _("De sluiting is toegevoegd."))
    return _page(_read(school_id), closing=form), 422


@routes.post("/<uuid:school_id>/sluiting/<uuid:closure_id>/weg")
@allow(*ROLES)
def reopen(school_id: UUID, closure_id: UUID) -> Any:
    """Take them away again."""
    school_times.reopen(service.current(), principal(), school_id, closure_id)
    return _done(school_id, _("De sluiting is weggehaald."))


@routes.post("/<uuid:school_id>/sluiting/bestand")
@allow(*ROLES)
@takes_up_to(FILE_BYTES)
def import_file(school_id: UUID) -> Any:
    """Add what a file names; the answer says what was left out, line by line."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid({"file": ["Kies een bestand."]})
        with sent.stream as file:
            content = file.read()
        done = school_times.import_closures(service.current(), principal(), school_id, content)
    except Invalid as failure:
        return _page(_read(school_id), sending=Form().refuse(failure)), 422
    return _page(_read(school_id), imported=done)


def _read(school_id: UUID) -> School:
    return school_times.read(service.current(), principal(), school_id)


def _done(school_id: UUID, text: str) -> Any:
    flash(text)
    return redirect(f"/scheduling/scholen/{school_id}/tijden", 303)


def _page(
    school: School,
    form: Form | None = None,
    closing: Form | None = None,
    sending: Form | None = None,
    imported: Imported | None = None,
) -> str:
    times = school.times
    known = week_values(times.weekly) | {"region": times.region, "postcode": times.postcode, "version": times.version}
    return render_template(
        "scheduling/school_times.html",
        school=school,
        days=DAYS,
        regions=REGIONS,
        form=form or Form.of(known),
        closing=closing or Form(),
        sending=sending or Form(),
        imported=imported,
    )
