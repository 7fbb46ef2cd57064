"""Working hours, opening hours, closures and postcodes over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from services.scheduling import service
from services.scheduling.adapters import postcode_file
from services.scheduling.api.times_schemas import (
    AvailabilityArgs,
    AvailabilityIn,
    AvailabilityOut,
    ClosureIn,
    ImportedPostcodesSchema,
    ImportedSchema,
    SchoolTimesIn,
    SchoolTimesOut,
)
from services.scheduling.domain.working_times import Closure, SchoolTimes, WorkingTimes
from services.scheduling.usecases import availability, postcodes, school_times
from shared.http.app import takes_up_to
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.policy import allow

routes = Blueprint("availability", __name__)
ROLES = ("school_staff", "liaison", "team_member")
# A file of up to this size is read to say what is wrong with it; one that is larger still is refused unread (413).
FILE_BYTES = 8 * 1024 * 1024


def _file(*kinds: str) -> dict[str, Any]:
    """A body that is a file, as OpenAPI describes one."""
    return {"required": True, "content": {kind: {"schema": {"type": "string"}} for kind in kinds}}


@routes.route("/availability", methods=["GET"])
@allow(*ROLES)
@routes.arguments(AvailabilityArgs, location="query")
@routes.response(200, AvailabilityOut)
def read(args: dict[str, Any]) -> Any:
    """When somebody can be asked to come: the caller, unless `person_id` names a colleague or a guardian."""
    found = availability.read(service.current(), principal(), args["person_id"] or principal().user_id)
    return with_etag(found, found.times.version)


@routes.route("/availability", methods=["PUT"])
@allow(*ROLES)
@routes.arguments(AvailabilityIn)
@routes.response(200, AvailabilityOut)
def save(given: tuple[UUID, WorkingTimes]) -> Any:
    """Say when somebody works: oneself, or a guardian of the caller's schools. Takes `If-Match`."""
    person_id, times = given
    saved = availability.save(service.current(), principal(), person_id, times, expected_version())
    return with_etag(saved, saved.times.version)


@routes.route("/schools/<uuid:school_id>/times", methods=["GET"])
@allow(*ROLES)
@routes.response(200, SchoolTimesOut)
def read_school(school_id: UUID) -> Any:
    """When a school can receive people: its hours, breaks and closures from today on."""
    found = school_times.read(service.current(), principal(), school_id)
    return with_etag(found, found.times.version)


@routes.route("/schools/<uuid:school_id>/times", methods=["PUT"])
@allow(*ROLES)
@routes.arguments(SchoolTimesIn)
@routes.response(200, SchoolTimesOut)
def save_school(times: SchoolTimes, school_id: UUID) -> Any:
    """Say a school's hours, region and postcode. Takes `If-Match`."""
    saved = school_times.save(service.current(), principal(), school_id, times, expected_version())
    return with_etag(saved, saved.times.version)


@routes.route("/schools/<uuid:school_id>/closures", methods=["POST"])
@allow(*ROLES)
@routes.arguments(ClosureIn)
@routes.response(201, SchoolTimesOut)
def close(given: dict[str, Any], school_id: UUID) -> Any:
    """Add days on which a school is closed."""
    first: date = given["first"]
    closure = Closure(first, given["last"] or first, given["name"])
    return school_times.close(service.current(), principal(), school_id, closure)


@routes.route("/schools/<uuid:school_id>/closures/<uuid:closure_id>", methods=["DELETE"])
@allow(*ROLES)
@routes.response(204)
def reopen(school_id: UUID, closure_id: UUID) -> None:
    """Take them away again."""
    school_times.reopen(service.current(), principal(), school_id, closure_id)


@routes.route("/schools/<uuid:school_id>/closures/import", methods=["POST"])
@allow(*ROLES)
@takes_up_to(FILE_BYTES)
@routes.doc(requestBody=_file("text/csv", "text/calendar"))
@routes.response(200, ImportedSchema)
def import_closures(school_id: UUID) -> Any:
    """Add the days that a CSV (`from;until;name`) or iCalendar file in the body names; says what it left out, and why."""
    return school_times.import_closures(service.current(), principal(), school_id, request.get_data())


@routes.route("/postcodes", methods=["PUT"])
@allow("administrator")
@takes_up_to(postcode_file.MAX_BYTES)
@routes.doc(requestBody=_file("text/csv"))
@routes.response(200, ImportedPostcodesSchema)
def import_postcodes() -> Any:
    """Replace the table of where postcodes are by a CSV in the body (`postcode,latitude,longitude`, WGS 84)."""
    return postcodes.replace_all(service.current(), principal(), request.get_data())
